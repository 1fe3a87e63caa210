"""How many questions a page puts to the database, and that no growing table adds to them."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from invoices.documents.models import Invoice
from invoices.history.actors import CUSTOMER, SYSTEM
from invoices.history.record import Draft, record_many
from messaging.threads.actions import post
from messaging.threads.models import Thread
from payments.bankfiles.models import BankLine
from tests.build import a_customer, an_invoice, an_ocr_file, receive
from tests.people import World

pytestmark = pytest.mark.django_db

# The most each may ask, as measured. The customer's page asks nine: who comes in, the invoice with
# its story, paying, what was said of paying, credit, direct debit, the conversation, what was
# proposed in it, and what stands beside where one writes.
PAGE, PANELS, STAFF_PAGE = 9, 10, 11
# Finance's desk asks for days, files and what came of them too.
DESK, DESK_PANELS = 14, 13
# An agent's screen holds the list, the talk, the invoice and all that stands beside it.
INBOX, THREAD = 14, 31
REVIEW = (18, 24, 18, 9)  # the list, a payment, many at once, how good it is


def asked(client: Client, path: str) -> int:
    """How many queries the second visit takes; the first one warms what is kept."""
    client.get(path)
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(path)
    assert answer.status_code == 200, path
    return len([q for q in seen.captured_queries if "SAVEPOINT" not in q["sql"]])


def lengthen(invoice: Invoice, entries: int) -> None:
    """Let much have happened on an invoice."""
    data = {"amount_minor": 100, "left_minor": 100}
    drafts = [Draft(data, invoice.pk, invoice.customer_id)] * entries
    record_many("payment.matched", drafts, biller_id=invoice.biller_id, actor=SYSTEM)


def test_the_customers_page_asks_no_more_when_much_has_happened(world: World) -> None:
    anna, page = world.client("anna"), f"/invoice/{world.annas.public_id}/"
    lengthen(world.annas, 10)
    few = asked(anna, page), asked(anna, f"{page}panels/")

    lengthen(world.annas, 1_000)

    many = asked(anna, page), asked(anna, f"{page}panels/")
    assert few == many
    assert many[0] <= PAGE
    assert many[1] <= PANELS


@pytest.mark.parametrize("name", ["balance", "lines", "pay", "history", "messages"])
def test_a_panel_alone_asks_no_more_than_all_of_them(world: World, name: str) -> None:
    path = f"/invoice/{world.annas.public_id}/panels/?names={name}"

    assert asked(world.client("anna"), path) <= PANELS


def test_nothing_new_is_answered_with_two_questions(world: World) -> None:
    anna, page = world.client("anna"), f"/invoice/{world.annas.public_id}/panels/"
    seen = anna.get(page)
    query = f"?v={seen['X-Nota-Version']}&on={seen['X-Nota-On']}"

    with CaptureQueriesContext(connection) as queries:
        answer = anna.get(page + query)

    assert answer.status_code == 204
    assert len(queries) <= 2


def test_staff_ask_little_more_than_the_customer(world: World) -> None:
    path = f"/staff/fjordfiber/invoice/{world.annas.public_id}/"
    lengthen(world.annas, 10)
    few = asked(world.client("finance"), path)
    lengthen(world.annas, 1_000)

    # What was written is read where the story holds it.
    assert asked(world.client("finance"), path) <= few <= STAFF_PAGE


def test_the_desk_asks_no_more_when_there_is_more_to_show(world: World) -> None:
    finance, desk = world.client("finance"), "/staff/fjordfiber/"
    receive(world.fjord, an_ocr_file(("7", 700), biller=world.fjord))
    few = asked(finance, desk), asked(finance, f"{desk}panels/")

    for number in range(2, 30):
        an_invoice(a_customer(world.fjord, f"Customer {number}"))
        raw = an_ocr_file((str(number), 700 + number), biller=world.fjord, number=number)
        receive(world.fjord, raw)

    many = asked(finance, desk), asked(finance, f"{desk}panels/")
    assert few == many
    assert many[0] <= DESK
    assert many[1] <= DESK_PANELS


def test_the_inbox_asks_no_more_when_more_have_written(world: World) -> None:
    agent, inbox = world.client("cia_agent"), "/staff/fjordfiber/inbox/"
    thread = f"{inbox}{Thread.objects.get(invoice=world.annas).public_id}/"
    few = asked(agent, inbox), asked(agent, thread)

    for number in range(60):
        invoice = an_invoice(a_customer(world.fjord, f"Customer {number}"))
        post(invoice, "Hei", actor=CUSTOMER, message_id=uuid4())
        post(world.annas, f"Hei {number}", actor=CUSTOMER, message_id=uuid4())

    many = asked(agent, inbox), asked(agent, thread)
    assert many[0] == few[0] <= INBOX
    # What was proposed is read where the stream holds it.
    assert many[1] <= few[1] <= THREAD


def test_the_review_asks_no_more_when_more_payments_wait(world: World) -> None:
    finance, review = world.client("finance"), "/staff/fjordfiber/payments/"
    payment = f"{review}{BankLine.objects.get().public_id}/"
    pages = (review, payment, f"{review}many/", f"{review}quality/")
    few = [asked(finance, page) for page in pages]

    for number in range(2, 40):
        an_invoice(a_customer(world.fjord, f"Customer {number}"))
        raw = an_ocr_file((str(number), 700 + number), biller=world.fjord, number=number)
        receive(world.fjord, raw)

    many = [asked(finance, page) for page in pages]
    assert few == many
    assert all(found <= most for found, most in zip(many, REVIEW, strict=True)), many


ADMIN_LISTS = [
    "invoices/biller",
    "invoices/membership",
    "invoices/user",
    "invoices/payeeaccount",
    "invoices/agreement",
    "invoices/customer",
    "invoices/invoice",
    "invoices/account",
    "invoices/transfer",
    "invoices/historyentry",
    "payments/bankfile",
    "payments/bankline",
    "payments/match",
    "mfa/authenticator",
]


@pytest.mark.parametrize("model", ADMIN_LISTS)
def test_a_list_of_the_admin_asks_no_more_when_it_is_longer(world: World, model: str) -> None:
    root, path = world.client("superuser"), f"/admin/{model}/"
    receive(world.fjord, an_ocr_file((world.annas, 700), ("7", 5), biller=world.fjord))
    few = asked(root, path)

    for number in range(2, 8):
        invoice = an_invoice(a_customer(world.fjord, f"Customer {number}"))
        raw = an_ocr_file((invoice, 700), (str(number), 5), biller=world.fjord, number=number)
        receive(world.fjord, raw)

    assert asked(root, path) == few, path
    assert root.get(path, {"q": "a"}).status_code == 200
