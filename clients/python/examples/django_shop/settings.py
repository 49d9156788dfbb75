"""Settings of the example; yours have more."""

import os

SECRET_KEY = os.environ["SHOP_SECRET_KEY"]
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
ROOT_URLCONF = "django_shop.urls"
MIDDLEWARE = ["django_shop.middleware.TierMiddleware"]
USE_TZ = True
