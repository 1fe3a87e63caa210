"""Any moment chosen shows the page as it was then."""

import random
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from invoices import clock
from invoices.billers.roles import Role
from invoices.changes import actions as changes
from invoices.changes.actions import Asker
from invoices.changes.collection.actions import hand_to_collection, take_back_from_collection
from invoices.documents.actions import (
    charge_invoice,
    credit_invoice,
    move_due_date,
    split_invoice,
)
from invoices.documents.models import Change, Invoice
from invoices.documents.queries import figures
from invoices.documents.states import Collector
from invoices.errors import Refused
from invoices.history.actors import SYSTEM
from invoices.ledger.actions import TransferDraft, biller_account, post_transfers
from invoices.ledger.codes import AccountKind, Code
from invoices.ledger.models import Account
from invoices.page.paying import IN_THE_BANK
from invoices.page.view import InvoiceView
from invoices.panels import CUSTOMER, draw
from payments.providers.actions import note_status
from payments.providers.base import Seen, Status
from payments.providers.sandbox.actions import open_payment
from payments.providers.work import order_of
from tests.build import a_line, a_link, a_member, a_payment, an_invoice, an_ocr_file, receive

pytestmark = pytest.mark.django_db

type Act = Callable[[Invoice, random.Random, int], object]


def pay(invoice: Invoice, dice: random.Random, number: int) -> object:
    amount = dice.choice([1_000, 7_350, figures(invoice).left or 500, 60_000])
    return receive(invoice.biller, an_ocr_file((invoice, amount), number=number))


def take_back(invoice: Invoice, dice: random.Random, number: int) -> object:
    amount = dice.choice([1_000, 7_350])
    return receive(invoice.biller, an_ocr_file((invoice, -amount), number=number))


def credit(invoice: Invoice, dice: random.Random, number: int) -> object:
    lines = dice.choice([None, [a_line(1_000)]])
    return credit_invoice(invoice.pk, lines, reason="Feil", actor=SYSTEM)


def charge(invoice: Invoice, dice: random.Random, number: int) -> object:
    return charge_invoice(invoice.pk, [a_line(2_000)], reason="Ruter", actor=SYSTEM)


def move(invoice: Invoice, dice: random.Random, number: int) -> object:
    to_on = clock.today() + timedelta(days=dice.randrange(1, 20))
    return move_due_date(invoice.pk, to_on, reason="", actor=SYSTEM)


