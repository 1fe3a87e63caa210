"""Who has access: the list, sharing, closing and replacing, and what takes a code."""

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client

from invoices.documents.links import limits
from invoices.documents.links.levels import Channel, Level
from invoices.documents.links.models import SecretLink
from invoices.documents.models import Invoice
from tests.build import a_customer, a_link, an_invoice
from tests.invoices.documents.links.conftest import Visitor
from tests.jobs import run_letters

type Enter = Callable[..., Visitor]


def share(visitor: Visitor, made_for: str = "Ola") -> str:
    """Make a pay-only link; its path, as shown."""
    status, _, text = visitor.post("access/share/", made_for=made_for)
    assert status == 200
    found = re.search(r"http://testserver(/i/[\w-]{32})", text)
    assert found
    return found[1]


def test_a_shared_link_is_shown_once_listed_and_pays_only(anna: Visitor) -> None:
    path = share(anna)

    page = anna.get("access/")
    assert path not in page
    assert "Ola" in page
    assert "Shared, to pay only" in page
    payer = Visitor(path)
    assert payer.link.level == Level.PAY_ONLY
    assert "500.00" in payer.get()


def test_a_closed_shared_link_is_out_at_once(anna: Visitor) -> None:
    payer = Visitor(share(anna))

    status, where, _ = anna.post(f"access/{payer.link.public_id}/close/")

    assert (status, where) == (302, f"{anna.page}access/?done=closed")
    assert payer.status() == 404
    assert payer.status("panels/") == 404
    assert Client().get(payer.path).status_code == 404
    assert "Closed" in anna.get("access/")


def test_closing_another_link_to_the_whole_invoice_takes_a_code(visitor: Enter) -> None:
    thief, anna = visitor(), visitor()

    _, where, _ = thief.post(f"access/{anna.link.public_id}/close/")
    assert where == f"{thief.page}code/?next=access"
    assert anna.status() == 200

    anna.prove()
    assert anna.post(f"access/{thief.link.public_id}/close/")[0] == 302
    assert thief.status() == 404
    assert anna.status() == 200


def test_the_link_one_came_by_may_be_closed_without_a_code(anna: Visitor) -> None:
    status, _, text = anna.post(f"access/{anna.link.public_id}/close/")

    assert (status, "The link is closed" in text) == (200, True)
    assert anna.status() == 404


def test_a_replaced_link_is_out_and_its_successor_is_sent(visitor: Enter) -> None:
    thief, anna = visitor(), visitor()
    assert anna.post(f"access/{thief.link.public_id}/replace/")[1].endswith("next=access")
    anna.prove()
    mail.outbox.clear()

    anna.post(f"access/{thief.link.public_id}/replace/")
    assert thief.status() == 200  # until the new one is on its way
    assert run_letters() == 1

    assert thief.status("panels/") == 404
    assert len(mail.outbox) == 1


def test_the_list_says_by_which_way_when_and_by_whom(visitor: Enter) -> None:
    by_mail = visitor(channel=Channel.EMAIL)
    visitor(channel=Channel.SMS)
    visitor(channel=Channel.PAPER)
    share(by_mail, "Partner")
    by_mail.status("opened/", "post")

    page = by_mail.get("access/")

    for words in (
        "In an e-mail",
        "In a text message",
        "In a letter",
        "by you",
        "once in all",
        "Not yet",
        "You are here by this one",
        "Opens until",
    ):
        assert words in page, words


def test_addresses_are_masked_in_the_list(visitor: Enter, invoice: Invoice) -> None:
    point = invoice.customer.contact_points.get(kind="email")

    page = visitor(contact_point=point).get("access/")

    assert point.value not in page
    assert "@e•••.com" in page


def test_a_name_in_the_list_is_text_and_never_in_the_history(anna: Visitor) -> None:
    evil = "<script>alert(1)</script>"

    share(anna, evil)

    page = anna.get("access/")
    assert evil not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "alert(1)" not in anna.get()


def test_ten_links_a_day_are_enough(anna: Visitor) -> None:
    for _ in range(limits.SHARES_OF_INVOICE.most):
        share(anna)

    status, _, text = anna.post("access/share/", made_for="")

    assert (status, "ten links in a day" in text) == (429, True)
    assert SecretLink.objects.filter(channel="shared").count() == limits.SHARES_OF_INVOICE.most


def test_a_name_too_long_is_said_so(anna: Visitor) -> None:
    status, _, text = anna.post("access/share/", made_for="x" * 41)

    assert status == 422
    assert 'href="#id_made_for"' in text


@pytest.mark.parametrize("what", ["close", "replace"])
def test_links_of_others_are_not_here(anna: Visitor, what: str) -> None:
    bos = Visitor(a_link(an_invoice(a_customer(anna.link.invoice.biller, "Bo Lund"))))
    anna.prove()

    assert anna.post(f"access/{bos.link.public_id}/{what}/")[0] == 404
    assert bos.status() == 200
