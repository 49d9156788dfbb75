"""Each column of the console's lists is what its own method makes of a row.

Where a method has the name of a field, Django shows the field as it is stored, and never calls the method.
"""

from django.contrib import admin


def test_no_column_has_the_name_of_a_field() -> None:
    pages = admin.site._registry.items()
    hidden = [
        f"{type(page).__name__}.{name}"
        for kind, page in pages
        for name in {str(name) for name in page.list_display} & {field.name for field in kind._meta.concrete_fields}
        if hasattr(page, name)
    ]
    assert pages
    assert hidden == []
