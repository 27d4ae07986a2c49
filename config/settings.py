"""One file for all environments: what differs comes from the environment (README, Configuration)."""

from urllib.parse import urlsplit

import environ

from config import env, keyring
from config.env import BASE_DIR

DEBUG = env.flag("DEBUG")
DATA_DIR = env.folder("DATA_DIR", BASE_DIR / "var")
KEY_DIR = env.folder("KEY_DIR", DATA_DIR / "keys")
SECRET_KEY = keyring.django_secret(KEY_DIR)

SITE_ORIGIN = env.text("SITE_ORIGIN", "http://127.0.0.1:8000").rstrip("/")
# Further origins that are this site too, such as localhost beside 127.0.0.1.
SITE_ORIGINS = [SITE_ORIGIN, *env.words("EXTRA_ORIGINS")]
if urlsplit(SITE_ORIGIN).hostname in {"127.0.0.1", "localhost"}:
    _port = urlsplit(SITE_ORIGIN).port or 80
    SITE_ORIGINS += [f"http://{host}:{_port}" for host in ("127.0.0.1", "localhost")]
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS") or sorted(
    {urlsplit(origin).hostname or "" for origin in SITE_ORIGINS}
)
CSRF_TRUSTED_ORIGINS = SITE_ORIGINS
HTTPS = SITE_ORIGIN.startswith("https://")
# Proxies whose X-Forwarded-For is believed, as addresses or networks.
TRUSTED_PROXIES = env.words("TRUSTED_PROXIES")

INSTALLED_APPS = [
    "config",
    "accounts",
    "voting.seasons",
    "voting.ballots",
    "realtime",
    "channels",
    "allauth",
    "allauth.account",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# --- stores ------------------------------------------------------------------------------------
DATABASE_URL = env.text("DATABASE_URL", f"sqlite:///{DATA_DIR / 'welfare-star.sqlite3'}")
DATABASES = {"default": environ.Env.db_url_config(DATABASE_URL)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",  # a writer waits at BEGIN instead of failing later
        "timeout": 20,
        # FULL: an acknowledged ledger batch is on the disk, not only on its way there.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    DATABASES["default"]["OPTIONS"] = {"pool": {"min_size": 1, "max_size": 8, "timeout": 10}}
DATABASE_WAIT_SECONDS = 20

# The vote store; set by the supervisor when it runs the embedded server.
REDIS_URL = env.text("REDIS_URL")
CACHE_REDIS_URL = env.text("CACHE_REDIS_URL") or (
    f"{REDIS_URL}?db=1" if REDIS_URL.startswith("unix:") else f"{REDIS_URL}/1" if REDIS_URL else ""
)
VOTE_STORE_UNSAFE_OK = env.flag("VOTE_STORE_UNSAFE_OK")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": CACHE_REDIS_URL,
        "KEY_PREFIX": "django",
    }
    if CACHE_REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        # Without socket_timeout=None an idle subscription is torn down every 5 seconds.
        "CONFIG": {"hosts": [{"address": CACHE_REDIS_URL, "socket_timeout": None}]},
    }
}

# --- people ------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]

# --- pages -------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
LANGUAGE_COOKIE_NAME = "language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "config" / "static"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "media"},
    },
    "staticfiles": {"BACKEND": "config.static_storage.HashedStaticFiles"},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
