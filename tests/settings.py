"""The house's settings for tests: no HTTPS, fast hashes, no files collected, and a clock that only
a test moves.

Tests keep to a data folder of their own: what a demo has there is never touched, and its database
never runs on a server that was started without fsync.
"""

import os
from pathlib import Path

_OWN_DATA = Path(__file__).resolve().parent.parent / ".cache" / "tests"
os.environ.setdefault("NOTA_DATA", str(_OWN_DATA))
os.environ.setdefault("NOTA_DEMO", "0")
os.environ.setdefault("NOTA_HTTPS", "0")
os.environ.setdefault("NOTA_UNDO_SEND_S", "0")
os.environ.setdefault("NOTA_PG_FAST", "1")
os.environ.setdefault("NOTA_HOSTS", "localhost,127.0.0.1,testserver")

from config.settings import *  # noqa: E402, F403

# A server or a command that a test starts beside itself is told which database the test uses.
DATABASES["default"]["NAME"] = os.environ.get(  # noqa: F405
    "NOTA_TEST_DATABASE",
    DATABASES["default"]["NAME"],  # noqa: F405
)

# Tests in which days pass beside a browser share a clock with their server.
CLOCK_FILE = os.environ.get("NOTA_TEST_CLOCK", "")

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Static files come straight from where they lie: nothing is collected for a test.
STATIC_ROOT = DATA_DIR / "static"  # noqa: F405
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
