"""The yardstick of bench.signup: django-allauth's headless signup, its settings.

As bare as it goes: no mail, no limits, and passwords hashed so cheaply that hashing does not count.
"""

import os
from typing import Any
from urllib.parse import parse_qs, urlsplit

_address = urlsplit(os.environ["ALLAUTH_DATABASE_URL"])
_query = parse_qs(_address.query)

SECRET_KEY = "bench"  # noqa: S105 - nobody's
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "bench._allauth_urls"
USE_TZ = True
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "allauth",
    "allauth.account",
    "allauth.headless",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _address.path.lstrip("/"),
        "USER": _address.username or "",
        "HOST": _address.hostname or _query["host"][0],
        "CONN_MAX_AGE": None,
    }
}
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = False
HEADLESS_ONLY = True
LOGGING_CONFIG = None
