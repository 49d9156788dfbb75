"""The address of the agent script. Its name is its version: v1 keeps its promises, changes that break them are v2."""

from django.urls import path

from verification.agent.check_files import TYPES, check_file
from verification.agent.views import script

urlpatterns = [path("v1.js", script, name="agent")]
urlpatterns += [path(name, check_file, {"name": name}, name=name) for name in TYPES]
