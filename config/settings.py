"""Every setting, read once from the environment; docs/settings.md lists them and a test holds the two together.

A setting that is missing or makes no sense ends the start with a line that names it (config.lib.env.SettingError).
"""

import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from config import queues, schedule
from config.databases import database
from config.lib import env
from config.lib.logs import logging_config
from config.limits import limits
from config.outside import network_data, outside_lookups, providers
from config.traces import traces
from config.webhooks import webhooks

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = "0.1.0"

# --- where things are -----------------------------------------------------------------------------------------------
GATEHOUSE_HOME = env.path("GATEHOUSE_HOME", BASE_DIR / "var", hint="A folder for embedded servers and built data.")
PORT = env.integer("PORT", 8000, hint="The port of the web address, 1 to 65535.", within=range(1, 65536))
GATEHOUSE_URL = env.url("GATEHOUSE_URL", f"http://localhost:{PORT}", hint="The address callers reach Gatehouse at.")
DATABASE_URL = env.url(
    "DATABASE_URL",
    "postgresql:///gatehouse",
    schemes=["postgres", "postgresql"],
    hint="A PostgreSQL of your own, as postgresql://user:password@host/name; unset: the embedded one.",
)
REDIS_URL = env.url(
    "REDIS_URL",
    "redis://127.0.0.1:6379/0",
    schemes=["redis", "rediss", "unix", "valkey"],
    hint="A Valkey or Redis of your own, as redis://host/0; unset: the embedded one.",
)
BROKER_URL = env.url("BROKER_URL", REDIS_URL, hint="The broker for Celery; unset: the server of REDIS_URL.")

# --- secrets --------------------------------------------------------------------------------------------------------
DEBUG = env.flag("GATEHOUSE_DEBUG", default=False, hint="Tracebacks in the browser; never in production.")
DEVELOPMENT = env.flag(
    "GATEHOUSE_DEVELOPMENT", default=False, hint="Inbox, example page and plain HTTP, for trying out."
)
SECRET_KEY = env.text("DJANGO_SECRET_KEY", hint="50 random characters; `make run` makes them.", secret=True)
GATEHOUSE_DATA_KEYS = env.listing(
    "GATEHOUSE_DATA_KEYS", hint="Fernet keys between commas; the first encrypts, all decrypt.", secret=True
)
GATEHOUSE_PEPPER = env.text("GATEHOUSE_PEPPER", hint="64 hexadecimal digits, random, kept for good.", secret=True)
GATEHOUSE_OLD_PEPPERS = env.listing(
    "GATEHOUSE_OLD_PEPPERS", [], hint="The peppers before it between commas, the newest first.", secret=True
)

# --- the web --------------------------------------------------------------------------------------------------------
ALLOWED_HOSTS = env.listing("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"], hint="Host names between commas.")
TRUSTED_PROXIES = env.integer("TRUSTED_PROXIES", 0, hint="How many proxies of yours stand in front.", within=range(10))
EDGE_HEADERS = env.flag(
    "EDGE_HEADERS", default=False, hint="The proxy in front sets or removes every X-Edge header (docs/edge.md)."
)
CSRF_TRUSTED_ORIGINS = env.listing("CSRF_TRUSTED_ORIGINS", [], hint="Origins of the console, as https://host.")
API_MAX_BODY_BYTES = env.integer("API_MAX_BODY_BYTES", 256 * 1024, hint="The largest body of a call, in bytes.")
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * API_MAX_BODY_BYTES  # of the calls that bring much; each parser has its own bound
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_HSTS_SECONDS = env.integer(
    "HSTS_SECONDS",
    0 if DEVELOPMENT else 31_536_000,
    hint="How long browsers come back by TLS alone (Strict-Transport-Security); 0: not said.",
    within=range(63_072_001),
)
# The nearest of your proxies says whether it was called by TLS; without one, nobody is believed.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # whether the other names under yours speak TLS is for you to say
    "security.W008",  # the proxy that ends TLS redirects; health checks and gateways inside call plainly
    "security.W021",  # as W005: a list that browsers ship cannot be left again
]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEVELOPMENT
SESSION_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
LAST_KNOWN_SECONDS = env.number(
    "LAST_KNOWN_SECONDS",
    900.0,
    hint="How long gateways get what was last known while PostgreSQL is away.",
    within=(5, 86_400),
)
WEB_THREADS = env.integer(
    "WEB_THREADS",
    1,
    hint="Threads of a web process that work, beside FEED_WAITERS: bulk calls never take the last.",
    within=range(1, 65),
)
METRICS_PORT = env.integer(
    "METRICS_PORT",
    0,
    hint="Where a worker shows its metrics; 0: web processes show them, by the folder that they share.",
    within=range(65536),
)
METRICS_BIND = env.text("METRICS_BIND", "127.0.0.1", hint="The address that a worker shows its metrics at.")
LOCAL_COPIES = env.integer(
    "LOCAL_COPIES",
    20_000,
    hint="Tiers that each web process keeps for under 5 s; 0: Valkey is asked each time.",
    within=range(1_000_001),
)
BUDGETS_AWAY_SHARE = env.number(
    "BUDGETS_AWAY_SHARE",
    0.1,
    hint="The part of a budget that each web process gives out while Valkey is away; 0: nothing.",
    within=(0, 1),
)
API_LIMITS = limits()

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_linear_migrations",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "axes",
    "config.lib",
    "risk",
    "tiers",
    "verification",
    "bench",
]
MIDDLEWARE = [
    "config.lib.http.RequestIdMiddleware",
    "config.lib.metrics.MetricsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.lib.http.ApiHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "verification.languages.PersonLanguageMiddleware",
    "config.lib.http.NamesMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "verification.console.second_factor.SecondFactorMiddleware",
    "axes.middleware.AxesMiddleware",
]
APPEND_SLASH = False
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "build" / "static"
STATICFILES_DIRS = [BASE_DIR / "templates" / "static", BASE_DIR / "build" / "console"]
AGENT_SCRIPT = BASE_DIR / "build" / "agent" / "v1.js"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]  # of those who sign up; the console is English
TIME_ZONE = "UTC"
USE_TZ = True

