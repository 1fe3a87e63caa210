"""The demo's settings on the run's own database: static files from where they lie, mail kept."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "tests.screens.urls"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
MAILERS = {"default": {"BACKEND": "config.demo.mail.Kept"}}
LOGGING["handlers"]["console"]["level"] = "CRITICAL"  # type: ignore[index]  # noqa: F405
