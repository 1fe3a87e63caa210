"""The demo's static files: collected and compressed once, and again only when one has changed."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

# Variants of htmx that no page asks for; compressing them would be half of the work.
NOT_ASKED_FOR = ["htmx-4*", "htmax-4*", "htmx-2.js", "ext", "hx-*"]
STAMP = ".collected"


def collect_assets() -> None:
    """Run collectstatic, unless what lies in STATIC_ROOT was made from the very same files."""
    root = Path(settings.STATIC_ROOT)
    stamp = _stamp()
    if (root / STAMP).exists() and (root / STAMP).read_text() == stamp:
        return
    call_command("collectstatic", verbosity=0, interactive=False, ignore_patterns=NOT_ASKED_FOR)
    (root / STAMP).write_text(stamp)


def _stamp() -> str:
    """A fingerprint of all files that would be collected: their names, sizes and times."""
    seen = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list(NOT_ASKED_FOR):
            found = Path(storage.path(name)).stat()
            seen.update(f"{name} {found.st_size} {found.st_mtime_ns}\n".encode())
    return seen.hexdigest()
