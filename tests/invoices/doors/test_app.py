"""The page as an app: what it is called, where it starts, and what is never kept."""

import io
import json
import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from PIL import Image

from config.marks import FOLDER, MARKS, mark
from invoices import clock
from invoices.documents.links.actions import revoke_link
from invoices.documents.links.models import SecretLink
from invoices.history.actors import SYSTEM
from tests.build import a_customer, a_link, an_invoice

pytestmark = pytest.mark.django_db
START = "/app/"


def manifest_of(page: str) -> str:
    found = re.search(r'rel="manifest" href="([^"]+)"', page)
    assert found
    return found[1]


def test_the_app_bears_the_billers_name_and_no_secret() -> None:
    invoice, client = an_invoice(), Client()
    token = a_link(invoice)
    page = client.get(token, follow=True).content.decode()

    said = Client().get(manifest_of(page))

    manifest = json.loads(said.content)
    assert said["Content-Type"] == "application/manifest+json"
    assert (manifest["name"], manifest["start_url"]) == ("Fjordfiber", START)
    for secret in (token.rpartition("/")[2], str(invoice.public_id), invoice.number + " "):
        assert secret not in said.content.decode()


def test_every_icon_it_names_is_there_in_the_size_it_says() -> None:
    manifest = Client().get(reverse("app_manifest", args=[an_invoice().biller.public_id])).json()

    pngs = [icon for icon in manifest["icons"] if icon["type"] == "image/png"]

    assert {icon["purpose"] for icon in pngs} == {"any", "maskable"}
    for icon in pngs:
        with Image.open(FOLDER / icon["src"].rpartition("/")[2]) as picture:
            assert "{}x{}".format(*picture.size) == icon["sizes"]


@pytest.mark.parametrize("name", MARKS)
def test_the_icons_are_the_mark_as_it_is_drawn(name: str) -> None:
    size, whole = MARKS[name]
    drawn = io.BytesIO()
    mark(size, whole=whole).save(drawn, "PNG")

    with Image.open(FOLDER / name) as picture:
        kept = picture.convert("RGBA")

    assert kept.tobytes() == Image.open(drawn).convert("RGBA").tobytes()


def test_it_starts_at_the_invoice_opened_last() -> None:
    client = Client()
    first = an_invoice()
    second = an_invoice(a_customer(first.biller, "Bo Dahl"))
    for invoice in (first, second):
        client.get(a_link(invoice))

    answer = client.get(START)

    assert answer["Location"] == reverse("invoice_page", args=[second.public_id])


def test_a_revoked_link_is_passed_over() -> None:
    client = Client()
    first = an_invoice()
    second = an_invoice(a_customer(first.biller, "Bo Dahl"))
    for invoice in (first, second):
        client.get(a_link(invoice))
    revoke_link(SecretLink.objects.get(invoice=second), actor=SYSTEM)

    assert client.get(START)["Location"] == reverse("invoice_page", args=[first.public_id])


def test_an_expired_link_leads_to_where_a_new_one_is_asked_for() -> None:
    invoice, client = an_invoice(), Client()
    token = a_link(invoice)
    with time_machine.travel(clock.now() + timedelta(days=300), tick=False):
        client.get(token)
        answer = client.get(START)

    assert answer.status_code == 302
    assert answer["Location"].startswith("/link/")


def test_who_has_opened_nothing_is_told_how_to_come_in() -> None:
    answer = Client().get(START, headers={"Accept-Language": "nb"})

    assert answer.status_code == 200
    assert "Åpne lenken i den siste e-posten" in answer.content.decode()


def test_the_worker_keeps_static_files_and_the_page_without_content() -> None:
    script = Client().get("/worker.js").content.decode()

    told = json.loads(script[script.index("{") : script.index("};") + 1])
    assert told["offline"] == "/app/offline/"
    assert all(address.startswith("/static/") for address in told["kept"])
    page = Client().get(told["offline"]).content.decode()
    drawn_with = re.findall(r'(?:href|src)="(/[^"]+)"', page)
    assert sorted(drawn_with) == sorted(told["kept"])
