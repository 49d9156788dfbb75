"""The WSGI application that granian serves: what turns calls away for load, the door, and Django behind it."""

import gc
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from config.lib import tracing

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

tracing.begin(settings.TRACES)  # before Django reads which middleware there is
behind = get_wsgi_application()

# What it needs can be imported only once the apps are ready.
from config.lib.shedding import Shedding  # noqa: E402 - as above
from tiers.door import Door  # noqa: E402 - as above

application = Shedding(Door(behind), threads=settings.WEB_THREADS)

# What was made until now stays. A full collection that went through all of it again would stop every call meanwhile.
gc.collect()
gc.freeze()
