"""How far each level leads: on every page, every fragment, every socket."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.urls import get_resolver

from invoices import clock
from invoices.billers.areas import Area
from invoices.documents.actions import charge_invoice, credit_invoice, move_due_date
from invoices.documents.links.levels import Channel, Level
from invoices.documents.links.models import SecretLink
from invoices.documents.models import Invoice
from invoices.history.actors import SYSTEM
from invoices.live.tokens import read_page_token
from invoices.page import pay_only
from invoices.panels import EVERYONE, PAYER, _panels
from tests.build import a_line, an_ocr_file, receive
from tests.invoices.documents.links.conftest import Visitor

type Enter = Callable[..., Visitor]


@pytest.fixture
def payer(visitor: Enter) -> Visitor:
    return visitor(level=Level.PAY_ONLY, channel=Channel.SHARED)


def token_of(html: str) -> str:
    found = re.search(r'data-token="([^"]+)"', html)
    assert found
    return unescape(found[1])


def eventful(invoice: Invoice) -> tuple[str, ...]:
    """Let much happen to it; the words that only the customer may read of it."""
    charge_invoice(
        invoice.pk, [a_line(10_000, text="Hemmelig ruter")], reason="Byttet", actor=SYSTEM
    )
    credit_invoice(invoice.pk, [a_line(4_000)], reason="Treg montør", actor=SYSTEM)
    receive(invoice.biller, an_ocr_file((invoice, 20_000)))
    return (
        "Hemmelig ruter",
        "Fiber 500",
        "Byttet",
        "Treg montør",
        "Anna",
        "Berg",
        "received",
        f"Invoice {invoice.number}",
        f"Faktura {invoice.number}",
        "example.com",
        "data-entry",
        "Who has access",
    )


def test_a_pay_only_link_shows_how_much_when_and_how_and_nothing_else(
    payer: Visitor, invoice: Invoice
) -> None:
    secrets = eventful(invoice)

    pages = [payer.get(), payer.get("panels/?v=x"), payer.get("panels/?names=balance,pay")]

    for html in pages:
        assert "375.00" in html
        assert invoice.reference[:4] in html
        for secret in secrets:
            assert secret not in html, secret


@pytest.mark.parametrize("name", ["lines", "history", "doors", "messages", "explain", "xyz"])
def test_no_fragment_of_the_customers_reaches_a_payer(
    payer: Visitor, invoice: Invoice, name: str
) -> None:
    eventful(invoice)

    assert payer.get(f"panels/?names={name}").strip() == ""


def test_every_panel_of_the_registry_is_asked_for_as_a_payer(
    payer: Visitor, invoice: Invoice
) -> None:
    secrets = eventful(invoice)
    names = ",".join({name for _, name in _panels})

    html = payer.get(f"panels/?names={names}")

    assert set(re.findall(r'data-panel="(\w+)"', html)) == {"balance", "pay", "paying"}
    for secret in secrets:
        assert secret not in html, secret
    assert PAYER not in EVERYONE
    assert {page for (page, _), panel in _panels.items() if PAYER in panel.audience} == {"pay_only"}


def invoice_urls() -> list[str]:
    """Every route below an invoice, with its further arguments filled in."""
    found = []

    def walk(resolver: object, prefix: str = "") -> None:
        for entry in getattr(resolver, "url_patterns", []):
            route = prefix + str(entry.pattern)
            if hasattr(entry, "url_patterns"):
                walk(entry, route)
            elif route.startswith("invoice/<uuid:public_id>/"):
                rest = route.removeprefix("invoice/<uuid:public_id>/")
                found.append(re.sub(r"<uuid:\w+>", "0192d3a0-0000-7000-8000-000000000000", rest))

    walk(get_resolver())
    return found


def test_every_address_below_an_invoice_is_closed_to_a_payer_but_its_own(
    payer: Visitor,
) -> None:
    urls = invoice_urls()
    reached = {
        (rest, method)
        for rest in urls
        for method in ("get", "post")
        if payer.status(re.sub(r"<\w+:(\w+)>", "x", rest), method) not in (404, 405)
    }

    assert len(urls) > 12
    # Coming back from a provider or a bank says nothing to whoever is not the customer.
    own = {("", "get"), ("panels/", "get"), ("opened/", "post"), ("pay/", "get"), ("pay/", "post")}
    back = {(rest, "get") for rest in urls if re.fullmatch(r"(autopay|pay)/[^/]+/back/", rest)}
    assert len(back) == 2
    assert reached == own | back


def test_a_payers_socket_hears_of_amount_and_payment_alone(payer: Visitor, anna: Visitor) -> None:
    theirs, hers = (read_page_token(token_of(who.get())) for who in (payer, anna))

    assert theirs is not None
    assert hers is not None
    assert (theirs.audience, hers.audience) == ("payer", "customer")
    assert (theirs.only, hers.only) == (frozenset({"balance", "pay", "paying"}), None)
    assert theirs.topics == (f"i{payer.link.invoice_id}", f"l{payer.link.pk}")
    assert hers.topics == (f"i{anna.link.invoice_id}", f"l{anna.link.pk}")


def test_a_payers_version_counts_what_it_shows_and_no_more(
    payer: Visitor, anna: Visitor, invoice: Invoice
) -> None:
    before = pay_only.version(invoice.pk)
    anna.status("opened/", "post")
    anna.post("access/share/", made_for="")
    assert pay_only.version(invoice.pk) == before
    assert f'data-v="{before}"' in payer.get()

    receive(invoice.biller, an_ocr_file((invoice, 20_000)))

    answer = payer.client.get(f"{payer.page}panels/?v={before}")
    assert answer["X-Nota-Version"] == str(before + 1)
    assert "300.00" in answer.text


def test_who_has_both_links_sees_what_the_better_one_gives(visitor: Enter, payer: Visitor) -> None:
    own = visitor()

    payer.client.get(own.path)
    assert "Fiber 500" in payer.get()

    payer.client.post(f"{payer.page}access/{own.link.public_id}/close/")
    assert "Fiber 500" not in payer.get()


@pytest.mark.parametrize("area", [Area.HISTORY])
def test_a_biller_can_put_an_area_behind_a_code(anna: Visitor, area: Area) -> None:
    biller = anna.link.invoice.biller
    biller.link_code_for = [area.value]
    biller.save(update_fields=["link_code_for"])
    move_due_date(anna.link.invoice_id, anna.link.invoice.due_on, reason="Avtalt", actor=SYSTEM)

    for html in (anna.get(), anna.get(f"panels/?names={area.value}"), anna.get("panels/?v=x")):
        assert "data-entry" not in html
        assert "asks for a code" in html
        assert f'data-panel="{area.value}"' in html

    anna.prove()
    assert "data-entry" in anna.get()
    assert "data-entry" in anna.get(f"panels/?names={area.value}")


@pytest.mark.parametrize(
    ("area", "paths"),
    [
        (Area.CHANGES, ["changes/", "changes/due-date/", "changes/split/"]),
        (Area.DOCUMENTS, ["pdf/", "pdf/now/"]),
    ],
)
def test_pages_of_a_locked_area_ask_for_a_code_first(
    anna: Visitor, area: Area, paths: list[str]
) -> None:
    biller = anna.link.invoice.biller
    biller.link_code_for = [area.value]
    biller.save(update_fields=["link_code_for"])

    for path in paths:
        answer = anna.client.get(anna.page + path)
        assert answer["Location"].startswith(f"{anna.page}code/?next="), path
    anna.prove()
    for path in paths:
        assert anna.status(path, "head") == 200, path


def test_an_undo_of_a_locked_area_is_asked_for_again(anna: Visitor) -> None:
    biller = anna.link.invoice.biller
    biller.link_code_for = [Area.CHANGES.value]
    biller.save(update_fields=["link_code_for"])

    assert anna.post("changes/undo/")[1].startswith(f"{anna.page}code/")


def test_looking_back_is_part_of_the_history(anna: Visitor, payer: Visitor) -> None:
    biller = anna.link.invoice.biller
    moment = clock.now().isoformat().replace("+", "%2B")
    assert "as it stood on" in anna.get(f"?as_of={moment}")
    assert "as it stood on" not in payer.get(f"?as_of={moment}")

    biller.link_code_for = [Area.HISTORY.value]
    biller.save(update_fields=["link_code_for"])

    assert "as it stood on" not in anna.get(f"?as_of={moment}")


def test_a_level_that_is_unknown_is_refused_by_the_database(invoice: Invoice) -> None:
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        SecretLink.objects.create(invoice=invoice, token_sha256=b"x" * 32, level="root")
