"""The WSGI application that granian serves: what turns calls away for load, the door, and Django behind it."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

behind = get_wsgi_application()

# What it needs can be imported only once the apps are ready.
from django.conf import settings  # noqa: E402 - as above

from config.lib.shedding import Shedding  # noqa: E402 - as above
from tiers.door import Door  # noqa: E402 - as above

application = Shedding(Door(behind), threads=settings.WEB_THREADS)

# What was made until now stays. A full collection that goes through it again, 229,000 objects, stops every call of the
# process for 0.17 s.
gc.collect()
gc.freeze()
