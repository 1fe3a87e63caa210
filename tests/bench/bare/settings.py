"""The house's settings without its middleware, its pages and its templates."""

from pathlib import Path

from config.settings import *  # noqa: F403

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "procrastinate.contrib.django",
    "invoices",
]
MIDDLEWARE = []
ROOT_URLCONF = "tests.bench.bare.views"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).resolve().parent / "templates"],
    }
]
