"""How a person lets a payment be shared out: what must hold, and what each invoice gets. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from invoices.errors import N_, Refused
from payments.matching.rules import Candidate, Share

PORTIONS_MAX = 12

CHANGED = N_("The invoice has changed since this page was drawn. Look at it again, then decide.")


@dataclass(frozen=True, slots=True)
class Portion:
    """What one invoice is to get. ``left_seen`` is what was left of it where that was decided."""

    invoice_id: int
    amount_minor: int
    left_seen: int | None = None


def divide(
    amount: int, portions: Sequence[Portion], invoices: dict[int, Candidate], currency: str
) -> list[Share]:
    """What each invoice gets of the amount; what is more than is left becomes credit.

    Refuses portions that do not add up, an invoice named twice or changed since it was looked at,
    and money that goes back from where it is not.
    """
    ids = [portion.invoice_id for portion in portions]
    if not portions or any(each not in invoices for each in ids):
        raise Refused(N_("Choose an invoice of this company first."))
    if len(set(ids)) < len(ids) or len(ids) > PORTIONS_MAX:
        raise Refused(N_("Name each invoice once, and at most {count}."), count=PORTIONS_MAX)
    for portion in portions:
        if portion.left_seen not in (None, invoices[portion.invoice_id].left):
            raise Refused(CHANGED)
    found = sum(portion.amount_minor for portion in portions)
    if found != amount:
        raise Refused(
            N_("The parts come to {found}, but {amount} was received. Let them be the same."),
            found_minor=found,
            amount_minor=amount,
            currency=currency,
        )
    if amount < 0:
        return [_back(portions, invoices, currency)]
    if any(portion.amount_minor <= 0 for portion in portions):
        raise Refused(N_("Each part must be more than nothing."))
    return [_share(each.amount_minor, invoices[each.invoice_id]) for each in portions]


def _share(amount: int, invoice: Candidate) -> Share:
    to_invoice = min(amount, invoice.left)
    return Share(invoice.invoice_id, to_invoice, amount - to_invoice)


def _back(portions: Sequence[Portion], invoices: dict[int, Candidate], currency: str) -> Share:
    """Money that the bank took back comes from what was paid of one invoice, then from credit."""
    if len(portions) != 1:
        raise Refused(N_("Money that was taken back goes off one invoice."))
    invoice, amount = invoices[portions[0].invoice_id], portions[0].amount_minor
    there = invoice.paid + invoice.credit
    if -amount > there:
        raise Refused(
            N_("Only {there} was paid on that invoice and is still there."),
            there_minor=there,
            currency=currency,
        )
    from_invoice = min(-amount, invoice.paid)
    return Share(invoice.invoice_id, -from_invoice, amount + from_invoice)


def whole(amount: int, invoices: Sequence[tuple[int, int]]) -> list[Portion]:
    """The whole amount for these invoices (id, what was left of it), in their order.

    Each gets what is left of it; the last one what is more.
    """
    portions, rest = [], amount
    for place, (invoice_id, left) in enumerate(invoices, start=1):
        part = rest if place == len(invoices) else min(rest, left)
        portions.append(Portion(invoice_id, part, left))
        rest -= part
    return portions
