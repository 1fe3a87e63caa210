"""Django's settings, read from the environment. One file, in Django's order.

The variables are listed in the README; what is not set has a default that is right for a
production behind HTTPS, except for the ones that the demo and the tests set for themselves.
"""

from pathlib import Path

from django.utils.csp import CSP

from config import database
from config.env import envbool, envint, envlist, envsecret, envstr
from config.secret import secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = database.data_dir()

# --- Core
DEBUG = envbool("NOTA_DEBUG", False)
DEMO = envbool("NOTA_DEMO", False)
HTTPS = envbool("NOTA_HTTPS", True)
SECRET_KEY = envsecret("NOTA_SECRET_KEY", "") or secret_key(DATA_DIR)
ALLOWED_HOSTS = envlist("NOTA_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if HTTPS else []
# Where links in messages lead, and whether the demo's movable clock is used.
BASE_URL = envstr("NOTA_BASE_URL", "http://127.0.0.1:8000")
# So long an agent's answer waits, and can be taken back.
UNDO_SEND_S = envint("NOTA_UNDO_SEND_S", 10)
CLOCK_FILE = str(DATA_DIR / "clock") if DEMO else ""

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "channels",
    "django_htmx",
    "procrastinate.contrib.django",
    "invoices",
    "payments",
    "messaging",
    "config.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.SmallPages",
    "config.middleware.PrivatePages",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "config.middleware.WithoutNul",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"
WEB_THREADS = envint("NOTA_WEB_THREADS", 4)

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# --- Data
DATABASES = {"default": database.settings()}
# What a job defers belongs to the job's transaction, as everywhere else.
PROCRASTINATE_ON_APP_READY = "invoices.history.queue.on_app_ready"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Shared by all processes: allauth's rate limits would be void in a cache of each process.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "nota_cache",
    }
}
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# --- People
AUTH_USER_MODEL = "invoices.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "first_desk"
ACCOUNT_ADAPTER = "config.accounts.StaffOnlyAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_PREVENT_ENUMERATION = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Passkeys over plain http work on localhost alone, which is where the demo runs.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
USERSESSIONS_TRACK_ACTIVITY = False
# The demo keeps its e-mails; anywhere else they are sent, or the deployment check says why not.
_KEPT, _SENT = "config.demo.mail.Kept", "django.core.mail.backends.smtp.EmailBackend"
DEFAULT_FROM_EMAIL = envstr("NOTA_FROM_EMAIL", "nota@localhost")
MAILERS = {"default": {"BACKEND": envstr("NOTA_MAILER", _KEPT if DEMO else _SENT)}}
# Answers to our e-mails come to addresses of this domain; without one, to the support address.
REPLY_DOMAIN = envstr("NOTA_REPLY_DOMAIN", "svar.nota.example" if DEMO else "")
DEMO_MAIL_PORT = envint("NOTA_DEMO_MAIL_PORT", 8025)  # where the demo takes answers in
MAIL_HOOK_SECRET = envsecret("NOTA_MAIL_HOOK_SECRET", "")
# How long a message may stand unread before the other side is told by mail.
AWAY_AFTER_S = envint("NOTA_AWAY_AFTER_S", 30 if DEMO else 120)
STAFF_AWAY_AFTER_S = envint("NOTA_STAFF_AWAY_AFTER_S", 600)
# The class that sends text messages; without one no code goes to a telephone.
SMS_SENDER = envstr("NOTA_SMS", "config.demo.sms.Kept" if DEMO else "")

# --- Languages and time
LANGUAGE_CODE = "en"
LANGUAGES = [("nb", "Norsk"), ("sv", "Svenska"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
LANGUAGE_COOKIE_NAME = "__Host-nota_language" if HTTPS else "nota_language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SECURE = HTTPS
TIME_ZONE = "Europe/Oslo"
USE_TZ = True

# --- Files
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "config.bundles.BundleFinder",
]
STATIC_ROOT = Path(envstr("NOTA_STATIC_ROOT", str(DATA_DIR / "static")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 3600
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
# A bank file comes in one request; above this Django refuses the request.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024 * 1024

# --- Security
SESSION_COOKIE_NAME = "__Host-nota_staff" if HTTPS else "nota_staff"
CSRF_COOKIE_NAME = "__Host-nota_csrf" if HTTPS else "nota_csrf"
LINK_COOKIE_NAME = "__Host-nota_links" if HTTPS else "nota_links"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# What staff are told once stays on the server, not in a cookie with file names and reasons.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
# Nothing to other sites. Not no-referrer: under that, browsers send our own forms with
# "Origin: null", and the check against forged requests refuses them. Secret links add it.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN" if DEMO else "DENY"
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.NONCE],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    # The demo's control room shows the customer's phone in a frame.
    "frame-src": [CSP.SELF, *envlist("NOTA_SIMULATORS")] if DEMO else [CSP.NONE],
    "frame-ancestors": [CSP.SELF] if DEMO else [CSP.NONE],
    "manifest-src": [CSP.SELF],
    "worker-src": [CSP.SELF],
}

# --- Logs
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "tokens": {"()": "config.logs.WithoutTokens"},
        "arguments": {"()": "config.logs.ArgumentsWithoutTokens"},
    },
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["tokens"],
            "formatter": "line",
        }
    },
    "root": {"handlers": ["console"], "level": envstr("NOTA_LOG_LEVEL", "WARNING")},
    "loggers": {
        # Django's own handlers would write a second time, unmasked.
        "django": {"handlers": []},
        "django.server": {"filters": ["arguments"]},
        # Servers bring their own handlers, and write from arguments.
        "uvicorn.access": {"filters": ["arguments"]},
        "uvicorn.error": {"filters": ["arguments"]},
    },
}