# --- signing in at the console --------------------------------------------------------------------------------------
CONSOLE_SECOND_FACTOR = env.choice(
    "CONSOLE_SECOND_FACTOR",
    "offered" if DEVELOPMENT else "required",
    options=["off", "offered", "required"],
    hint="A second factor at the console: off, offered or required.",
)
SESSION_COOKIE_AGE = 12 * 3600  # a day's work
LOGIN_REDIRECT_URL = "admin:index"  # where who asked for the sign-in itself goes: the toolkit's form names no page
OTP_TOTP_ISSUER = "Gatehouse"
LOCKED_OUT_MINUTES = 15
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "verification.console.passkeys.PasskeyBackend",
]
_site = urlsplit(GATEHOUSE_URL)  # passkeys belong to a name, never to an address in numbers
_named = not re.fullmatch(r"[\d.]+|.*:.*", _site.hostname or "")
CONSOLE_PASSKEY_RP_ID = env.text(
    "CONSOLE_PASSKEY_RP_ID",
    (_site.hostname or "") if _named else "",
    hint="The domain that passkeys of the console belong to, as gatehouse.example.com; empty: none at the console.",
)
CONSOLE_PASSKEY_ORIGINS = env.listing(
    "CONSOLE_PASSKEY_ORIGINS",
    [f"{_site.scheme}://{_site.netloc}"] if _named else [],
    hint="Origins of the console that they are asked for at, as https://gatehouse.example.com.",
)
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=LOCKED_OUT_MINUTES)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # so that a stranger locks nobody else out
AXES_CLIENT_IP_CALLABLE = "config.lib.http.client_ip"
AXES_LOCKOUT_CALLABLE = "verification.console.second_factor.locked_out"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "credential"]
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# --- the API --------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["config.lib.auth.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["config.lib.errors.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["config.lib.rendering.JsonRenderer"],
    "DEFAULT_THROTTLE_CLASSES": ["config.lib.ratelimit.KeyThrottle"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "config.lib.errors.handle",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Gatehouse",
    "DESCRIPTION": "Signup defence: a decision for each signup, a tier for each account.",
    "VERSION": VERSION,
    "OAS_VERSION": "3.1.0",
    "WEBHOOKS": "verification.api.event_schemas.WEBHOOKS",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENABLE_DJANGO_DEPLOY_CHECK": False,  # tests/api/test_schema.py holds the schema to more than its names
}

# --- the database ---------------------------------------------------------------------------------------------------
PUBLISH_BY_TWO = env.flag("PUBLISH_BY_TWO", default=False, hint="One person proposes a policy, another publishes it.")
STATEMENT_TIMEOUT_MS = env.integer(
    "STATEMENT_TIMEOUT_MS", 5000, hint="The longest a query of web and worker may take; 0: no bound."
)
PREPARE_STATEMENTS = env.flag(
    "PREPARE_STATEMENTS", default=True, hint="Have PostgreSQL keep the plans of queries; not through an old pooler."
)