def split(invoice: Invoice, dice: random.Random, number: int) -> object:
    left = figures(invoice).left
    days = [clock.today() + timedelta(days=ahead) for ahead in (3, 17)]
    parts = [(days[0], left // 3), (days[1], left - left // 3)]
    return split_invoice(invoice.pk, parts, reason="", actor=SYSTEM)


ADMIN = Asker("staff", None, Role.ADMIN)


def write_down(invoice: Invoice, dice: random.Random, number: int) -> None:
    amount = dice.choice([500, figures(invoice).left or 1])
    request_id = uuid.uuid4()
    changes.write_down(invoice.pk, amount, actor=ADMIN, request_id=request_id, reason="Rest")


def dispute(invoice: Invoice, dice: random.Random, number: int) -> None:
    settled = dice.choice([True, False])
    request_id = uuid.uuid4()
    changes.dispute(invoice.pk, settled=settled, actor=ADMIN, request_id=request_id, reason="?")


def cancel(invoice: Invoice, dice: random.Random, number: int) -> None:
    changes.cancel(invoice.pk, "1", actor=ADMIN, request_id=uuid.uuid4(), reason="Twice")


def order() -> dict[str, Any]:
    return {"actor": ADMIN, "request_id": uuid.uuid4(), "reason": "Unpaid"}


def hand_over(invoice: Invoice, number: int = 1) -> None:
    hand_to_collection(invoice.pk, Collector(f"Kravo {number}", phone="22110000"), **order())


def collect(invoice: Invoice, dice: random.Random, number: int) -> None:
    if dice.choice([True, False]):
        hand_over(invoice, number)
    else:
        take_back_from_collection(invoice.pk, **order())


def pay_here(invoice: Invoice, dice: random.Random, number: int) -> None:
    intent = a_payment(invoice, dice.choice([10_000, figures(invoice).left]))
    open_payment(order_of(intent))
    note_status(intent.pk, Status(Seen.CAPTURED, intent.amount_minor), actor=SYSTEM)


def pay_back(invoice: Invoice, dice: random.Random, number: int) -> None:
    """What lies on the customer's account goes to the customer's bank, or the half of it."""
    held = Account.objects.filter(customer=invoice.customer).first()
    lies = held.credit_minor - held.debit_minor if held else 0
    amount = lies // dice.choice([1, 2])
    if held is None or not amount:
        raise Refused("There is nothing to pay back.")
    bank = biller_account(invoice.biller_id, AccountKind.BANK, invoice.currency)
    draft = TransferDraft(held.pk, bank.pk, amount, Code.PAID_OUT, f"back:{number}")
    post_transfers([draft], biller_id=invoice.biller_id)


def undo(invoice: Invoice, dice: random.Random, number: int) -> None:
    newest = Change.objects.filter(invoice=invoice).last()
    if newest is None:
        raise Refused("Nothing to undo.")
    changes.undo_change(invoice.pk, newest.public_id, actor=ADMIN)


ACTS: tuple[Act, ...] = (
    *(pay, pay, take_back, credit, charge, move, move, split, split),
    *(write_down, dispute, undo, undo, undo, cancel),
    *(collect, collect, pay_back, pay_back, pay_here),
)


def shown(invoice: Invoice, as_of: datetime | None = None) -> dict[str, Any]:
    """What the panels that can look back show."""
    view = InvoiceView(Invoice.objects.get(pk=invoice.pk), CUSTOMER, "en", "/p/", "/", as_of=as_of)
    drawn = draw("invoice", CUSTOMER, view, looking_back=True)
    found = {panel.name: panel.context for panel in drawn}
    # Nothing can be done with what was: nobody asks about it, pays it or takes a receipt.
    found["balance"] = replace(found["balance"], pay=IN_THE_BANK)
    found["lines"] = replace(found["lines"], lines=unasked(found["lines"].lines))
    found["history"] = [replace(day, entries=told(day.entries)) for day in found["history"].days]
    return found


def unasked(rows: Sequence[Any]) -> list[Any]:
    """The rows without their ways to ask about them."""
    return [replace(row, ask_url="") for row in rows]


def told(entries: Sequence[Any]) -> list[Any]:
    """What is told, without the receipts: those are of what stands now."""
    return [replace(entry, receipt_url="") for entry in unasked(entries)]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.mark.parametrize("seed", range(48))
def test_a_look_back_shows_what_the_page_showed_then(seed: int) -> None:
    dice = random.Random(seed)
    start = timezone.now() - timedelta(days=9)
    with clock.standing_at(start):
        invoice = an_invoice(due_in=3)
    then = []
    for step in range(1, 13):
        moment = start + timedelta(hours=step * 16)
        with clock.standing_at(moment):
            try:
                dice.choice(ACTS)(invoice, dice, step)
            except Refused:
                continue  # the books say no; nothing has happened
            then.append((moment, shown(invoice)))

    assert then
    for moment, seen in then:
        assert shown(invoice, as_of=moment) == seen
        assert shown(invoice, as_of=moment + timedelta(minutes=1)) == seen


CHAINS: dict[str, tuple[tuple[str, Callable[[Invoice], object]], ...]] = {
    "paid, credited, paid back": (
        ("open", lambda invoice: None),
        ("paid", lambda i: receive(i.biller, an_ocr_file((i, 50_000)))),
        ("paid", lambda i: credit_invoice(i.pk, None, reason="Feil", actor=SYSTEM)),
        ("refunded", lambda i: pay_back(i, random.Random(3), 1)),
    ),
    "collected, paid in part, taken back": (
        ("overdue", lambda invoice: None),
        ("in_collection", lambda i: hand_over(i)),
        ("in_collection", lambda i: receive(i.biller, an_ocr_file((i, 10_000)))),
        ("overdue", lambda i: take_back_from_collection(i.pk, **order())),
    ),
    "paid here, and taken back by the bank": (
        ("open", lambda invoice: None),
        ("part_paid", lambda i: pay_here(i, random.Random(1), 1)),
        ("paid", lambda i: receive(i.biller, an_ocr_file((i, 40_000)))),
        ("part_paid", lambda i: receive(i.biller, an_ocr_file((i, -10_000), number=2))),
    ),
}


@pytest.mark.parametrize("chain", CHAINS)
def test_a_look_back_tells_each_state_of_a_story(chain: str) -> None:
    start = timezone.now() - timedelta(days=9)
    steps = CHAINS[chain]
    with clock.standing_at(start - timedelta(days=20)):
        invoice = an_invoice(due_in=5 if steps[0][0] == "overdue" else 60)
    then = []
    for number, (state, act) in enumerate(steps):
        moment = start + timedelta(days=number)
        with clock.standing_at(moment):
            act(invoice)
            then.append((moment, state, shown(invoice)))

    for moment, state, seen in then:
        assert seen["balance"].status == state
        assert shown(invoice, as_of=moment) == seen


def test_the_page_says_that_it_looks_back_and_offers_nothing_to_do(client: Client) -> None:
    start = timezone.now() - timedelta(days=3)
    with clock.standing_at(start):
        invoice = an_invoice()
    receive(invoice.biller, an_ocr_file((invoice, 20_000)))
    page = client.get(a_link(invoice), follow=True).request["PATH_INFO"]

    now, back = (
        client.get(page),
        client.get(page, {"as_of": (start + timedelta(hours=1)).isoformat()}),
    )

    assert ('data-left-minor="30000"' in now.text, "data-live " in now.text) == (True, True)
    assert 'data-left-minor="50000"' in back.text
    assert "back-in-time" in back.text
    assert "data-live " not in back.text
    assert 'id="panel-pay"' not in back.text


@pytest.mark.parametrize("moment", ["", "yesterday", "2999-01-01T00:00", "0001-01-01T00:00"])
def test_a_moment_that_is_none_is_now_or_the_beginning(client: Client, moment: str) -> None:
    invoice = an_invoice()
    page = client.get(a_link(invoice), follow=True).request["PATH_INFO"]

    assert client.get(page, {"as_of": moment}).status_code == 200


def test_staff_look_back_too(client: Client) -> None:
    start = timezone.now() - timedelta(days=3)
    with clock.standing_at(start):
        invoice = an_invoice()
    receive(invoice.biller, an_ocr_file((invoice, 20_000)))
    client.force_login(a_member(invoice.biller, Role.AGENT))
    url = reverse("staff_invoice", args=[invoice.biller.slug, invoice.public_id])

    assert 'data-left-minor="50000"' in client.get(url, {"as_of": start.isoformat()}).text


def test_the_history_is_narrowed_to_a_topic(client: Client) -> None:
    invoice = an_invoice()
    receive(invoice.biller, an_ocr_file((invoice, 20_000)))
    page = client.get(a_link(invoice), follow=True).request["PATH_INFO"]

    assert client.get(page).text.count("data-entry") == 2
    assert client.get(page, {"show": "money"}).text.count("data-entry") == 1
    assert client.get(page, {"show": "nonsense"}).text.count("data-entry") == 2
