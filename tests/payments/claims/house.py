"""A biller with direct debit, a customer whose mandate is in force, and a bank that keeps to the
rules: it reads our files, draws what they ask for on the day, and answers in files of its own.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from uuid import uuid4

from invoices import clock
from invoices.billers.models import Biller, PayeeAccount
from invoices.customers.models import Customer
from invoices.documents.models import Invoice
from invoices.documents.queries import figures
from invoices.history.actors import BANK, SYSTEM
from invoices.history.models import HistoryEntry
from payments.bankfiles.actions import Receipt, receive_file
from payments.claims.models import Claim
from payments.claims.tasks import run_round
from payments.formats import avtalegiro, bgmax, ocrgiro
from payments.formats.autogiro import orders
from payments.formats.autogiro.bank import (
    Head,
    PaymentLine,
    PaymentSection,
    write_changes,
    write_old_payments,
    write_rejected,
    write_specification,
)
from payments.mandates.actions import activate
from payments.mandates.models import Mandate
from payments.mandates.states import MandateState
from payments.outgoing.models import OutgoingFile
from payments.providers.seal import seal
from payments.schemes.models import SchemeAccount
from payments.schemes.terms import OSLO
from tests.build import a_biller, a_customer, an_invoice
from tests.jobs import run_queue

KEY = "1234567890ABCDEF1234567890ABCDEF"
SENDER = 471_117
_numbers = count(1)


def at(day: date, hour: int = 9) -> datetime:
    """A moment of a day as the house counts it."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=OSLO)


def work() -> None:
    """Let the worker do all that waits."""
    while run_queue("reactions"):
        pass


def a_scheme(biller: Biller) -> SchemeAccount:
    """The biller's agreement on Autogiro in Sweden, on AvtaleGiro in Norway."""
    swedish = biller.country == "SE"
    return SchemeAccount.objects.create(
        biller=biller,
        scheme="autogiro" if swedish else "avtalegiro",
        payee=PayeeAccount.objects.get(biller=biller),
        sender=str(SENDER),
        sealed=seal({"seal_key": KEY} if swedish else {}),
    )


def a_mandate(customer: Customer, *, wants_notice: bool = True, active: bool = True) -> Mandate:
    """A mandate of the customer that the bank has said yes to, if nothing else is said."""
    swedish = customer.biller.country == "SE"
    now = clock.now()
    mandate = Mandate.objects.create(
        biller=customer.biller,
        customer=customer,
        scheme="autogiro" if swedish else "avtalegiro",
        payee=PayeeAccount.objects.get(biller=customer.biller),
        state=MandateState.PENDING,
        payer_number=str(1000 + next(_numbers)) if swedish else f"{customer.reference_no:06d}",
        wants_notice=wants_notice,
        request_id=uuid4(),
        language=customer.language,
        asked_at=now,
        changed_at=now,
    )
    if active:
        activate(mandate.pk, actor=BANK)
        mandate.refresh_from_db()
    return mandate


