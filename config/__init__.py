"""Settings, addresses, tasks and the web application; `lib` is what knows nothing of signups."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
