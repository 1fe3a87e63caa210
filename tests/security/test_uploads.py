"""Files and words from outside: nothing breaks the upload, nothing comes out as markup."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import escape

from invoices.billers.models import Biller, User
from invoices.documents.actions import credit_invoice
from invoices.documents.amounts import LineDraft
from invoices.history.actors import SYSTEM
from payments.bankfiles import actions as bankfiles
from payments.bankfiles.models import BankFile, BankLine
from payments.formats import bgmax
from tests.build import a_bgmax_file, a_customer, a_line, a_link, an_invoice, an_ocr_file, receive
from tests.people import World

pytestmark = pytest.mark.django_db

UPLOAD = "/staff/fjordfiber/bankfiles/"

# Each would run, load or break out somewhere if it came out as it went in.
BATTERY = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</style><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "javascript:alert(1)//",
    "{{ 7|add:7 }}{% debug %}",
    "{0.__class__} {amount} %s %(x)s",
    "&lt;b&gt;&#x3c;i>",
]
RAW = re.compile(r"<script>alert|<img src=x|<svg/onload|<i>|href=\"javascript:", re.IGNORECASE)


def handed_in(client: Client, name: str, content: bytes, kind: str = "text/plain") -> Any:
    """The desk as it is shown after the upload."""
    answer = client.post(UPLOAD, {"file": SimpleUploadedFile(name, content, kind)})
    assert answer.status_code == 302, (name, answer.status_code)
    return client.get(answer["Location"])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" ",
        b"\n",
        b"\0" * 100,
        b"NY",
        b"hello\r\nworld\r\n",
        b"%PDF-1.7\n",
        b"PK\x03\x04" + b"\0" * 100,
        b"\xff\xfe" + "NY000010".encode("utf-16-le"),
        b"<?xml version='1.0'?><html/>",
        b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/hostname'>]><a>&b;</a>",
        b"<" * 5_000,
        b"NY000010" + b"\0" * 72 + b"\n",
        b"01BGMAX               01" + b"\0" * 56 + b"\r\n",
        bytes(range(256)) * 40,
    ],
)
def test_a_file_of_another_kind_is_refused_with_a_sentence(world: World, content: bytes) -> None:
    before = BankFile.objects.filter(state="booked").count()

    desk = handed_in(world.client("finance"), "bank.txt", content)

    assert desk.status_code == 200
    assert "refused" in desk.text or "Choose a file" in desk.text
    assert BankFile.objects.filter(state="booked").count() == before


def test_a_file_with_an_odd_byte_anywhere_never_breaks_the_upload(world: World) -> None:
    good = an_ocr_file((world.annas, 10_000))
    client = world.client("finance")

    for place in range(0, len(good), 37):
        for byte in (b"\0", b"\xff", b"\x1b"):
            broken = good[:place] + byte + good[place + 1 :]
            answer = client.post(UPLOAD, {"file": SimpleUploadedFile("a.txt", broken)})
            assert answer.status_code == 302, (place, byte)


def test_a_text_with_an_odd_byte_in_a_free_field_never_breaks_the_upload(world: World) -> None:
    good = a_bgmax_file(
        world.other, bgmax.BgPayment(amount_minor=5_000, texts=("hej du",), payer_name="Anna Berg")
    )
    dag = world.client("dag_elsewhere")

    for place in range(0, len(good), 23):
        for byte in (b"\0", b"\xff", b"\x1b"):
            broken = good[:place] + byte + good[place + 1 :]
            answer = dag.post(
                "/staff/norrsken/bankfiles/", {"file": SimpleUploadedFile("a.txt", broken)}
            )
            assert answer.status_code == 302, (place, byte)


def test_a_file_above_the_limit_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bankfiles, "LARGEST_FILE_BYTES", 1_000)
    before = BankFile.objects.filter(state="booked").count()

    desk = handed_in(world.client("finance"), "bank.txt", b"x" * 2_000)

    assert "refused" in desk.text
    assert BankFile.objects.filter(state="booked").count() == before


def test_no_file_is_answered_with_a_sentence(world: World) -> None:
    client = world.client("finance")
    for fields in ({}, {"file": "just words"}, {"other": SimpleUploadedFile("a", b"x")}):
        answer = client.post(UPLOAD, fields, follow=True)
        assert answer.status_code == 200
        assert "Choose a file" in answer.text


@pytest.mark.parametrize("body", [b"", b"--x", b"--x\r\nContent-Disposition: form-data\r\n\r\n"])
def test_a_broken_form_is_no_fault_of_ours(world: World, body: bytes) -> None:
    for kind in ("multipart/form-data; boundary=x", "multipart/form-data", "text/html", ""):
        answer = world.client("finance").generic("POST", UPLOAD, body, content_type=kind)
        assert answer.status_code in (302, 400), kind


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "..\\..\\boot.ini",
        "a" * 300 + ".txt",
        "<script>alert(1)</script>.txt",
        '"><img src=x onerror=alert(1)>.txt',
        "invoice\u202etxt.exe",
        "nb\x00sp.txt",
        "line\nbreak.txt",
        "{file} {0} %s.txt",
        "æøå 漢字.txt",
        "con",
        "-rf",
    ],
)
def test_an_odd_file_name_is_shown_as_text_and_leads_nowhere(world: World, name: str) -> None:
    client = world.client("finance")
    raw = an_ocr_file((world.annas, 10_000))

    booked = handed_in(client, name, raw)
    refused = handed_in(client, name, b"nonsense")

    for desk in (booked, refused):
        assert desk.status_code == 200
        assert not RAW.search(desk.text)
        assert not re.search(r"<[^>]*\son\w+=", desk.text)
    for file in BankFile.objects.all():
        assert len(file.name) <= 200
        assert "/" not in file.name.replace("</script>", "")
        assert file.name.isprintable()


class Elements(HTMLParser):
    """What a browser would make of a page: its elements, handlers and addresses."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        known = "src" in given or "nonce" in given or given.get("type") == "application/json"
        if tag == "script" and not known:
            self.faults.append(str(attrs))
        if tag == "i" or any(name.startswith("on") for name in given):
            self.faults.append(f"{tag} {attrs}")
        for name in ("href", "src", "action"):
            if (given.get(name) or "/").lower().startswith(("javascript:", "data:", "x")):
                self.faults.append(f"{tag} {attrs}")