DATABASES = {"default": database(DATABASE_URL, timeout_ms=STATEMENT_TIMEOUT_MS, prepare=PREPARE_STATEMENTS)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}

# --- tasks ----------------------------------------------------------------------------------------------------------
RELAY_SECONDS = env.number("RELAY_SECONDS", 1.0, hint="How often events are relayed, in seconds.", within=(0.1, 60))
RINGS_SECONDS = env.number("RINGS_SECONDS", 120.0, hint="How often rings are looked for around newcomers, in seconds.")
RINGS_FULL_SECONDS = env.number("RINGS_FULL_SECONDS", 21_600.0, hint="How often they are among all, in seconds.")
SECOND_PERSON_MEMBERS = env.integer(
    "SECOND_PERSON_MEMBERS",
    100,
    hint="Members of a ring from which on two people act on it; 0: never.",
    within=range(10**9),
)
CASE_HOURS = env.number("CASE_HOURS", 24.0, hint="Hours in which a case is closed.", within=(0.1, 720))
GOLDEN_EVERY = env.integer(
    "GOLDEN_EVERY", 20, hint="One in so many cases that an analyst takes is golden; 0: none.", within=range(10_001)
)
APPEAL_HOURS = env.number("APPEAL_HOURS", 72.0, hint="Hours in which an appeal is answered.", within=(1, 720))
RECHECK_SECONDS = env.number("RECHECK_SECONDS", 30.0, hint="How often what is due is looked for, in seconds.")
TIER_TOKEN_SECONDS = env.integer("TIER_TOKEN_SECONDS", 300, hint="Seconds, 30 to 900.", within=range(30, 901))
TIER_KEY_DAYS = env.integer("TIER_KEY_DAYS", 30, hint="Days that a key signs, 1 to 365.", within=range(1, 366))
TIER_CHANGES_HOURS = env.integer("TIER_CHANGES_HOURS", 72, hint="Hours kept, 1 to 720.", within=range(1, 721))
FEED_WAITERS = env.integer("FEED_WAITERS", 2, hint="Calls that may wait at a time, 0 to 64.", within=range(65))
CELERY_BROKER_URL = BROKER_URL
_rabbitmq = urlsplit(BROKER_URL).scheme in {"amqp", "amqps", "pyamqp"}
CELERY_TASK_QUEUES = queues.queues(quorum=_rabbitmq)
CELERY_TASK_ROUTES = queues.routes()
CELERY_TASK_ANNOTATIONS = queues.limits()
CELERY_TASK_DEFAULT_QUEUE = queues.BULK.name  # where a task without a route would delay nobody
CELERY_TASK_CREATE_MISSING_QUEUES = False
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = queues.BULK.seconds
CELERY_TASK_SOFT_TIME_LIMIT = queues.BULK.seconds - queues.SPARE_SECONDS
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"confirm_publish": True}
    if _rabbitmq
    else {"visibility_timeout": 600, "socket_timeout": 5, "socket_connect_timeout": 2}
)
CELERY_BEAT_SCHEDULER = "config.lib.beat:LeasedScheduler"
CELERY_BEAT_SCHEDULE = schedule.schedule(
    relay=RELAY_SECONDS, rings=RINGS_SECONDS, rings_full=RINGS_FULL_SECONDS, recheck=RECHECK_SECONDS
)

