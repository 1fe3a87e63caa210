"""From a file as it came to one that may be kept, or a sentence that says why not."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext as _

from messaging.files.pictures import drawn_anew
from messaging.files.rules import (
    FileKind,
    Form,
    form_of,
    kept_name,
    plain_name,
    refuse_too_much,
)


class Uploaded(Protocol):
    """What a form hands in, as Django's uploads are."""

    name: str | None
    size: int | None

    def read(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that may be kept. ``small`` is None and the sides 0 for what is no picture."""

    name: str
    kind: FileKind
    data: bytes
    small: bytes | None = None
    width: int = 0
    height: int = 0

    @property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.data).digest()


def check_all(files: Sequence[tuple[str, bytes]]) -> list[Checked]:
    """The files (name and content) of one message, from wherever they came.

    Refused, all of them, with a sentence that names the first that cannot be taken.
    """
    named = [(plain_name(name) or _("The file"), raw) for name, raw in files]
    refuse_too_much([(name, len(raw)) for name, raw in named])
    return [_checked(name, raw) for name, raw in named]


def check_uploads(files: Sequence[Uploaded]) -> list[Checked]:
    """The same for what a form handed in; what is too large is not even read."""
    refuse_too_much([(plain_name(file.name or ""), file.size or 0) for file in files])
    return check_all([(file.name or "", file.read()) for file in files])


def _checked(name: str, raw: bytes) -> Checked:
    form = form_of(raw, name)
    if form == Form.PDF:
        return Checked(kept_name(name, form, FileKind.PDF), FileKind.PDF, raw)
    kept_name(name, form, FileKind.JPEG)  # before anything is unpacked
    picture = drawn_anew(raw, form, name)
    return Checked(
        kept_name(name, form, picture.kind),
        picture.kind,
        picture.data,
        picture.small,
        picture.width,
        picture.height,
    )
