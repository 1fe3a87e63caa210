"""Staff see who has access; some close links or have new ones sent. Nobody sees a token."""

import pytest
from django.core import mail
from django.test import Client

from invoices.billers.models import Biller
from invoices.billers.roles import Role
from invoices.documents.models import Invoice
from invoices.history.models import HistoryEntry
from tests.build import a_biller, a_member
from tests.invoices.documents.links.conftest import Visitor
from tests.jobs import run_letters


def desk(invoice: Invoice, role: Role, biller: Biller | None = None) -> Client:
    client = Client()
    client.cookies["nota_language"] = "en"
    client.force_login(
        a_member(biller or invoice.biller, role),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    return client


def links(invoice: Invoice) -> str:
    return f"/staff/{invoice.biller.slug}/invoice/{invoice.public_id}/links/"


@pytest.mark.parametrize("role", [Role.AGENT, Role.ADMIN])
def test_agents_and_administrators_close_a_link(anna: Visitor, role: Role) -> None:
    invoice = anna.link.invoice
    staff = desk(invoice, role)

    answer = staff.post(f"{links(invoice)}{anna.link.public_id}/close/", follow=True)

    assert "The link is closed" in answer.text
    assert anna.status() == 404
    assert HistoryEntry.objects.get(kind="link.revoked").actor_kind == "staff"


def test_finance_reads_the_list_and_changes_nothing(anna: Visitor) -> None:
    invoice = anna.link.invoice
    finance = desk(invoice, Role.FINANCE)

    page = finance.get(links(invoice)).text
    assert "In an e-mail" in page
    assert "/close/" not in page
    for rest in (f"{anna.link.public_id}/close/", f"{anna.link.public_id}/replace/", "send/"):
        assert finance.post(links(invoice) + rest).status_code == 404
    assert anna.status() == 200


def test_marketers_and_other_billers_find_nothing(anna: Visitor) -> None:
    invoice = anna.link.invoice
    stranger = desk(invoice, Role.ADMIN, a_biller("norrsken", "SE"))

    for client in (desk(invoice, Role.MARKETER), stranger):
        assert client.get(links(invoice)).status_code == 404
        close = f"{links(invoice)}{anna.link.public_id}/close/"
        assert client.post(close).status_code == 404
    wrong = links(invoice).replace(invoice.biller.slug, "norrsken")
    assert stranger.get(wrong).status_code == 404
    assert anna.status() == 200


@pytest.mark.parametrize("what", ["send/", "replace/"])
def test_a_new_link_goes_to_the_customer_and_is_shown_to_nobody(anna: Visitor, what: str) -> None:
    invoice = anna.link.invoice
    agent = desk(invoice, Role.AGENT)
    rest = what if what == "send/" else f"{anna.link.public_id}/{what}"

    answer = agent.post(links(invoice) + rest, follow=True)
    run_letters()

    email = invoice.customer.contact_points.get(kind="email").value
    assert mail.outbox[0].to == [email]
    assert email not in answer.text
    assert "/i/" not in answer.text
    assert anna.status("panels/") == (200 if what == "send/" else 404)


def test_the_invoice_leads_staff_to_the_list(anna: Visitor) -> None:
    invoice = anna.link.invoice

    page = desk(invoice, Role.AGENT).get(links(invoice).removesuffix("links/")).text

    assert f'href="{links(invoice)}"' in page
    assert "Your invoices" not in page
