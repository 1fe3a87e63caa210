"""Whose an answer of a bank is, and which mandate it is about."""

from invoices.billers.models import Agreement, PayeeAccount
from invoices.customers.models import Customer
from payments.formats.base import MandateAnswer, MandateChange
from payments.mandates.models import Mandate
from payments.mandates.numbers import serial_of
from payments.mandates.states import FINAL


def customer_of(biller_id: int, payee: PayeeAccount, said: MandateAnswer) -> Customer | None:
    """The customer of the biller whom an answer names; None where it fits nobody, or two."""
    customers = Customer.objects.filter(biller_id=biller_id).select_related("biller")
    if said.kid:
        serials = {int(part) for part in kid_parts(payee, said.kid)}
        found = list(customers.filter(reference_no__in=serials)) if serials else []
        return found[0] if len(found) == 1 else None
    mandate = (
        Mandate.objects.filter(
            biller_id=biller_id, scheme=said.scheme, payer_number=said.payer_number
        )
        .order_by("-pk")
        .first()
    )
    if mandate is not None:
        return customers.get(pk=mandate.customer_id)
    if said.what != MandateChange.ASKED:
        return None
    return _who_typed(biller_id, said.payer_number)


def kid_parts(payee: PayeeAccount, kid: str) -> set[str]:
    """What can name the customer in a KID, by the agreements on its account."""
    agreed = Agreement.objects.filter(account=payee, scheme="kid", customer_digits__gt=0)
    return {
        kid[: agreement.customer_digits]
        for agreement in agreed
        if len(kid) in agreement.lengths and kid[: agreement.customer_digits].isdigit()
    }


def number_in(payee: PayeeAccount, said: MandateAnswer, customer: Customer) -> str:
    """The payer number of a mandate that was made at the bank."""
    parts = kid_parts(payee, said.kid) if said.kid else set()
    return next(
        (part for part in sorted(parts) if int(part) == customer.reference_no), said.payer_number
    )


def _who_typed(biller_id: int, number: str) -> Customer | None:
    """In internet banks payers type what stands on the invoice: the customer number; or one of
    our payer numbers. Both must mean the same customer, else nobody."""
    customers = Customer.objects.filter(biller_id=biller_id).select_related("biller")
    found = {each.pk: each for each in customers.filter(number=number)}
    serial = serial_of(number)
    if not found and serial is not None:
        found = {each.pk: each for each in customers.filter(reference_no=serial)}
    return next(iter(found.values())) if len(found) == 1 else None


def mandate_for(customer: Customer, said: MandateAnswer) -> Mandate | None:
    """The customer's mandate that an answer is about: the newest that lives, with its number.

    AvtaleGiro knows one for all of a customer's; None where it would be a new one.
    """
    mandates = Mandate.objects.filter(customer=customer, scheme=said.scheme)
    if said.payer_number:
        mandates = mandates.filter(payer_number=said.payer_number)
    living = mandates.exclude(state__in=sorted(FINAL)).order_by("-pk").first()
    if living is not None:
        return living
    over = mandates.order_by("-pk").first()
    begins = (MandateChange.ACTIVE, MandateChange.LISTED, MandateChange.ASKED)
    return None if said.what in begins else over
