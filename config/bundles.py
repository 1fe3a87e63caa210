"""Style sheets and scripts that travel as one file each: on a phone every further request costs.

The parts stay files of their own in ``static/``; what is served is made from them, and made anew
when one of them changes. Pages that few people see (the desk, the control room) bring their own.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.files.storage import FileSystemStorage

BUNDLES: Final = {
    "css/nota.css": [
        "css/tokens.css",
        "css/base.css",
        "css/components.css",
        "css/layout.css",
        "css/changes.css",
        "css/paying.css",
        "css/money.css",
        "css/autopay.css",
        "css/links.css",
        "css/talk.css",
        "css/proposals.css",
    ],
    "js/nota.js": [
        "django_htmx/htmx-2.min.js",
        "js/copy.js",
        "js/motion.js",
        "js/app.js",
        "js/live.js",
        "js/opened.js",
        "js/seen.js",
        "js/share.js",
        "js/files.js",
        "js/talk.js",
        "js/answers.js",
        "js/here.js",
    ],
}


class BundleFinder(finders.BaseFinder):
    """Finds the bundles among the static files, as if they lay in a folder."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.folder = Path(settings.DATA_DIR) / "bundles"
        self.storage = FileSystemStorage(location=self.folder)

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The absolute path of an up-to-date bundle; nothing for any other file."""
        found = [str(self._made(path))] if path in BUNDLES else []
        return found if find_all or not found else found[0]

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        """Every bundle, for collectstatic."""
        for path in BUNDLES:
            self._made(path)
            yield path, self.storage

    def _made(self, path: str) -> Path:
        """Write the bundle if it is not there as it should be; whole or not at all."""
        text = "\n".join(_source(part) for part in BUNDLES[path])
        bundle = self.folder / path
        if not bundle.exists() or bundle.read_text("utf-8") != text:
            bundle.parent.mkdir(parents=True, exist_ok=True)
            handle, fresh = tempfile.mkstemp(dir=bundle.parent)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            Path(fresh).chmod(0o644)
            Path(fresh).replace(bundle)
        return bundle


def _source(part: str) -> str:
    found = finders.find(part)
    if not found:
        raise FileNotFoundError(f"a bundle names a file that is not there: {part}")
    return Path(found).read_text("utf-8")
