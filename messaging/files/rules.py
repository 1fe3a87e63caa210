"""What may be sent with a message: told apart by content, named plainly, never too much. Pure.

A name never decides what a file is. It only may not say something else than the content does:
"invoice.pdf.exe" is refused, also where a PDF is inside.
"""

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from invoices.errors import N_, Refused

FILE_MAX: Final = 10 * 1024 * 1024
TOGETHER_MAX: Final = 25 * 1024 * 1024
FILES_MAX: Final = 5
NAME_MAX: Final = 80


class FileKind(StrEnum):
    """What a kept file is. Pictures that came as HEIC are kept as JPEG."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"


class Form(StrEnum):
    """What a file is when it comes."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    HEIC = "heic"


CONTENT_TYPES: Final = {
    FileKind.PDF: "application/pdf",
    FileKind.PNG: "image/png",
    FileKind.JPEG: "image/jpeg",
}
EXTENSIONS: Final = {FileKind.PDF: "pdf", FileKind.PNG: "png", FileKind.JPEG: "jpg"}
# What a browser offers to choose from; it checks nothing.
ACCEPT: Final = (
    "application/pdf,image/png,image/jpeg,image/heic,image/heif,.pdf,.png,.jpg,.jpeg,.heic"
)

_PICTURES = frozenset({"png", "jpg", "jpeg", "jpe", "jfif", "heic", "heif", "hif"})
# Telephones name pictures as they like: any picture's ending fits any picture.
_ENDINGS = {Form.PDF: frozenset({"pdf"})} | dict.fromkeys(
    (Form.PNG, Form.JPEG, Form.HEIC), _PICTURES
)
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_PDF_END = 2_048  # bytes in which a PDF says that it ends; what follows would be another file
_TURNING = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_ENDING = re.compile(r"\.([^.\s]{1,12})\Z")

REFUSED_KIND: Final = N_("“{name}” cannot be sent. Send a PDF, or a picture as JPG, PNG or HEIC.")


def form_of(raw: bytes, name: str) -> Form:
    """What the file is by its first bytes. Refused where it is nothing that may be sent."""
    if not raw:
        raise Refused(N_("“{name}” is empty. Choose the file again."), name=name)
    if raw.startswith(b"%PDF-"):
        if b"%%EOF" not in raw[-_PDF_END:]:
            raise Refused(
                N_("“{name}” is not a whole PDF. Save it again and send that."), name=name
            )
        return Form.PDF
    if raw.startswith(b"\x89PNG\r\n\x1a\n"):
        return Form.PNG
    if raw.startswith(b"\xff\xd8\xff"):
        return Form.JPEG
    if raw[4:8] == b"ftyp" and raw[8:12] in _HEIC_BRANDS:
        return Form.HEIC
    raise Refused(REFUSED_KIND, name=name)


def plain_name(given: str) -> str:
    """A name as it can be shown: no path, nothing that cannot be seen or turns what is read."""
    last = re.split(r"[\\/]", given)[-1]
    kept = "".join(
        sign
        for sign in unicodedata.normalize("NFC", last)
        if sign not in _TURNING and unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )
    kept = " ".join(kept.split()).strip(" .")
    if len(kept) > NAME_MAX:
        found = _ENDING.search(kept)
        ending = found[0] if found else ""
        kept = kept[: NAME_MAX - len(ending)].rstrip(" .") + ending
    return kept


def kept_name(name: str, form: Form, kind: FileKind) -> str:
    """The name under which it is kept: its own, with the ending of what is kept.

    Refused where the ending says something else than the content.
    """
    found = _ENDING.search(name)
    if found and _says_kind(found[1]) and found[1].lower() not in _ENDINGS[form]:
        raise Refused(
            N_("“{name}” is not what its name says. Send it under its own ending."), name=name
        )
    stem = name[: found.start()] if found and found[1].lower() in _ENDINGS[form] else name
    return f"{stem.strip(' .') or 'file'}.{EXTENSIONS[kind]}"


def _says_kind(ending: str) -> bool:
    """Whether it is an ending at all: "Scan 12.03" has none."""
    return ending.isascii() and ending.isalnum() and not ending.isdecimal()


def refuse_too_much(sizes: Sequence[tuple[str, int]]) -> None:
    """Refused where there are too many files, or one is too large, or all together are."""
    if len(sizes) > FILES_MAX:
        raise Refused(
            N_("A message takes {most} files. Send the rest in another message."), most=FILES_MAX
        )
    for name, size in sizes:
        if size > FILE_MAX:
            raise Refused(
                N_("“{name}” is larger than {most} MB. Make it smaller, then send it again."),
                name=name,
                most=FILE_MAX // 2**20,
            )
    if sum(size for _, size in sizes) > TOGETHER_MAX:
        raise Refused(
            N_("The files are larger than {most} MB together. Send them in parts."),
            most=TOGETHER_MAX // 2**20,
        )
