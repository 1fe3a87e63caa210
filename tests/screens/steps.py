"""What can have happened before a picture is taken, in one word each for the table of states."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction

from config.demo.credit import ACCOUNTS
from config.demo.waiting import found
from invoices import clock
from invoices.billers.areas import Area
from invoices.billers.roles import Role
from invoices.changes import actions
from invoices.changes.actions import Asker
from invoices.changes.collection.actions import hand_to_collection
from invoices.changes.policy import CUSTOMER
from invoices.documents.models import Invoice
from invoices.documents.queries import figures
from invoices.documents.states import Collector
from invoices.history.actors import CUSTOMER as THE_CUSTOMER
from invoices.history.actors import staff
from invoices.ledger.actions import TransferDraft, biller_account, post_transfers
from invoices.ledger.codes import AccountKind, Code
from invoices.ledger.models import Account
from invoices.money import split_evenly
from payments.bankfiles.models import BankLine
from payments.matching.expected.actions import state_paid
from payments.matching.expected.tasks import lapse
from payments.plans.actions import promise
from payments.plans.tasks import late_promises
from payments.refunds.actions import approve, ask, confirm_paid
from payments.refunds.credit.actions import use_credit
from payments.refunds.files.actions import make_file
from payments.refunds.models import Refund
from payments.refunds.queries import credit_of
from tests.build import a_customer, a_line, a_link
from tests.screens.doings import Act
from tests.screens.house import House, Shot

type Build = Callable[[House], Shot]
type Step = Callable[[House, Invoice], object]


def happened(*steps: Step, **facts: Any) -> Build:
    """The customer's page of an invoice to which all this has happened."""
    return lambda house: house.customer(invoice_with(house, *steps, **facts))


def invoice_with(house: House, *steps: Step, **facts: Any) -> Invoice:
    """An invoice to which all this has happened, in order."""
    invoice = house.invoice(**facts)
    for step in steps:
        step(house, invoice)
    return invoice


def paid(part: float, days_ago: int = 1) -> Step:
    """So much of the invoice was paid; 1 is all that was left of it, more is too much."""

    def pays(house: House, invoice: Invoice) -> None:
        amount = int(invoice.total_minor * part) if part != 1 else figures(invoice).left
        with house.days_ago(days_ago, hour=9):
            house.pays(invoice, amount)

    return pays


def staff_did(action: str, *what: Any, **facts: Any) -> Step:
    """Finance did this today, as on the page of the invoice."""

    def did(house: House, invoice: Invoice) -> None:
        reason = house.words.late_engineer
        order = {"actor": house.asker(), "request_id": uuid4(), "reason": reason}
        getattr(actions, action)(invoice.pk, *what, **facts, **order)

    return did


def moved(house: House, invoice: Invoice) -> None:
    """The customer moved the due date by nine days."""
    to_on = invoice.due_on + timedelta(days=9)
    actions.move_due_date(invoice.pk, to_on, actor=_customer(), request_id=uuid4())


def split(house: House, invoice: Invoice) -> None:
    """The customer split what is left into three, and paid nothing yet."""
    left = invoice.total_minor
    days = [invoice.due_on + timedelta(days=ahead) for ahead in (0, 30, 60)]
    parts = list(zip(days, (left - 2 * 36_600, 36_600, 36_600), strict=True))
    actions.split(invoice.pk, parts, actor=_customer(), request_id=uuid4())


def said_paid(days_ago: int = 0) -> Step:
    """The customer said so many days ago that all that is left was paid the day before."""

    def says(house: House, invoice: Invoice) -> None:
        with house.days_ago(days_ago, hour=9):
            on = max(clock.today() - timedelta(days=1), invoice.issued_on)
            left = figures(invoice).left
            state_paid(invoice.pk, left, on, request_id=uuid4(), actor=THE_CUSTOMER)
        lapse(0)

    return says


def promised(days_ago: int = 0, ahead: int = 6) -> Step:
    """The customer chose a day to pay, so many days after having said so."""

    def says(house: House, invoice: Invoice) -> None:
        with house.days_ago(days_ago, hour=9):
            on, left = clock.today() + timedelta(days=ahead), figures(invoice).left
            promise(invoice.pk, left, on, request_id=uuid4(), actor=THE_CUSTOMER)
        late_promises(0)

    return says


def asked_back(part: float = 0.5) -> Step:
    """The customer asked for so much of the credit to be paid back."""

    def asks(house: House, invoice: Invoice) -> None:
        amount = int(credit_of(invoice.customer_id) * part)
        to = ACCOUNTS[house.biller.country]
        ask(invoice.pk, amount, to, request_id=uuid4(), actor=THE_CUSTOMER)

    return asks


def overpaid(house: House) -> Invoice:
    """An invoice of which a fifth too much was paid."""
    return invoice_with(house, paid(1.2))


def uses_credit(house: House, invoice: Invoice) -> None:
    """The customer was paid too much for before, and lowers this invoice by half of it."""
    earlier = house.invoice(of=invoice.customer, due_in=-20)
    house.pays(earlier, earlier.total_minor + 20_000)
    use_credit(invoice.pk, 10_000, request_id=uuid4(), actor=THE_CUSTOMER)


def paybacks(path: str = "") -> Build:
    """Finance at the paybacks: to approve, approved, with the bank, over. ``path``: the first."""

    def build(house: House) -> Shot:
        own = house if path else house.beside("tilbake", "Tilbakefiber")
        finance, admin = staff(own.staff(Role.FINANCE).pk), staff(own.staff(Role.ADMIN).pk)
        for turn in range(4):
            invoice = invoice_with(own, paid(1.2), asked_back())
            refund = Refund.objects.get(invoice=invoice)
            if turn < 3:
                approve(refund.pk, refund.destination, actor=finance)
            if turn < 2:
                make_file(own.biller, request_id=uuid4(), actor=admin)
            if turn == 0:
                confirm_paid(refund.pk, actor=finance)
        return own.at_desk(f"refunds/{refund.public_id}/" if path else "refunds/")

    return build


