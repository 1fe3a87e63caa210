"""Links: made, kept as a hash, expiring by the facts, closed and replaced."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from invoices import clock
from invoices.billers.models import Membership
from invoices.billers.roles import Role
from invoices.documents.access import access_invoice_as_staff
from invoices.documents.actions import credit_invoice, move_due_date, split_invoice
from invoices.documents.links.access import access_link, may_renew
from invoices.documents.links.actions import (
    LinkDraft,
    make_link,
    make_links,
    replace_link,
    revoke_link,
    share_link,
)
from invoices.documents.links.levels import Channel, Level
from invoices.documents.links.models import SecretLink
from invoices.documents.links.queries import links_of, trusted_emails
from invoices.documents.models import Invoice
from invoices.history.actors import CUSTOMER, SYSTEM
from invoices.history.models import HistoryEntry
from tests.build import a_biller, a_customer, a_member, an_invoice

pytestmark = pytest.mark.django_db


def a_token(invoice: Invoice) -> str:
    return make_link(invoice, channel=Channel.EMAIL, actor=SYSTEM)


def the_link() -> SecretLink:
    return SecretLink.objects.latest("pk")


def test_a_link_opens_its_invoice(invoice: Invoice) -> None:
    link = access_link(a_token(invoice))

    assert link is not None
    assert link.invoice == invoice


def test_a_token_is_long_unlike_any_other_and_kept_nowhere(invoice: Invoice) -> None:
    tokens = {a_token(invoice) for _ in range(50)}

    assert len(tokens) == 50
    assert {len(token) for token in tokens} == {32}  # 192 bits
    with connection.cursor() as cursor:
        for table in ("invoices_secretlink", "invoices_historyentry", "procrastinate_jobs"):
            cursor.execute(f"SELECT coalesce(string_agg(row::text, ' '), '') FROM {table} row")
            kept = cursor.fetchone()[0]
            assert not any(token in kept for token in tokens)


def test_each_recipient_and_message_has_a_link_of_its_own(invoice: Invoice) -> None:
    email = trusted_emails(invoice.customer)[0]

    for channel in Channel:
        make_link(invoice, channel=channel, contact_point=email, actor=SYSTEM)

    links = SecretLink.objects.filter(invoice=invoice)
    assert {link.channel for link in links} == set(Channel)
    assert {link.level for link in links} == {Level.OWN}
    assert {link.contact_point for link in links} == {email}


def test_making_a_link_is_told_without_the_token_and_without_the_recipient(
    invoice: Invoice,
) -> None:
    make_link(invoice, channel=Channel.EMAIL, made_for="Ola Nordmann", actor=SYSTEM)

    entry = HistoryEntry.objects.get(kind="link.made")
    assert (entry.invoice, entry.data) == (invoice, {"level": "own", "channel": "email"})


def test_many_links_are_made_as_one(invoice: Invoice) -> None:
    others = [an_invoice(invoice.customer) for _ in range(3)]
    drafts = [LinkDraft(each.pk, each.customer_id, channel=Channel.SMS) for each in others]

    tokens = make_links(drafts, biller_id=invoice.biller_id, actor=SYSTEM)

    found = [access_link(token) for token in tokens]
    assert [link and link.invoice for link in found] == others
    assert HistoryEntry.objects.filter(kind="link.made").count() == 3


def test_a_shared_link_only_pays_and_is_told_to_the_customer(invoice: Invoice) -> None:
    share_link(invoice, made_for="Ola", actor=CUSTOMER)

    assert (the_link().level, the_link().channel) == (Level.PAY_ONLY, Channel.SHARED)
    assert HistoryEntry.objects.get(kind="link.shared").actor_kind == "customer"
    assert not HistoryEntry.objects.filter(kind="link.made").exists()


@pytest.mark.parametrize("wrong", ["", "x", "A" * 32])
def test_an_unknown_token_opens_nothing(invoice: Invoice, wrong: str) -> None:
    token = a_token(invoice)

    assert access_link(wrong) is None
    assert access_link(token[:-1]) is None
    assert access_link(token.swapcase()) is None


def days_open(token: str, *, at_most: int = 400) -> int:
    """How many days from now the token still opens."""
    start = clock.now()
    for day in range(at_most):
        with time_machine.travel(start + timedelta(days=day), tick=False):
            if access_link(token) is None:
                return day - 1
    return at_most


def test_a_link_opens_until_thirty_days_after_the_due_date(invoice: Invoice) -> None:
    assert days_open(a_token(invoice)) == 14 + 30


def test_a_moved_due_date_moves_the_end_of_links_that_are_out_already(invoice: Invoice) -> None:
    token = a_token(invoice)

    move_due_date(invoice.pk, clock.today() + timedelta(days=30), reason="", actor=SYSTEM)

    assert days_open(token) == 30 + 30


def test_instalments_keep_it_open_until_after_the_last_one(invoice: Invoice) -> None:
    token = a_token(invoice)
    parts = [(clock.today() + timedelta(days=ahead), 25_000) for ahead in (10, 80)]

    split_invoice(invoice.pk, parts, reason="", actor=SYSTEM)

    assert days_open(token) == 80 + 30


def test_a_settled_invoice_stays_open_for_ninety_days_more(invoice: Invoice) -> None:
    token = a_token(invoice)

    credit_invoice(invoice.pk, None, reason="", actor=SYSTEM)

    assert days_open(token) == 90


def test_nothing_keeps_a_link_open_for_more_than_a_year(invoice: Invoice) -> None:
    token = a_token(invoice)
    parts = [(clock.today() + timedelta(days=ahead), 25_000) for ahead in (10, 395)]

    split_invoice(invoice.pk, parts, reason="", actor=SYSTEM)

    assert days_open(token) == 365


def test_a_link_to_an_overdue_invoice_opens_from_today(invoice: Invoice) -> None:
    with time_machine.travel(clock.now() + timedelta(days=200), tick=False):
        assert days_open(a_token(invoice)) == 30


def test_a_revoked_link_is_closed_and_the_others_are_not(invoice: Invoice) -> None:
    other, token = a_token(invoice), a_token(invoice)

    revoke_link(the_link(), actor=SYSTEM)

    assert access_link(token) is None
    assert access_link(other) is not None
    assert not may_renew(the_link())


def test_revoking_twice_is_once(invoice: Invoice) -> None:
    a_token(invoice)
    link = the_link()
    revoke_link(link, actor=SYSTEM)
    first = the_link().revoked_at

    revoke_link(link, actor=SYSTEM)

    assert the_link().revoked_at == first
    assert HistoryEntry.objects.filter(kind="link.revoked").count() == 1


def test_a_replaced_link_is_closed_and_its_successor_opens(invoice: Invoice) -> None:
    token = a_token(invoice)
    old = the_link()
    email = trusted_emails(invoice.customer)[0]

    successor = replace_link(old, contact_point=email, actor=CUSTOMER)

    assert successor is not None
    assert access_link(token) is None
    assert access_link(successor) is not None
    old.refresh_from_db()
    assert old.replaced_by == the_link()
    assert may_renew(old)
    assert HistoryEntry.objects.filter(kind="link.rotated").count() == 1


def test_a_replaced_link_stays_closed_when_the_facts_would_open_it_again(invoice: Invoice) -> None:
    token = a_token(invoice)
    email = trusted_emails(invoice.customer)[0]
    with time_machine.travel(clock.now() + timedelta(days=60), tick=False):
        replace_link(the_link(), contact_point=email, actor=CUSTOMER)

    move_due_date(invoice.pk, clock.today() + timedelta(days=30), reason="", actor=SYSTEM)

    assert access_link(token) is None


def test_a_revoked_link_has_no_successor(invoice: Invoice) -> None:
    a_token(invoice)
    link, email = the_link(), trusted_emails(invoice.customer)[0]
    revoke_link(link, actor=SYSTEM)

    assert replace_link(link, contact_point=email, actor=CUSTOMER) is None
    assert SecretLink.objects.count() == 1


def test_whoever_holds_an_old_link_cannot_close_its_successors(invoice: Invoice) -> None:
    a_token(invoice)
    old, email = the_link(), trusted_emails(invoice.customer)[0]
    first = replace_link(old, contact_point=email, actor=CUSTOMER)
    second = replace_link(old, contact_point=email, actor=CUSTOMER)

    assert first is not None
    assert second is not None
    assert access_link(first) is not None
    assert access_link(second) is not None


def test_the_list_of_links_asks_as_much_for_many_as_for_one(
    invoice: Invoice, django_assert_max_num_queries: type
) -> None:
    for _ in range(20):
        a_token(invoice)

    with django_assert_max_num_queries(5):
        held = links_of(invoice)

    assert [each.open for each in held] == [True] * 20


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


def test_only_addresses_the_biller_gave_or_a_code_confirmed_are_written_to(
    invoice: Invoice,
) -> None:
    other = a_customer(invoice.biller, "Bo Lund")

    assert [p.customer for p in trusted_emails(invoice.customer)] == [invoice.customer]
    assert {p.kind for p in trusted_emails(other)} == {"email"}
