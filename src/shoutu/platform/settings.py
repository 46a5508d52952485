"""Django's settings. What an installation chooses comes from the environment; see docs/howto/operator.

SHOUTU_HOME      the data directory
SHOUTU_DATABASE  postgresql://user:password@host:port/name; unset: SQLite in the data directory
SHOUTU_HOSTS     host names that may be asked for, parted by commas; loopback always may
SHOUTU_HTTPS     1 where a proxy in front speaks TLS: cookies become Secure, HSTS is sent
"""

import os
from typing import Any
from urllib.parse import unquote, urlsplit

from shoutu.platform.home import prepare, secret

HOME = prepare()
BASE = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120

SECRET_KEY = secret("django")
DEBUG = False
ALLOWED_HOSTS = [
    "127.0.0.1",
    "localhost",
    "[::1]",
    *filter(None, os.environ.get("SHOUTU_HOSTS", "").split(",")),
]
HTTPS = os.environ.get("SHOUTU_HTTPS") == "1"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "axes",
    "django_tasks",
    "django_tasks_db",
    "shoutu.platform.ledger",
    "shoutu.platform.outbox",
    "shoutu.platform.accounts",
    "shoutu.platform.territory",
    "shoutu.platform.serving",
    "shoutu.platform.restrictions",
    "shoutu.platform.discovery",
    "shoutu.platform.enforcement",
    "shoutu.platform.warnings",
    "shoutu.platform.web",
]

MIDDLEWARE = [
    "shoutu.platform.web.middleware.security_headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "shoutu.platform.accounts.middleware.acting_post",
    "shoutu.platform.accounts.middleware.signed_in",
    "shoutu.platform.web.middleware.errors_as_pages",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "shoutu.platform.urls"
WSGI_APPLICATION = "shoutu.platform.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "shoutu.platform.web.context.shell",
            ],
            "builtins": ["shoutu.platform.web.templatetags.shoutu"],
        },
    }
]


def _database(address: str | None) -> dict[str, Any]:
    if address is None:
        # FULL, not NORMAL: NORMAL loses acknowledged commits on power loss. IMMEDIATE: a read that
        # turns into a write would otherwise fail at once with "database is locked".
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": HOME / "records.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;"
                "PRAGMA foreign_keys=ON;PRAGMA secure_delete=ON;",
            },
            "CONN_MAX_AGE": None,
        }
    parts = urlsplit(address)
    # Not parts.hostname: that lowers letters, and a host here may be the folder of a socket.
    host = parts.netloc.rpartition("@")[2].removesuffix(f":{parts.port}").strip("[]")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(host),
        "PORT": parts.port or "",
        "CONN_MAX_AGE": None,
    }


DATABASES = {"default": _database(os.environ.get("SHOUTU_DATABASE"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["shoutu.platform.accounts.passwords.Argon2"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "/sign-in"

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "username"  # the name in authenticate(), not that of the form
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "shoutu.platform.accounts.addresses.client_address"
AXES_LOCKOUT_CALLABLE = "shoutu.platform.accounts.views.locked_out"
AXES_VERBOSE = False

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 30 * 60  # idle limit, seconds
SESSION_SAVE_EVERY_REQUEST = True
SESSION_ABSOLUTE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "shoutu.platform.web.errors.forged"
CSRF_COOKIE_SAMESITE = "Lax"
if HTTPS:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [os.path.join(BASE, "locale")]  # noqa: PTH118
LANGUAGE_COOKIE_NAME = "language"
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "caches" / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MIMETYPES = {".mjs": "text/javascript"}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = HOME / "uploads"
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
