"""One file for all environments: what differs comes from the environment."""

from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF

from config import env, keyring, logs
from config.env import BASE_DIR

DEBUG = env.flag("DEBUG")
DATA_DIR = env.folder("DATA_DIR", BASE_DIR / "var")
KEY_DIR = env.folder("KEY_DIR", DATA_DIR / "keys")
SECRET_KEY = keyring.django_secret(KEY_DIR)
# What second factors are made from is in the database, under a key that is not.
SECOND_FACTOR_KEY = keyring.second_factor_key(KEY_DIR)

# Where the web processes listen, and how many there are.
HOST = env.text("HOST", "127.0.0.1")
PORT = env.number("PORT", 8000)
WEB_PROCESSES = env.number("WEB_PROCESSES", 1)
SITE_ORIGIN = (env.text("SITE_ORIGIN") or f"http://127.0.0.1:{PORT}").rstrip("/")
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
# A bearer token for /metrics from other machines; without one, only this machine may read it.
METRICS_TOKEN = env.text("METRICS_TOKEN")

INSTALLED_APPS = [
    "config",
    "accounts",
    "voting.audit",
    "voting.units",
    "voting.seasons",
    "voting.roles",
    "voting.approvals",
    "voting.nominations",
    "voting.notices",
    "voting.ballots",
    "voting.judging",
    "voting.results",
    "voting.console",
    "realtime",
    "channels",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "accounts.weixin",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "config.middleware.client_network",
    "config.middleware.request_id",
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "csp.middleware.CSPMiddleware",
    # Before anything looks something up.
    "config.nul_bytes.NulBytes",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "accounts.middleware.chosen_language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.TooManyRequests",
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
                "config.context.site",
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
# How many ballots may wait for the ledger before no more are taken.
LONGEST_BACKLOG = env.number("LONGEST_BACKLOG", 1_000_000)
# A ballot that the vote store has not answered by then has an unknown outcome.
VOTE_ANSWER_SECONDS = 5.0
# Which way a ballot takes through the server: "protocol" is the short one, "asgi" the plain one.
BALLOT_ADAPTER = env.text("BALLOT_ADAPTER", "protocol")
# Requests a network may make, and save up: a guard against floods, far above any real crowd.
FLOOD_PER_SECOND = env.number("FLOOD_PER_SECOND", 300)
FLOOD_BURST = env.number("FLOOD_BURST", 1500)
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
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.passwords.LongEnough", "OPTIONS": {"min_length": 12}},
    {"NAME": "accounts.passwords.NotTheUsual"},
]
ADMIN_EMAIL = env.text("ADMIN_EMAIL", "admin@example.org")
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "seasons:home"
LOGOUT_REDIRECT_URL = "seasons:home"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.CodeRequestForm",
    "confirm_login_code": "accounts.forms.LoginCodeForm",
    "confirm_email_verification_code": "accounts.forms.EmailCodeForm",
    "verify_phone": "accounts.forms.PhoneCodeForm",
    "change_phone": "accounts.forms.NewPhoneForm",
    "add_email": "accounts.forms.NewAddressForm",
    "change_password": "accounts.forms.PasswordChangeForm",
    "set_password": "accounts.forms.PasswordSetForm",
    "reauthenticate": "accounts.forms.PasswordConfirmForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_CHANGE_EMAIL = True  # one address for each person
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60  # by mail; by phone see accounts.code_views
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}
ACCOUNT_SESSION_REMEMBER = True  # not asked: the session's length is the same for all
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_RATE_LIMITS = {
    # Hundreds of people sit behind one address at a school or on a mobile network, so an address
    # is limited loosely. An account is limited by the day: 20 codes of 3 attempts each leave
    # somebody who guesses 60 chances in a million. Text messages have limits of their own.
    "login": "300/m/ip",
    "request_login_code": "300/m/ip,3/m/key,20/d/key",
    "login_failed": "60/m/ip,5/5m/key",
    "confirm_email": "1/10s/key",
    # Nominations: drafts begun and files sent in, by one address.
    "begin_nomination": "200/h/ip",
    "upload": "300/h/ip",
    "change_phone": "10/d/user",
    "verify_phone": "1/60s/key,300/m/ip",
    "reauthenticate": "10/m/user",
}
SESSION_COOKIE_AGE = 3 * 24 * 3600  # seconds

