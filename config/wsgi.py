"""The WSGI application that granian serves: the door, and Django behind it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

behind = get_wsgi_application()

# What it needs can be imported only once the apps are ready.
from tiers.door import Door  # noqa: E402 - as above

application = Door(behind)