@pytest.mark.parametrize("evil", BATTERY)
def test_words_from_outside_come_out_as_words(world: World, evil: str) -> None:
    biller = world.fjord
    Biller.objects.filter(pk=biller.pk).update(
        name=evil, support_phone=evil[:30], support_email=evil
    )
    customer = a_customer(biller, evil)
    invoice = an_invoice(customer, LineDraft(evil, 40_000, 2_500, detail=evil))
    credit_invoice(invoice.pk, [a_line(1_000, text=evil)], reason=evil, actor=SYSTEM)
    receive(biller, an_ocr_file(("99", 700), biller=biller), name=evil)
    BankLine.objects.update(text=evil, payer_name=evil, payer_account=evil, reference=evil)
    User.objects.filter(email="finn@example.com").update(name=evil)
    finance, anna, root = world.client("finance"), Client(), world.client("superuser")

    pages = [
        anna.get(a_link(invoice), follow=True),
        anna.get(f"/invoice/{invoice.public_id}/panels/"),
        finance.get(f"/staff/{biller.slug}/invoice/{invoice.public_id}/"),
        finance.get(f"/staff/{biller.slug}/"),
        finance.get(f"/staff/{biller.slug}/", {"q": evil}),
        finance.get(f"/staff/{biller.slug}/panels/"),
        handed_in(finance, "a.txt", b"01BGMAX" + evil.encode()),
        root.get("/admin/invoices/biller/"),
        root.get(f"/admin/invoices/invoice/{invoice.pk}/change/"),
        root.get("/admin/payments/bankline/"),
        Client().get("/accounts/login/", {"next": evil}),
    ]

    for page in pages:
        assert page.status_code == 200
        assert Elements(page.text).faults == []
        if re.search("[<>\"']", evil):
            assert evil not in page.text
    assert escape(evil) in pages[0].text
    assert escape(evil) in pages[3].text


def test_nobody_is_led_away_after_signing_in_or_switching_language(world: World) -> None:
    away = ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
    for url in away:
        signed = Client().post(
            "/accounts/login/",
            {"login": "finn@example.com", "password": "password", "next": url},
        )
        switched = Client().post("/language/", {"language": "sv", "next": url})
        admin = world.client("superuser").get("/admin/login/", {"next": url})

        for answer in (signed, switched, admin):
            assert answer.status_code == 302
            assert answer["Location"].startswith("/"), (url, answer["Location"])
            assert "evil" not in answer["Location"]