# --- the second factor ---------------------------------------------------------------------------
# Asked of everybody with a role. Off for a trial on one's own machine, where there may be no phone.
STAFF_SECOND_FACTOR = env.flag("STAFF_SECOND_FACTOR", default=HTTPS)
# For how long it covers changes; after that it is asked for again.
SECOND_FACTOR_SECONDS = 8 * 3600
MFA_ADAPTER = "accounts.second_factor.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# A passkey then proves two things by itself: having the device, and its PIN, finger or face.
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_TOTP_ISSUER = "Welfare Star"
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute off
MFA_RATE_LIMITS = {"webauthn_login": "300/m/ip"}
MFA_FORMS = {
    "authenticate": "accounts.mfa_forms.SecondFactorForm",
    "reauthenticate": "accounts.mfa_forms.SecondFactorAgainForm",
    "activate_totp": "accounts.mfa_forms.AppForm",
    "add_webauthn": "accounts.mfa_forms.PasskeyForm",
    "authenticate_webauthn": "accounts.mfa_forms.PasskeyUseForm",
    "reauthenticate_webauthn": "accounts.mfa_forms.PasskeyAgainForm",
    "login_webauthn": "accounts.mfa_forms.PasskeyLoginForm",
    "edit_webauthn": "accounts.mfa_forms.PasskeyNameForm",
}

# --- nominations -------------------------------------------------------------------------------
# So many days after a season's end, contacts and proofs of its nominations are erased, and photos
# of whoever is not shown as a nominee. Answers of offices wait for the end of the season only.
NOMINATION_CONTACT_DAYS = env.number("NOMINATION_CONTACT_DAYS", 180)
# So many days after an objection was settled, who made it is erased (manage.py notices_tidy).
OBJECTION_CONTACT_DAYS = env.number("OBJECTION_CONTACT_DAYS", 180)

# --- mail --------------------------------------------------------------------------------------
EMAIL_URL = env.text("EMAIL_URL")
# Without a mail server: mails become files, to be read at /dev/mailbox/ on this machine.
MAILBOX = env.flag("MAILBOX", default=not EMAIL_URL)
MAILBOX_DIR = DATA_DIR / "mail"
_mail = environ.Env.email_url_config(EMAIL_URL or "dummymail:")
EMAIL_BACKEND = "accounts.mail.MailboxBackend" if MAILBOX else _mail["EMAIL_BACKEND"]
EMAIL_HOST = _mail["EMAIL_HOST"] or "localhost"
EMAIL_USE_TLS = bool(_mail.get("EMAIL_USE_TLS"))
EMAIL_USE_SSL = bool(_mail.get("EMAIL_USE_SSL"))
EMAIL_PORT = _mail["EMAIL_PORT"] or (465 if EMAIL_USE_SSL else 587 if EMAIL_USE_TLS else 25)
EMAIL_HOST_USER = _mail["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_PASSWORD"] or ""
EMAIL_TIMEOUT = 5  # seconds; somebody is waiting for a code
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", f"no-reply@{urlsplit(SITE_ORIGIN).hostname}")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- text messages -------------------------------------------------------------------------------
# Where codes for phones are sent: one POST for each message (docs/accounts.md).
SMS_GATEWAY_URL = env.text("SMS_GATEWAY_URL")
SMS_GATEWAY_HEADERS = env.text("SMS_GATEWAY_HEADERS", "{}")
SMS_GATEWAY_BODY = env.text("SMS_GATEWAY_BODY", '{"phone": "{phone}", "text": "{text}"}')
SMS_GATEWAY_ACCEPTED = env.text("SMS_GATEWAY_ACCEPTED", "{}")
SMS_TIMEOUT = (3.05, 5)  # seconds to connect, and to answer
# Numbers of these countries get messages; others can use e-mail.
SMS_COUNTRIES = env.words("SMS_COUNTRIES", "CN")
# What text messages may cost: how many the site sends in a day, whoever asks.
SMS_PER_DAY = env.number("SMS_PER_DAY", 20_000)
SMS_SENDER = "accounts.sms.senders.MailboxSender"
if SMS_GATEWAY_URL:
    SMS_SENDER = "accounts.sms.gateway.GatewaySender"
