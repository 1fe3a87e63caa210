"""An invoice before it is issued: what it comes to, whether it can be, and its reference."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from invoices.billers.models import Agreement
from invoices.documents import references
from invoices.documents.amounts import LineDraft
from invoices.errors import N_, Refused


@dataclass(frozen=True, slots=True)
class InvoiceDraft:
    """An invoice to be; a blank number or reference is made from the biller's series."""

    customer_id: int
    customer_no: int  # Customer.reference_no, for the customer part of a KID
    issued_on: date
    due_on: date
    lines: Sequence[LineDraft]
    number: str = ""
    reference: str = ""
    total_minor: int = field(init=False)
    vat_minor: int = field(init=False)

    def __post_init__(self) -> None:
        net = vat = 0
        for line in self.lines:
            net += line.net_minor
            vat += line.vat_minor
        object.__setattr__(self, "total_minor", net + vat)
        object.__setattr__(self, "vat_minor", vat)


def check_draft(draft: InvoiceDraft) -> None:
    """Refuse an invoice without lines, with nothing to pay, or due before it is issued."""
    if not draft.lines:
        raise Refused(N_("The invoice {number} has no lines."), number=draft.number)
    if draft.total_minor <= 0:
        raise Refused(
            N_("The invoice {number} comes to nothing to pay; send a credit note instead."),
            number=draft.number,
        )
    if draft.due_on < draft.issued_on:
        raise Refused(
            N_("The invoice {number} would be due before it is issued."), number=draft.number
        )


def given_reference(draft: InvoiceDraft, agreement: Agreement) -> str:
    """The draft's own reference, bare and checked; "" where it has none."""
    return _checked(references.bare(draft.reference), agreement) if draft.reference else ""


def made_reference(draft: InvoiceDraft, agreement: Agreement, serial: int) -> str:
    """The reference that the agreement's series has for a serial number."""
    if agreement.scheme == Agreement.Scheme.OCR:
        return references.make_ocr(serial, agreement.level or 1, agreement.lengths)
    customer = ""
    if agreement.customer_digits:
        customer = f"{draft.customer_no:0{agreement.customer_digits}d}"
    return references.make_kid(serial, max(agreement.lengths), agreement.algorithm, customer)


def is_allowed(reference: str, agreement: Agreement) -> bool:
    """Whether the agreement with the bank lets an invoice have the (bare) reference."""
    if agreement.scheme == Agreement.Scheme.OCR:
        return references.is_ocr(reference, agreement.level or 1, agreement.lengths)
    return references.is_kid(reference, agreement.lengths, agreement.algorithm)


def _checked(reference: str, agreement: Agreement) -> str:
    if not is_allowed(reference, agreement):
        raise Refused(
            N_("The reference {reference} is not valid under the agreement with the bank."),
            reference=reference,
        )
    return reference
