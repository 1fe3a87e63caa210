"""What can become of a claim, that is of one draw: states, edges, and what each edge tells. Pure.

    planned -> notified -> sent -> accepted -> settled -> refunded
                             |        `-> retrying -> settled | failed
                             |-> cancelling -> cancelled
                             `-> rejected | failed
    planned, notified -> stopped (and back) | withdrawn
    settled -> unbooked (and back): its booking was undone

A claim leaves the house with ``sent``; from then on only the bank knows. Money that comes after
all is never lost: every end that follows ``sent`` leads to ``settled``, as a correction.
"""

from enum import StrEnum
from typing import Final


class ClaimState(StrEnum):
    PLANNED = "planned"  # the bank will be asked; the page says so
    NOTIFIED = "notified"  # and the payer has been told the day and the amount
    STOPPED = "stopped"  # the customer, or staff, does not want this one drawn
    WITHDRAWN = "withdrawn"  # there is no more reason to draw it, or no more time
    SENT = "sent"  # in a file for the bank
    ACCEPTED = "accepted"  # the bank has confirmed that it has it
    RETRYING = "retrying"  # not drawn, and the bank tries again
    CANCELLING = "cancelling"  # the bank was told in time not to draw it, and has not answered
    CANCELLED = "cancelled"  # it is not drawn
    SETTLED = "settled"  # the money is here
    UNBOOKED = "unbooked"  # the money was here, and a person has taken it off the invoice
    REFUNDED = "refunded"  # it was here, and the payer got it back
    REJECTED = "rejected"  # the bank did not take it
    FAILED = "failed"  # the bank did not draw it, or said nothing


_S = ClaimState
BEFORE: Final = frozenset({_S.PLANNED, _S.NOTIFIED})
# Money may be moving: nobody pays by hand meanwhile (payments.underway).
IN_FLIGHT: Final = frozenset({_S.SENT, _S.ACCEPTED, _S.RETRYING})
LIVE: Final = BEFORE | IN_FLIGHT
# What the bank may still speak of.
AT_BANK: Final = IN_FLIGHT | {_S.CANCELLING}
FAILED: Final = frozenset({_S.REJECTED, _S.FAILED})
FINAL: Final = frozenset(_S) - LIVE - {_S.CANCELLING}
# States that money can correct, since they follow upon ``sent``.
GIVEN_UP: Final = frozenset({_S.REJECTED, _S.FAILED, _S.CANCELLED})
# States in which a draw waits that nobody wants to plan again.
UNWANTED: Final = frozenset({_S.STOPPED, _S.CANCELLING, _S.CANCELLED, _S.UNBOOKED})

# (from, to) -> the kind of history entry that is recorded. Every other edge is refused.
EDGES: Final[dict[tuple[ClaimState, ClaimState], str]] = {
    (_S.PLANNED, _S.NOTIFIED): "claim.notified",
    # Another day or amount. With more to draw, or sooner, the payer is told anew.
    (_S.PLANNED, _S.PLANNED): "claim.replanned",
    (_S.NOTIFIED, _S.NOTIFIED): "claim.replanned",
    (_S.NOTIFIED, _S.PLANNED): "claim.replanned",
    **{(state, _S.STOPPED): "claim.stopped" for state in BEFORE},
    (_S.STOPPED, _S.PLANNED): "claim.resumed",
    **{(state, _S.WITHDRAWN): "claim.withdrawn" for state in BEFORE | {_S.STOPPED}},
    **{(state, _S.SENT): "claim.sent" for state in BEFORE},
    (_S.SENT, _S.ACCEPTED): "claim.accepted",
    **{(state, state): "claim.moved" for state in (_S.SENT, _S.ACCEPTED)},
    **{(state, _S.RETRYING): "claim.retrying" for state in IN_FLIGHT},
    **{(state, _S.CANCELLING): "claim.cancelling" for state in IN_FLIGHT},
    (_S.CANCELLING, _S.CANCELLING): "claim.not_cancelled",
    **{(state, _S.CANCELLED): "claim.cancelled" for state in AT_BANK},
    **{(state, _S.REJECTED): "claim.rejected" for state in AT_BANK},
    **{(state, _S.FAILED): "claim.failed" for state in AT_BANK},
    **{(state, _S.SETTLED): "claim.settled" for state in AT_BANK},
    (_S.SETTLED, _S.REFUNDED): "claim.refunded",
    (_S.SETTLED, _S.UNBOOKED): "claim.unbooked",
    (_S.UNBOOKED, _S.SETTLED): "claim.rebooked",
    (_S.UNBOOKED, _S.REFUNDED): "claim.refunded",
    # We had given it up, but the money came.
    **{(state, _S.SETTLED): "claim.settled_after_all" for state in GIVEN_UP},
}


class IllegalEdgeError(ValueError):
    """Our own mistake: somebody wanted a claim where it cannot go."""


def kind_of(old: ClaimState, new: ClaimState) -> str:
    """What the edge is told as. IllegalEdgeError where there is none."""
    if (old, new) not in EDGES:
        raise IllegalEdgeError(f"{old} -> {new}")
    return EDGES[old, new]


def leads(old: ClaimState, new: ClaimState) -> bool:
    """Whether there is an edge. Answers of a bank can be late: those lead nowhere."""
    return (old, new) in EDGES
