"""Secret links: who gets in with one, how long, and what is kept of it."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from invoices import clock
from invoices.billers.models import Membership
from invoices.billers.roles import Role
from invoices.documents.access import (
    access_invoice_as_staff,
    access_invoice_by_links,
    access_link,
)
from invoices.documents.links import OPEN_FOR, make_link, revoke_link
from invoices.documents.models import Invoice, SecretLink
from invoices.history.actors import SYSTEM
from invoices.history.models import HistoryEntry
from tests.build import a_biller, a_member, an_invoice

pytestmark = pytest.mark.django_db


@pytest.fixture
def invoice() -> Invoice:
    return an_invoice()


def a_token(invoice: Invoice) -> str:
    return make_link(invoice, made_for="e-mail", actor=SYSTEM)


def the_link() -> SecretLink:
    return SecretLink.objects.latest("pk")


def test_a_link_opens_its_invoice(invoice: Invoice) -> None:
    link = access_link(a_token(invoice))

    assert link is not None
    assert link.invoice == invoice
    assert access_invoice_by_links(invoice.public_id, [link.pk]) == invoice


def test_a_token_is_long_unlike_any_other_and_kept_nowhere(invoice: Invoice) -> None:
    tokens = {a_token(invoice) for _ in range(50)}

    assert len(tokens) == 50
    assert {len(token) for token in tokens} == {32}  # 192 bits
    with connection.cursor() as cursor:
        for table in ("invoices_secretlink", "invoices_historyentry"):
            cursor.execute(f"SELECT string_agg(row::text, ' ') FROM {table} row")
            kept = cursor.fetchone()[0]
            assert not any(token in kept for token in tokens)


def test_making_a_link_is_told_without_the_token(invoice: Invoice) -> None:
    a_token(invoice)

    entry = HistoryEntry.objects.get(kind="link.made")
    assert (entry.invoice, entry.data) == (invoice, {"made_for": "e-mail"})


@pytest.mark.parametrize("wrong", ["", "x", "A" * 32])
def test_an_unknown_token_opens_nothing(invoice: Invoice, wrong: str) -> None:
    token = a_token(invoice)

    assert access_link(wrong) is None
    assert access_link(token[:-1]) is None
    assert access_link(token.swapcase()) is None


@pytest.mark.parametrize("due_in", [14, 0])
def test_a_link_opens_until_long_after_the_due_date(due_in: int) -> None:
    invoice = an_invoice(due_in=due_in)
    with time_machine.travel(clock.now(), tick=False) as now:
        token = a_token(invoice)
        link_id = the_link().pk

        now.shift(timedelta(days=due_in) + OPEN_FOR - timedelta(seconds=1))
        assert access_link(token) is not None

        now.shift(timedelta(seconds=1))
        assert access_link(token) is None
        assert access_invoice_by_links(invoice.public_id, [link_id]) is None


def test_a_link_to_an_overdue_invoice_opens_as_long_from_today(invoice: Invoice) -> None:
    with time_machine.travel(clock.now() + timedelta(days=200), tick=False):
        assert access_link(a_token(invoice)) is not None


def test_a_revoked_link_is_closed_also_for_those_inside(invoice: Invoice) -> None:
    token = a_token(invoice)
    link = the_link()

    revoke_link(link, actor=SYSTEM)

    assert access_link(token) is None
    assert access_invoice_by_links(invoice.public_id, [link.pk]) is None


def test_revoking_one_link_leaves_the_others_open(invoice: Invoice) -> None:
    other = a_token(invoice)
    a_token(invoice)

    revoke_link(the_link(), actor=SYSTEM)

    assert access_link(other) is not None


def test_revoking_twice_is_once(invoice: Invoice) -> None:
    a_token(invoice)
    link = the_link()
    revoke_link(link, actor=SYSTEM)
    first = the_link().revoked_at

    revoke_link(link, actor=SYSTEM)

    assert the_link().revoked_at == first
    assert HistoryEntry.objects.filter(kind="link.revoked").count() == 1


def test_a_link_opens_no_other_invoice_of_the_same_customer(invoice: Invoice) -> None:
    other = an_invoice(invoice.customer)
    a_token(invoice)

    assert access_invoice_by_links(other.public_id, [the_link().pk]) is None
    assert access_invoice_by_links(invoice.public_id, []) is None


@pytest.mark.parametrize(
    ("role", "sees"),
    [(Role.AGENT, True), (Role.FINANCE, True), (Role.ADMIN, True), (Role.MARKETER, False)],
)
def test_staff_see_the_billers_invoices_as_their_role_allows(
    invoice: Invoice, role: Role, sees: bool
) -> None:
    membership = Membership.objects.get(user=a_member(invoice.biller, role))

    found = access_invoice_as_staff(invoice.public_id, membership)

    assert (found == invoice) is sees
    assert (found is None) is not sees


def test_staff_of_another_biller_see_nothing(invoice: Invoice) -> None:
    stranger = a_member(a_biller("nordnett"), Role.ADMIN)

    assert access_invoice_as_staff(invoice.public_id, stranger.memberships.get()) is None


def test_the_invoice_comes_with_its_neighbours_in_one_query(
    invoice: Invoice, django_assert_num_queries: type
) -> None:
    a_token(invoice)
    link = the_link()

    with django_assert_num_queries(1):
        found = access_invoice_by_links(invoice.public_id, [link.pk])
        assert found is not None
        assert found.biller.name
        assert found.customer.name
        assert found.agreement.account.number