@dataclass
class Bank:
    """The other side. ``orders`` is what it was asked to draw and has not answered yet."""

    biller: Biller
    orders: list[tuple[str, str, int, date]] = field(default_factory=list)  # payer, ref, amount
    read_to: int = 0
    files: list[bytes] = field(default_factory=list)  # every answer it has sent
    serial: int = 0
    drawn: int = 0  # all that it has drawn, by its own books

    @property
    def swedish(self) -> bool:
        return self.biller.country == "SE"

    @property
    def payee(self) -> str:
        return PayeeAccount.objects.get(biller=self.biller).number

    def read(self) -> None:
        """Take in the files we have written since."""
        new = OutgoingFile.objects.filter(biller=self.biller, pk__gt=self.read_to).order_by("pk")
        for file in new.exclude(kind=OutgoingFile.Kind.MANDATES):
            self.read_to = file.pk
            if self.swedish:
                self._read_autogiro(file.raw)
            else:
                self._read_avtalegiro(file.raw)

    def _read_autogiro(self, raw: bytes) -> None:
        asked = orders.read(raw, bytes.fromhex(KEY))
        assert (asked.customer_no, asked.payee) == (SENDER, self.payee)
        for draw in asked.payments:
            assert draw.due_on is not None
            self.orders.append((draw.payer_number, draw.reference, draw.amount_minor, draw.due_on))
        for change in asked.changes:
            assert change.due_on is not None
            named = (change.payer_number, change.reference, change.amount_minor, change.due_on)
            self.orders.remove(named)

    def _read_avtalegiro(self, raw: bytes) -> None:
        asked = avtalegiro.read(raw)
        for assignment in asked.assignments:
            for claim in assignment.claims:
                named = ("", claim.kid, claim.amount_minor, claim.due_on)
                if assignment.cancels:
                    self.orders.remove(named)
                else:
                    self.orders.append(named)

    def head(self) -> Head:
        return Head(SENDER, self.payee, clock.today())

    def draws(self, code: str = "0") -> bytes | None:
        """Draw what is due by today: a file of what was drawn, or, with another code, was not.
        None where a Norwegian bank has nothing to say of it.
        """
        self.read()
        due = [order for order in self.orders if order[3] <= clock.today()]
        if code != "9":
            self.orders = [order for order in self.orders if order not in due]
        if not due or (code != "0" and not self.swedish):
            return None
        if code == "0":
            self.drawn += sum(order[2] for order in due)
        if not self.swedish:
            return self._keep(self._ocr(due))
        return self._keep(write_specification(self.head(), [self._section(due, code)]))

    def _section(self, due: list[tuple[str, str, int, date]], code: str) -> PaymentSection:
        self.serial += 1
        lines = tuple(PaymentLine(p, amount, on, ref, code) for p, ref, amount, on in due)
        return PaymentSection(clock.today(), lines, serial=self.serial)

    def _ocr(self, due: list[tuple[str, str, int, date]]) -> bytes:
        self.serial += 1
        paid = tuple(
            ocrgiro.OcrPayment(amount, clock.today(), kid=kid, type_code="15")
            for _, kid, amount, _ in due
        )
        assignment = ocrgiro.OcrAssignment(self.payee, self.serial, paid)
        return ocrgiro.write(ocrgiro.OcrFile(self.serial, clock.today(), (assignment,)))

    def refunds(self, claim: Claim, code: str = "02") -> bytes:
        """The payer gets the money back."""
        self.serial += 1
        section = PaymentSection(
            clock.today(), (self.line(claim, code),), kind="77", serial=self.serial
        )
        return self._keep(write_specification(self.head(), [section]))

    def rejects(self, claim: Claim, code: str = "03", *, old: bool = False) -> bytes:
        """Bankgirot does not take the draw."""
        self.read()
        self.orders = [order for order in self.orders if order[1] != claim.reference]
        return self._keep(write_rejected(self.head(), [self.line(claim, code)], old=old))

    def changes(
        self, claim: Claim, code: str, *, by: str = "25", moved_to: date | None = None
    ) -> bytes:
        """What became of a cancellation or a move."""
        line = self.line(claim, code)
        line = PaymentLine(
            line.payer_number,
            line.amount_minor,
            line.due_on,
            line.reference,
            code,
            changed_by=by,
            moved_to=moved_to,
        )
        return self._keep(write_changes(self.head(), [line]))

    def old_specification(self, claim: Claim, code: str = "0") -> bytes:
        """The same in the old layout."""
        return self._keep(write_old_payments(self.head(), [self.line(claim, code)]))

    def line(self, claim: Claim, code: str) -> PaymentLine:
        assert claim.sent_on is not None
        return PaymentLine(
            claim.mandate.payer_number,
            claim.amount_minor,
            claim.sent_on,
            claim.reference,
            code,
        )

    def pays(self, invoice: Invoice, amount: int) -> bytes:
        """Somebody pays by hand, over the bank, with the right reference."""
        self.serial += 1
        if self.swedish:
            payment = bgmax.BgPayment(amount, invoice.reference, serial=self.serial)
            section = bgmax.BgSection(self.payee, clock.today(), (payment,), serial=self.serial)
            at_now = clock.now().replace(tzinfo=None)
            return self._keep(bgmax.write(bgmax.BgMaxFile(at_now, (section,))))
        paid = (ocrgiro.OcrPayment(amount, clock.today(), kid=invoice.reference),)
        assignment = ocrgiro.OcrAssignment(self.payee, self.serial, paid)
        return self._keep(ocrgiro.write(ocrgiro.OcrFile(self.serial, clock.today(), (assignment,))))

    def _keep(self, raw: bytes) -> bytes:
        self.files.append(raw)
        return raw


@dataclass
class House:
    """All of it together."""

    biller: Biller
    customer: Customer
    mandate: Mandate
    invoice: Invoice
    bank: Bank

    def receive(self, raw: bytes | None) -> Receipt | None:
        """A file comes, and the worker does what follows."""
        if raw is None:
            return None
        receipt = receive_file(self.biller, f"file-{len(raw)}.txt", raw, actor=BANK)
        work()
        return receipt

    def tick(self) -> None:
        """The clock's round, and what follows."""
        run_round()
        work()

    @property
    def claim(self) -> Claim:
        """The newest claim."""
        return Claim.objects.select_related("mandate").latest("pk")

    @property
    def left(self) -> int:
        return figures(self.invoice).left

    def told(self) -> list[str]:
        """The kinds of what happened to claims of the invoice, in their order."""
        entries = HistoryEntry.objects.filter(invoice=self.invoice, kind__startswith="claim.")
        return list(entries.order_by("pk").values_list("kind", flat=True))


def a_house(country: str = "SE", due_in: int = 30, *, wants_notice: bool = True) -> House:
    """An invoice of 500 kr that will be drawn."""
    biller = a_biller("mobilo" if country == "SE" else "fjordfiber", country)
    a_scheme(biller)
    customer = a_customer(biller)
    mandate = a_mandate(customer, wants_notice=wants_notice)
    invoice = an_invoice(customer, due_in=due_in)
    work()
    return House(biller, customer, mandate, invoice, Bank(biller))


def later(days: int) -> timedelta:
    return timedelta(days=days)


__all__ = ["SYSTEM", "Bank", "House", "a_house", "a_mandate", "a_scheme", "at", "later", "work"]