PHONE_SIGN_IN = bool(SMS_GATEWAY_URL) or MAILBOX
ACCOUNT_LOGIN_METHODS = {"email", "phone"} if PHONE_SIGN_IN else {"email"}
# Nobody fills in a sign-up form here (accounts.forms), so "email*" binds nobody; allauth's checks
# ask for it. "phone" brings the pages that change a number.
ACCOUNT_SIGNUP_FIELDS = ["email*", "phone"]
ACCOUNT_PHONE_VERIFICATION_TIMEOUT = 5 * 60  # seconds
ACCOUNT_PHONE_VERIFICATION_MAX_ATTEMPTS = 5
ACCOUNT_PHONE_VERIFICATION_SUPPORTS_RESEND = True

# --- WeChat --------------------------------------------------------------------------------------
# Off until configured: a service account signs in inside WeChat, a website application by QR code.
WEIXIN_APP_ID = env.text("WEIXIN_APP_ID")
WEIXIN_APP_SECRET = env.text("WEIXIN_APP_SECRET")
WEIXIN_WEB_APP_ID = env.text("WEIXIN_WEB_APP_ID")
WEIXIN_WEB_APP_SECRET = env.text("WEIXIN_WEB_APP_SECRET")
WEIXIN_API = "https://api.weixin.qq.com"
SOCIALACCOUNT_ADAPTER = "accounts.weixin.adapter.WeixinAccountAdapter"
SOCIALACCOUNT_PROVIDERS = {
    provider: {"APPS": [{"client_id": identifier, "secret": secret}] if identifier else []}
    for provider, identifier, secret in (
        ("weixin", WEIXIN_APP_ID, WEIXIN_APP_SECRET),
        ("weixin_web", WEIXIN_WEB_APP_ID, WEIXIN_WEB_APP_SECRET),
    )
}
SOCIALACCOUNT_FORMS = {"disconnect": "accounts.weixin.forms.DisconnectForm"}
SOCIALACCOUNT_EMAIL_REQUIRED = False  # WeChat gives none
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_QUERY_EMAIL = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5  # seconds

# --- security ----------------------------------------------------------------------------------
INSECURE_HTTP_OK = env.flag("INSECURE_HTTP_OK")
# The __Host- names make browsers refuse a cookie that another host or plain http has set.
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_SAMESITE = "Lax"
# Believed from trusted proxies alone: config.middleware.client_network removes all others.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.flag("HSTS_SUBDOMAINS")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        # Older browsers do not count a websocket of the same origin as 'self'.
        "connect-src": [SELF, *(f"ws{origin.removeprefix('http')}" for origin in SITE_ORIGINS)],
        "form-action": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SILENCED_SYSTEM_CHECKS = [
    "fields.W163",  # SQLite keeps no comments on columns; PostgreSQL does
    "security.W005",  # other hosts of the domain are not ours to bind: HSTS_SUBDOMAINS
    "security.W008",  # the proxy that speaks TLS redirects; a second redirect here can only loop
    "security.W021",  # likewise, preloading binds the whole domain
]

# --- logs --------------------------------------------------------------------------------------
LOGGING_CONFIG = "config.logs.configure"
LOGGING = logs.settings(env.text("LOG_FORMAT", "auto"), env.text("LOG_LEVEL", "INFO"))

# --- pages -------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
FORMAT_MODULE_PATH = "config.formats"
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
LANGUAGE_COOKIE_NAME = "language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "config" / "static"]
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.static_storage.HashedStaticFiles"},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
