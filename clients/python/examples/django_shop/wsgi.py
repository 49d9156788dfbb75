"""What the web server runs: each of its processes follows the feed of changes."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "django_shop.settings")
application = get_wsgi_application()

from django_shop.gatehouse import gatehouse  # noqa: E402 - after the settings

gatehouse.follow(within=0)
