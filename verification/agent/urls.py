"""The addresses of the agent script and of the worker that it may start.

Their name is their version: v1 keeps its promises, changes that break them are v2.
"""

from django.urls import path

from verification.agent.check_files import TYPES, check_file
from verification.agent.views import script

urlpatterns = [path("v1.js", script, name="agent"), path("v1-worker.js", script, name="agent-worker")]
urlpatterns += [path(name, check_file, {"name": name}, name=name) for name in TYPES]
