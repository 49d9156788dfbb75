"""The addresses of TAXII 2.1, which end in a slash as its standard has them."""

from django.urls import path

from verification.api.taxii import (
    ApiRootView,
    CollectionsView,
    CollectionView,
    DiscoveryView,
    ManifestView,
    ObjectsView,
    ObjectVersionsView,
    ObjectView,
)

COLLECTION = "gatehouse/collections/<str:collection>/"

urlpatterns = [
    path("", DiscoveryView.as_view(), name="taxii-discovery"),
    path("gatehouse/", ApiRootView.as_view(), name="taxii-api-root"),
    path("gatehouse/collections/", CollectionsView.as_view(), name="taxii-collections"),
    path(COLLECTION, CollectionView.as_view(), name="taxii-collection"),
    path(f"{COLLECTION}manifest/", ManifestView.as_view(), name="taxii-manifest"),
    path(f"{COLLECTION}objects/", ObjectsView.as_view(), name="taxii-objects"),
    path(f"{COLLECTION}objects/<str:object_id>/", ObjectView.as_view(), name="taxii-object"),
    path(f"{COLLECTION}objects/<str:object_id>/versions/", ObjectVersionsView.as_view(), name="taxii-versions"),
]
