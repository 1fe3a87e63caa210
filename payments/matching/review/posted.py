"""What the forms of the review have sent, read and refused."""

import uuid
from collections.abc import Sequence

from django.http import Http404, HttpRequest

from invoices.customers.models import Customer
from invoices.errors import N_, Refused
from invoices.money import parse_money
from payments.bankfiles.models import BankLine
from payments.matching.review.plan import PORTIONS_MAX, Portion, whole
from payments.matching.review.queries import invoices_by_number
from payments.matching.review.reasons import Reason

NONE_CHOSEN = N_("Choose an invoice of this company first.")


def an_id(text: str) -> uuid.UUID | None:
    """The id, None where it is none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def request_id(request: HttpRequest) -> uuid.UUID:
    """The id that the page made for the form; a fresh one where it made none."""
    given = request.POST.get("request_id", "")
    if not given:
        return uuid.uuid4()
    if (found := an_id(given)) is None:
        raise Http404
    return found


def number(text: str) -> int:
    """A small whole number as it was asked for; 0 for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0


def taken(text: str, line: BankLine) -> list[Portion]:
    """The invoices that a form names, each with what was left of it when the form was drawn."""
    named = [part.rpartition(":") for part in text.split("|")[:PORTIONS_MAX]]
    wanted = {number_: left for number_, _, left in named if number_ and left.isdecimal()}
    known = invoices_by_number(list(wanted), line.biller_id)
    if not wanted or set(known) != set(wanted):
        raise Refused(NONE_CHOSEN)
    return whole(line.amount_minor, [(known[n].pk, int(left[:18])) for n, left in wanted.items()])


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    """The rows of a split as they were typed: an invoice's number and an amount."""
    numbers, amounts = request.POST.getlist("number"), request.POST.getlist("amount")
    rows = zip(numbers[:PORTIONS_MAX], amounts[:PORTIONS_MAX], strict=False)
    return [(number_.strip()[:40], amount.strip()[:40]) for number_, amount in rows]


def portions(rows: Sequence[tuple[str, str]], line: BankLine) -> list[Portion]:
    """What the rows of a split ask for; rows without an amount are left out."""
    filled = [(number_, amount) for number_, amount in rows if amount]
    known = invoices_by_number([number_ for number_, _ in filled], line.biller_id)
    found = []
    for number_, amount in filled:
        if number_ not in known:
            raise Refused(N_("There is no invoice {number} here."), number=number_ or "–")
        minor = parse_money(amount, line.currency).minor
        found.append(Portion(known[number_].pk, minor))
    return found


def customer(request: HttpRequest, line: BankLine) -> Customer:
    """The customer that the form names."""
    chosen = an_id(request.POST.get("customer", ""))
    own = Customer.objects.filter(biller_id=line.biller_id, public_id=chosen) if chosen else None
    if own is None or (found := own.first()) is None:
        raise Refused(N_("Choose a customer of this company first."))
    return found


def reason(request: HttpRequest) -> Reason:
    """Why a booking is taken back."""
    given = request.POST.get("reason", "")
    if given not in list(Reason):
        raise Refused(N_("Say why the booking is taken back."))
    return Reason(given)
