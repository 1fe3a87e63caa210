"""Files over HTTP, from both sides: taken, handed over to whoever may have them, or refused."""

import uuid
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DataError
from django.test import Client

from invoices.documents.models import Invoice
from invoices.history.actors import CUSTOMER
from messaging.files.checks import check_all
from messaging.files.models import Attachment, StoredFile
from messaging.files.rules import FILE_MAX
from messaging.threads import actions
from messaging.threads.models import Message, Thread
from tests.build import a_link, a_member, an_invoice
from tests.messaging.files import samples
from tests.people import opener, the_world

pytestmark = pytest.mark.django_db

SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def invoice() -> Invoice:
    return an_invoice()


@pytest.fixture
def anna(invoice: Invoice) -> Client:
    client = opener("anna", a_link(invoice)).client()
    client.cookies["nota_language"] = "en"
    return client


def page_of(invoice: Invoice) -> str:
    return f"/invoice/{invoice.public_id}/"


def a_file(name: str, raw: bytes, kind: str = "application/pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, raw, kind)


def test_files_stand_under_the_message_and_are_handed_over(invoice: Invoice, anna: Client) -> None:
    files = [a_file("faktura.pdf", samples.PDF), a_file("IMG_1.HEIC", samples.a_photo("HEIF"))]

    answer = anna.post(f"{page_of(invoice)}messages/", {"text": "Se her", "files": files})
    page = anna.get(page_of(invoice)).text
    sent = list(Attachment.objects.all())
    paths = [f"{page_of(invoice)}messages/files/{each.public_id}/" for each in sent]
    pdf, photo, small = (anna.get(path) for path in (*paths, f"{paths[1]}small/"))

    assert answer.status_code == 303
    assert [each.name for each in sent] == ["faktura.pdf", "IMG_1.jpg"]
    assert all(f'href="{path}"' in page for path in paths)
    assert f'src="{paths[1]}small/"' in page
    assert (pdf.content, pdf["Content-Type"]) == (samples.PDF, "application/pdf")
    assert photo["Content-Type"] == small["Content-Type"] == "image/jpeg"
    assert photo.content.startswith(b"\xff\xd8\xff")
    assert pdf["Content-Disposition"] == 'attachment; filename="faktura.pdf"'
    for given in (pdf, photo, small):
        assert given["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in given["Content-Security-Policy"]
        assert "default-src 'none'" in given["Content-Security-Policy"]
        assert "no-store" in given["Cache-Control"]
    assert anna.get(f"{paths[0]}small/").status_code == 404


def test_a_file_may_go_without_words(invoice: Invoice, anna: Client) -> None:
    fields = {"text": " ", "files": a_file("a.pdf", samples.PDF)}

    answer = anna.post(f"{page_of(invoice)}messages/", fields, headers=SCRIPT)

    assert answer.status_code == 204
    assert Message.objects.get().text == ""
    assert Attachment.objects.get().name == "a.pdf"


BATTERY = {
    "wrong type": ("letter.docx", b"PK\x03\x04" + b"\0" * 100, "cannot be sent"),
    "double extension": ("invoice.pdf.exe", samples.WINDOWS, "cannot be sent"),
    "double extension on a PDF": ("invoice.pdf.exe", samples.PDF, "not what its name says"),
    "svg": ("drawing.svg", samples.SVG, "cannot be sent"),
    "svg that says it is a png": ("drawing.png", samples.SVG, "cannot be sent"),
    "html": ("page.html", samples.HTML, "cannot be sent"),
    "gif": ("moving.gif", samples.GIF, "cannot be sent"),
    "zip bomb": ("bomb.zip", samples.a_zip_bomb(), "cannot be sent"),
    "zip bomb that says it is a pdf": ("bomb.pdf", samples.a_zip_bomb(), "cannot be sent"),
    "picture bomb": ("bomb.png", samples.a_picture_bomb(), "too many pixels"),
    "word bomb": ("bomb.png", samples.a_word_bomb(), "cannot be read as a picture"),
    "pdf and zip in one": ("both.pdf", samples.PDF + samples.a_zip_bomb(), "not a whole PDF"),
    "html before a pdf": ("both.pdf", samples.HTML + samples.PDF, "cannot be sent"),
    "nothing": ("empty.pdf", b"", "is empty"),
    "too large": ("large.pdf", samples.PDF[:-6] + b" " * FILE_MAX + b"%%EOF\n", "larger than 10"),
    "path": ("../../etc/passwd", b"root:x:0:0", "“passwd” cannot be sent"),
    "turned name": ("gnp.\u202efdp.exe", samples.PDF, "not what its name says"),
    "no name left": ("\u200b\u202e.exe", samples.WINDOWS, "cannot be sent"),
    "markup as a name": ("<img src=x onerror=alert(1)>.svg", samples.SVG, "cannot be sent"),
}


@pytest.mark.parametrize("case", BATTERY)
def test_what_cannot_be_taken_is_refused_with_a_sentence_and_the_thread_is_as_it_was(
    invoice: Invoice, anna: Client, case: str
) -> None:
    name, raw, words = BATTERY[case]
    actions.post(invoice, "Before", actor=CUSTOMER, message_id=uuid.uuid4())
    before = Thread.objects.values().get()
    path = f"{page_of(invoice)}messages/"

    def fields() -> dict[str, object]:
        good = a_file("good.pdf", samples.PDF)
        return {"text": "Words that stay", "files": [good, a_file(name, raw)]}

    plain = anna.post(path, fields())
    scripted = anna.post(path, fields(), headers=SCRIPT)

    assert (plain.status_code, scripted.status_code) == (422, 422)
    assert words in scripted.text
    assert scripted["Content-Type"] == "text/plain; charset=utf-8"
    assert "Words that stay" in plain.text
    assert "<img src=x" not in plain.text
    assert Thread.objects.values().get() == before
    assert not StoredFile.objects.exists()
    assert Message.objects.count() == 1
    assert anna.post(path, {"text": "After"}, headers=SCRIPT).status_code == 204


def test_a_form_that_is_too_large_is_cut_off_and_its_words_stay(
    invoice: Invoice, anna: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("messaging.files.uploads.TOGETHER_MAX", 100_000)
    large = a_file("a.pdf", samples.PDF[:-6] + b" " * 300_000 + b"%%EOF\n")

    answer = anna.post(f"{page_of(invoice)}messages/", {"text": "Stay", "files": large})

    assert answer.status_code == 422
    assert "together" in answer.text
    assert "Stay" in answer.text
    assert not Message.objects.exists()


def test_more_files_than_a_message_takes_are_refused(invoice: Invoice, anna: Client) -> None:
    files = [a_file(f"{n}.pdf", samples.PDF) for n in range(6)]

    answer = anna.post(f"{page_of(invoice)}messages/", {"files": files}, headers=SCRIPT)

    assert (answer.status_code, Message.objects.exists()) == (422, False)
    assert "takes 5 files" in answer.text


def test_sent_twice_it_stands_there_once_with_its_files(invoice: Invoice, anna: Client) -> None:
    fixed = uuid.uuid4()
    for _ in range(2):
        fields = {"message_id": fixed, "text": "x", "files": a_file("a.pdf", samples.PDF)}
        anna.post(f"{page_of(invoice)}messages/", fields)
    anna.post(f"{page_of(invoice)}messages/", {"files": a_file("b.pdf", samples.PDF)})

    assert Attachment.objects.count() == 2
    assert StoredFile.objects.count() == 1


def test_staff_send_files_too_and_those_of_a_note_stay_with_staff(
    invoice: Invoice, anna: Client
) -> None:
    desk = Client()
    cia = a_member(invoice.biller)
    desk.force_login(cia, backend="django.contrib.auth.backends.ModelBackend")
    actions.post(invoice, "Hei", actor=CUSTOMER, message_id=uuid.uuid4())
    write = f"/staff/fjordfiber/inbox/{Thread.objects.get().public_id}/write/"
    desk.post(write, {"text": "Se", "seen_no": 1, "files": a_file("svar.pdf", samples.PDF)})
    desk.post(write, {"kind": "note", "files": a_file("x.png", samples.a_png(), "image/png")})
    answer, note = Attachment.objects.order_by("pk")

    def status(client: Client, path: str) -> int:
        return client.get(path).status_code

    theirs, ours = (
        f"{page_of(invoice)}messages/files/",
        f"/staff/fjordfiber{page_of(invoice)}files/",
    )
    assert (answer.name, note.name) == ("svar.pdf", "x.png")
    assert status(anna, f"{theirs}{answer.public_id}/") == 200
    assert status(anna, f"{theirs}{note.public_id}/") == 404
    assert status(anna, f"{theirs}{note.public_id}/small/") == 404
    assert status(desk, f"{ours}{note.public_id}/small/") == 200
    assert status(desk, f"{ours}{note.public_id}/") == 200
    assert "x.png" not in anna.get(page_of(invoice)).text


def test_files_belong_to_one_biller_even_where_they_are_the_same() -> None:
    world = the_world()
    for invoice in (world.bos, world.namesakes):
        files = check_all([("a.pdf", samples.PDF)])
        actions.post(invoice, "", actor=CUSTOMER, message_id=uuid.uuid4(), files=files)

    same = StoredFile.objects.filter(kind="pdf")
    assert {row.biller_id for row in same} == {world.fjord.pk, world.other.pk}


def test_a_file_that_cannot_be_kept_leaves_no_message(invoice: Invoice) -> None:
    (good,) = check_all([("a.pdf", samples.PDF)])
    broken = replace(good, name="a" * 200)

    with pytest.raises(DataError):
        actions.post(invoice, "x", actor=CUSTOMER, message_id=uuid.uuid4(), files=[good, broken])

    assert not Message.objects.exists()
    assert not StoredFile.objects.exists()
