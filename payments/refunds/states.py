"""What becomes of a payback: states, edges, what each does with the money, and four eyes. Pure."""

from enum import StrEnum
from typing import Final

from invoices.errors import N_, Refused


class RefundState(StrEnum):
    ASKED = "asked"  # by the customer, or prepared by staff
    APPROVED = "approved"  # by somebody else; the money is set aside
    IN_FILE = "in_file"  # in a file for the bank
    PAID = "paid"  # the bank has carried it out
    REFUSED = "refused"  # by us
    RETURNED = "returned"  # by the bank: the money is back as credit
    WITHDRAWN = "withdrawn"  # by the customer


WAITING: Final = frozenset({RefundState.ASKED})
# The money is no longer the customer's credit, and still on our account.
RESERVED: Final = frozenset({RefundState.APPROVED, RefundState.IN_FILE})
OUT: Final = frozenset({RefundState.PAID})
ENDED: Final = frozenset({RefundState.REFUSED, RefundState.RETURNED, RefundState.WITHDRAWN})
UNDECIDED: Final = WAITING | {RefundState.APPROVED}  # the account can still be changed

# (from, to) -> the kind of history entry that is recorded. Every other edge is refused.
EDGES: Final[dict[tuple[RefundState, RefundState], str]] = {
    (RefundState.ASKED, RefundState.APPROVED): "refund.approved",
    (RefundState.ASKED, RefundState.REFUSED): "refund.refused",
    (RefundState.ASKED, RefundState.WITHDRAWN): "refund.withdrawn",
    (RefundState.APPROVED, RefundState.ASKED): "refund.account_changed",  # who approved it is void
    (RefundState.APPROVED, RefundState.REFUSED): "refund.refused",
    (RefundState.APPROVED, RefundState.WITHDRAWN): "refund.withdrawn",
    (RefundState.APPROVED, RefundState.IN_FILE): "refund.sent",
    (RefundState.IN_FILE, RefundState.APPROVED): "refund.held_back",  # the whole file was refused
    (RefundState.IN_FILE, RefundState.PAID): "refund.paid",
    (RefundState.IN_FILE, RefundState.RETURNED): "refund.returned",
    (RefundState.PAID, RefundState.RETURNED): "refund.returned",
}


class Moves(StrEnum):
    """What an edge does with the money."""

    NOTHING = "nothing"
    RESERVE = "reserve"  # credit on account -> set aside
    RELEASE = "release"  # set aside -> credit on account
    PAY = "pay"  # set aside -> bank
    BACK = "back"  # bank -> credit on account


def leads(old: RefundState, new: RefundState) -> bool:
    """Whether there is an edge."""
    return (old, new) in EDGES


def moves(old: RefundState, new: RefundState) -> Moves:
    """What the edge does with the money: it follows from where the money is before and after."""
    if old in RESERVED:
        if new in OUT:
            return Moves.PAY
        return Moves.NOTHING if new in RESERVED else Moves.RELEASE
    if old in OUT:
        return Moves.BACK
    return Moves.RESERVE if new in RESERVED else Moves.NOTHING


def check_four_eyes(user_id: int, *, asked_by: int | None, account_by: int | None) -> None:
    """Refuse whoever asked for it or gave the account: somebody else approves, always."""
    if user_id in (asked_by, account_by):
        raise Refused(
            N_("You prepared this one, so somebody else has to approve it. That is for all of us.")
        )