# --- outside parties and local data ---------------------------------------------------------------------------------
PROVIDERS = providers(development=DEVELOPMENT)
OUTSIDE_LOOKUPS = outside_lookups(development=DEVELOPMENT)
EMAIL_HOST = env.text("EMAIL_HOST", "localhost", hint="The mail server.")
EMAIL_PORT = env.integer("EMAIL_PORT", 25, hint="Its port.")
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "", hint="Its user.")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "", hint="Its password.", secret=True)
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", default=False, hint="STARTTLS before sending.")
EMAIL_TIMEOUT = 10
EMAIL_BACKEND = "verification.providers.smtp_backend.CarefulBackend"
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "gatehouse@localhost", hint="The sender of codes.")
MAIL_DOMAIN = DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
MAIL_DNS_SERVERS = env.servers(
    "MAIL_DNS_SERVERS",
    port=53,
    hint="Resolvers to ask of mail domains, as 192.0.2.1 or [2001:db8::1]:53 between commas; unset: the system's.",
)
_verifies, _looks = PROVIDERS["phone"] == "twilio", OUTSIDE_LOOKUPS["phone_line"] == "twilio"
_unset = None if _verifies or _looks else ""  # needed where Twilio is chosen
TWILIO_ACCOUNT_SID = env.text("TWILIO_ACCOUNT_SID", _unset, hint="The Twilio account.")
TWILIO_AUTH_TOKEN = env.text("TWILIO_AUTH_TOKEN", _unset, hint="Its token.", secret=True)
TWILIO_VERIFY_SERVICE_SID = env.text(
    "TWILIO_VERIFY_SERVICE_SID", None if _verifies else "", hint="Its Verify service, custom codes on."
)
TWILIO_LOOKUP_FIELDS = env.choices(
    "TWILIO_LOOKUP_FIELDS",
    ["line_type_intelligence"],
    options=["line_type_intelligence", "sim_swap", "reassigned_number", "sms_pumping_risk"],
    hint="What Twilio Lookup is asked of a number; each is paid for, and sim_swap and reassigned_number applied for.",
)
PHONE_COUNTRIES = env.listing(
    "PHONE_COUNTRIES", [], hint="Countries whose phones codes are sent to, as US,DE,BR; empty: all."
)
_unset = None if "stripe" in (PROVIDERS["payment"], PROVIDERS["document"]) else ""  # needed where Stripe is chosen
STRIPE_SECRET_KEY = env.text("STRIPE_SECRET_KEY", _unset, hint="The Stripe account's secret key.", secret=True)
STRIPE_PUBLISHABLE_KEY = env.text("STRIPE_PUBLISHABLE_KEY", _unset, hint="Its publishable key, for Stripe.js.")
STRIPE_WEBHOOK_SECRET = env.text(
    "STRIPE_WEBHOOK_SECRET", _unset, hint="The signing secret of its webhook endpoint.", secret=True
)
STRIPE_API_BASE = env.url(
    "STRIPE_API_BASE", "https://api.stripe.com", schemes=["https", "http"], hint="Where Stripe's interface is."
)
_named = DEVELOPMENT and _named
PASSKEY_RP_ID = env.text(
    "PASSKEY_RP_ID",
    (_site.hostname or "") if _named else "",
    hint="The domain that passkeys belong to, such as example.com; empty: no passkeys.",
)
PASSKEY_ORIGINS = env.listing(
    "PASSKEY_ORIGINS",
    [f"{_site.scheme}://{_site.netloc}"] if _named else [],
    hint="Origins of the pages that ask for passkeys, between commas, as https://www.example.com.",
)
NETWORK_DATA = network_data()
WEBHOOKS = webhooks(development=DEVELOPMENT)
TRACES = traces()
DISPOSABLE_PHONES_FILE = env.text("DISPOSABLE_PHONES_FILE", "", hint="A file of numbers that anybody can read.") or None
OWN_DOMAINS = env.listing("OWN_DOMAINS", [], hint="Your product's domains, whose look-alikes are looked for.")
SHARING_NAME = env.text("SHARING_NAME", "Gatehouse", hint="By which partners know who tells them of rings.")
EXAMPLE_SECRET_KEY = env.text("EXAMPLE_SECRET_KEY", "", hint="The example page's secret key.", secret=True)
EXAMPLE_PUBLISHABLE_KEY = env.text("EXAMPLE_PUBLISHABLE_KEY", "", hint="The example page's publishable key.")

# --- logs -----------------------------------------------------------------------------------------------------------
LOG_FORMAT = env.choice(
    "LOG_FORMAT", "console" if DEVELOPMENT else "json", options=["json", "console"], hint="json or console."
)
LOGGING = logging_config(
    log_format=LOG_FORMAT, level=env.text("LOG_LEVEL", "INFO", hint="DEBUG, INFO, WARNING or ERROR.")
)
UNFOLD = {
    "SITE_TITLE": "Gatehouse",
    "SITE_HEADER": "Gatehouse",
    "SITE_SYMBOL": "shield_person",
    "SITE_URL": None,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_HISTORY": False,
    "ENVIRONMENT": "verification.console.navigation.environment",
    "DASHBOARD_CALLBACK": "verification.console.dashboard.dashboard",
    "STYLES": ["verification.console.navigation.stylesheet"],
    "SCRIPTS": ["verification.console.navigation.script"],
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "verification.console.navigation.icon"}],
    "COLORS": "verification.console.navigation.colours",
    "ACCOUNT": {"navigation": "verification.console.navigation.own"},
    "SIDEBAR": {"navigation": "verification.console.navigation.sidebar"},
}
