"""What may be sent: by content, under a name that does not lie."""

import pytest

from invoices.errors import Refused
from messaging.files.rules import (
    FILE_MAX,
    FILES_MAX,
    NAME_MAX,
    FileKind,
    Form,
    form_of,
    kept_name,
    plain_name,
    refuse_too_much,
)
from tests.messaging.files import samples


@pytest.mark.parametrize(
    ("raw", "form"),
    [
        (samples.PDF, Form.PDF),
        (samples.a_png(), Form.PNG),
        (samples.a_photo(), Form.JPEG),
        (samples.a_photo("HEIF"), Form.HEIC),
    ],
)
def test_a_file_is_what_its_content_says(raw: bytes, form: Form) -> None:
    assert form_of(raw, "whatever.exe") == form


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b" ",
        samples.SVG,
        samples.HTML,
        samples.SHELL,
        samples.WINDOWS,
        samples.GIF,
        samples.a_zip_bomb(),
        b"\n" + samples.PDF,  # a PDF that begins as something else
        samples.PDF + samples.a_zip_bomb(),  # and one that goes on as something else
        samples.HTML + samples.PDF,
        b"\x00\x00\x00\x18ftypavif" + b"\0" * 40,
        b"\x00\x00\x00\x18ftypmp42" + b"\0" * 40,
    ],
)
def test_anything_else_is_refused_with_its_name(raw: bytes) -> None:
    with pytest.raises(Refused, match=r"“letter\.pdf”"):
        form_of(raw, "letter.pdf")


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ("faktura.pdf", "faktura.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        (r"C:\Users\anna\faktura.pdf", "faktura.pdf"),
        ("..", ""),
        ("/", ""),
        (" . hidden.pdf . ", "hidden.pdf"),
        ("fak\x00tu\r\nra.pdf", "faktura.pdf"),
        ("gnp.\u202efdp.exe", "gnp.fdp.exe"),  # reads as exe.pdf
        ("fak\u200btura\ufeff.pdf", "faktura.pdf"),
        ("a\u030angstro\u0308m.pdf", "ångström.pdf"),
        ("请求 😀.png", "请求 😀.png"),
        ("  many   spaces .jpg", "many spaces .jpg"),
        ("<img src=x onerror=alert(1)>.png", "<img src=x onerror=alert(1)>.png"),
        ('"; rm -rf ~;.pdf', '"; rm -rf ~;.pdf'),
    ],
)
def test_a_name_is_shown_without_paths_and_without_what_cannot_be_seen(
    given: str, plain: str
) -> None:
    assert plain_name(given) == plain


def test_a_long_name_keeps_its_ending() -> None:
    long = plain_name("x" * 5_000 + ".pdf")

    assert len(long) == NAME_MAX
    assert long.endswith("x.pdf")


@pytest.mark.parametrize(
    ("name", "form", "kind", "kept"),
    [
        ("a.pdf", Form.PDF, FileKind.PDF, "a.pdf"),
        ("A.PDF", Form.PDF, FileKind.PDF, "A.pdf"),
        ("a", Form.PDF, FileKind.PDF, "a.pdf"),
        ("Scan 12.03", Form.PDF, FileKind.PDF, "Scan 12.03.pdf"),
        ("IMG_1.HEIC", Form.HEIC, FileKind.JPEG, "IMG_1.jpg"),
        ("IMG_1.png", Form.JPEG, FileKind.JPEG, "IMG_1.jpg"),  # as telephones do
        (".pdf", Form.PDF, FileKind.PDF, "file.pdf"),
    ],
)
def test_it_is_kept_under_the_ending_of_what_it_is(
    name: str, form: Form, kind: FileKind, kept: str
) -> None:
    assert kept_name(name, form, kind) == kept


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("invoice.pdf.exe", Form.PDF),
        ("invoice.pdf.js", Form.PDF),
        ("photo.jpg.svg", Form.JPEG),
        ("photo.html", Form.PNG),
        ("photo.pdf", Form.PNG),
        ("letter.png", Form.PDF),
        ("letter.pdf.zip", Form.PDF),
    ],
)
def test_a_name_that_says_something_else_is_refused(name: str, form: Form) -> None:
    with pytest.raises(Refused, match="is not what its name says"):
        kept_name(name, form, FileKind.PDF)


def test_too_many_and_too_large_are_refused() -> None:
    refuse_too_much([("a.pdf", FILE_MAX), ("b.pdf", FILE_MAX)])

    for sizes, words in (
        ([("a.pdf", 1)] * (FILES_MAX + 1), "takes 5 files"),
        ([("a.pdf", 1), ("b.pdf", FILE_MAX + 1)], "“b.pdf” is larger than 10 MB"),
        ([("a.pdf", FILE_MAX)] * 3, "larger than 25 MB together"),
    ):
        with pytest.raises(Refused, match=words):
            refuse_too_much(sizes)