def split_long_ago(house: House, invoice: Invoice) -> None:
    """The customer split the invoice three weeks ago, and has paid the first part of four."""
    with house.days_ago(21, hour=9):
        days = [clock.today() + timedelta(days=ahead) for ahead in (2, 14, 45, 76)]
        amounts = split_evenly(figures(invoice).left, 4)
        parts = list(zip(days, amounts, strict=True))
        actions.split(invoice.pk, parts, actor=_customer(), request_id=uuid4())
    with house.days_ago(20, hour=9):
        house.pays(invoice, amounts[0])


def _customer() -> Asker:
    return Asker(THE_CUSTOMER.kind, None, CUSTOMER)


CREDITED_WHOLE = staff_did("credit", actions.Credit(text="Faktura"))
CREDITED_LINE = staff_did("credit", actions.Credit(text="TV Basis", amount_minor=24_900))
WRITTEN_DOWN = staff_did("write_down", 4_900)
CHARGED = staff_did("charge", a_line(20_000, text="Ekstra montørtime"))
DISPUTED = staff_did("dispute", settled=False)
CANCELLED = staff_did("cancel", "Faktura")


def collected(house: House, invoice: Invoice) -> None:
    """Finance handed the invoice to whoever collects."""
    to = Collector(
        "Kravo Inkasso AS",
        phone="+47 22 11 00 00",
        site="https://kravo.example/sak",
        case_no="K-2026-4711",
        account="1503 40 00001" if house.biller.country == "NO" else "5050-1055",
        reference="990011440",
    )
    norwegian = house.biller.country == "NO"
    reason = "Ikke betalt etter varsel" if norwegian else "Inte betald efter krav"
    order: dict[str, Any] = {"actor": house.asker(), "request_id": uuid4(), "reason": reason}
    hand_to_collection(invoice.pk, to, **order)


def paid_back(house: House, invoice: Invoice) -> None:
    """What lies on the customer's account is sent to the customer's bank."""
    held = Account.objects.get(customer=invoice.customer)
    bank = biller_account(invoice.biller_id, AccountKind.BANK, invoice.currency)
    amount = held.credit_minor - held.debit_minor
    draft = TransferDraft(held.pk, bank.pk, amount, Code.PAID_OUT, f"back:{invoice.pk}")
    with transaction.atomic():
        post_transfers([draft], biller_id=invoice.biller_id)


# ---------------------------------------------------------------- pages


def on_page(path: str, *, code: bool = False, **facts: Any) -> Build:
    """The customer on another page of an open invoice."""
    return lambda house: house.customer(house.invoice(**facts), path, code=code)


def acting(build: Build, act: Act) -> Build:
    """The same, and something done there."""
    return lambda house: build(house).then(act)


def at_desk(path: str = "", role: Role = Role.FINANCE) -> Build:
    return lambda house: house.at_desk(path, role)


def staff_on(*steps: Step, path: str = "", **facts: Any) -> Build:
    """Finance on a page of an invoice to which all this has happened."""
    return lambda house: house.staff_on(invoice_with(house, *steps, **facts), path)


def stood(house: House) -> Shot:
    """A paid invoice as it stood before it was paid."""
    invoice = invoice_with(house, paid(0.23, 3), paid(1, 1))
    then = (clock.now() - timedelta(days=2)).isoformat().replace("+", "%2B")
    return house.customer(invoice, f"?as_of={then}")


def with_a_link(end: Callable[[str], None], status: int) -> Build:
    """Somebody opens a link that was ended like this."""

    def build(house: House) -> Shot:
        link = a_link(house.invoice())
        end(link)
        return Shot(link, status=status)

    return build


def shared(house: House) -> Shot:
    """A customer who has shared a link, and whose own was opened."""
    invoice = house.invoice()
    a_link(invoice)
    house.payer(invoice)
    return house.customer(invoice, "access/", code=True)


def many_invoices(house: House) -> Shot:
    """A customer with an invoice in each common state."""
    customer = a_customer(house.biller, "Lina Haugen")
    for steps, due_in in (((), 6), ((paid(1),), -20), ((), -3), ((CREDITED_WHOLE,), 6)):
        last = invoice_with(house, *steps, of=customer, due_in=due_in)
    return house.customer(last, "all/", code=True)


def strict(house: House) -> House:
    """A biller that asks for a code before all it can."""
    return house.beside("strengt", "Nordlys Nett", link_code_for=[area.value for area in Area])


def yellow(house: House) -> House:
    return house.beside("solstrom", "Solstrøm", brand_colour="#ffd60a")


def empty(house: House) -> House:
    return house.beside("ny", "Nyfiber")


def long(house: House) -> Invoice:
    """A large invoice with many lines and long words."""
    lines = [a_line(199_990_00 + n, text=f"Samordnet bedriftsnett lokasjon {n}") for n in range(9)]
    return house.invoice(*lines, before=False)


def reviewing(what: str = "") -> Build:
    """Finance at the payments that wait: at one of ``waiting.KINDS``, or on a page there."""

    def build(house: House) -> Shot:
        if what and not what.endswith("/"):
            return house.at_desk(f"payments/{_payment(house, what).public_id}/")
        return house.at_desk(f"payments/{what}")

    return build


def _payment(house: House, what: str) -> BankLine:
    if what != "booked":
        return found(house.biller)[what]
    invoice = invoice_with(house, paid(1))
    return BankLine.objects.filter(matches__invoice=invoice).latest("pk")
