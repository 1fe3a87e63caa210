"""What can have become of a draw by direct debit before a picture is taken."""

from invoices.billers.roles import Role
from invoices.documents.models import Invoice
from invoices.history.actors import BANK, CUSTOMER, SYSTEM
from payments.bankfiles.actions import receive_file
from payments.claims.answers.actions import hear_file, presume_unpaid, settle_lines
from payments.claims.models import Claim
from payments.claims.plan.actions import plan_invoices
from payments.claims.sending.actions import notify_due, send_claims
from payments.claims.wishes.actions import stop_draw
from payments.mandates.models import Mandate
from payments.matching.actions import match_file
from payments.matching.models import Match
from payments.schemes.models import SchemeAccount
from tests.payments.claims.house import Bank, a_mandate, a_scheme
from tests.screens.house import House, Shot
from tests.screens.steps import Build, Step, happened, invoice_with, paid

FORTNIGHT = 14


def planned(due_in: int) -> Step:
    """Direct debit was in force when the invoice was issued; notice was given."""

    def plans(house: House, invoice: Invoice) -> None:
        with house.days_ago(FORTNIGHT - due_in):
            if not SchemeAccount.objects.filter(biller=house.biller).exists():
                a_scheme(house.biller)
            if not Mandate.objects.filter(customer=invoice.customer).exists():
                a_mandate(invoice.customer)
            plan_invoices([invoice.pk], actor=SYSTEM)
            notify_due(actor=SYSTEM)

    return plans


def sent(due_in: int) -> Step:
    """And the bank was asked: five days before it was due, eight in Norway."""

    def sends(house: House, invoice: Invoice) -> None:
        planned(due_in)(house, invoice)
        claim = Claim.objects.get(invoice=invoice)
        lead = 8 if claim.scheme == "avtalegiro" else 5
        with house.days_ago(max(lead - due_in, 0)):
            send_claims(house.biller.pk, claim.scheme, actor=SYSTEM)

    return sends


def stopped(house: House, invoice: Invoice) -> None:
    """The customer did not want it."""
    stop_draw(invoice.pk, Claim.objects.get(invoice=invoice).public_id, actor=CUSTOMER)


def drew(code: str = "0") -> Step:
    """The bank drew it, or could not; a Norwegian one only says that by its silence."""

    def draws(house: House, invoice: Invoice) -> None:
        raw = Bank(house.biller).draws(code)
        if raw is None:
            presume_unpaid(actor=SYSTEM)
            return
        file = receive_file(house.biller, "bank.txt", raw, actor=BANK).file
        match_file(file)
        hear_file(file, actor=BANK)
        settle_lines(list(Match.objects.filter(line__file=file).values_list("line", flat=True)))

    return draws


def drawn(*steps: Step, due_in: int) -> Build:
    """The customer's page of an invoice to whose draw all this has happened."""
    return happened(*steps, due_in=due_in)


def desk(house: House) -> Shot:
    """Finance's desk with draws planned, sent and failed."""
    invoice_with(house, planned(12), due_in=12)
    invoice_with(house, sent(4), due_in=4)
    invoice_with(house, sent(-12), drew("1"), due_in=-12)
    return house.at_desk(role=Role.FINANCE)


__all__ = ["desk", "drawn", "drew", "paid", "planned", "sent", "stopped"]
