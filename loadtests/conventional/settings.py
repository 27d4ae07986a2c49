"""What ``startproject`` gives, less what a vote does not need, with connections that stay open."""

import os

import environ

SECRET_KEY = "guards nothing: a measurement on loopback"  # noqa: S105
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "loadtests.conventional.urls"
INSTALLED_APPS = [
    "loadtests.conventional",
    "channels",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
DATABASES = {
    "default": environ.Env.db_url_config(os.environ.get("CONVENTIONAL_DATABASE_URL", "sqlite://"))
    | {"CONN_MAX_AGE": None}
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {
            "hosts": [{"address": os.environ.get("CACHE_REDIS_URL", ""), "socket_timeout": None}]
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
