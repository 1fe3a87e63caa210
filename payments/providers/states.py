"""What can become of a payment at a provider: states, edges, and what each edge tells. Pure."""

from enum import StrEnum
from typing import Final


class IntentState(StrEnum):
    CREATED = "created"  # stored here; the provider may have heard of it, or not
    WAITING = "waiting"  # the provider waits for the customer
    APPROVED = "approved"  # the customer has said yes; nothing is drawn yet
    CAPTURED = "captured"  # drawn, and booked
    DECLINED = "declined"  # the customer, or the customer's bank, has said no
    CANCELLED = "cancelled"  # taken back before anything was drawn
    EXPIRED = "expired"  # nobody answered in time
    FAILED = "failed"  # the provider could not, or never heard of it


IN_FLIGHT: Final = frozenset({IntentState.CREATED, IntentState.WAITING, IntentState.APPROVED})
NOTHING_DRAWN: Final = frozenset(
    {IntentState.DECLINED, IntentState.CANCELLED, IntentState.EXPIRED, IntentState.FAILED}
)
FINAL: Final = NOTHING_DRAWN | {IntentState.CAPTURED}

_ENDS: Final = {
    IntentState.DECLINED: "payment.declined",
    IntentState.CANCELLED: "payment.cancelled",
    IntentState.EXPIRED: "payment.expired",
    IntentState.FAILED: "payment.failed",
}

# (from, to) -> the kind of history entry that is recorded. Every other edge is refused.
EDGES: Final[dict[tuple[IntentState, IntentState], str]] = {
    (IntentState.CREATED, IntentState.WAITING): "payment.handed_over",
    (IntentState.CREATED, IntentState.APPROVED): "payment.approved",
    (IntentState.WAITING, IntentState.APPROVED): "payment.approved",
    **{(state, IntentState.CAPTURED): "payment.matched" for state in IN_FLIGHT},
    **{(state, end): kind for state in IN_FLIGHT for end, kind in _ENDS.items()},
    # We had given it up, but the provider says that it was drawn: no money is lost.
    **{(state, IntentState.CAPTURED): "payment.matched" for state in NOTHING_DRAWN},
}


class IllegalEdgeError(ValueError):
    """Our own mistake: somebody wanted an intent where it cannot go."""


def kind_of(old: IntentState, new: IntentState) -> str:
    """What the edge is told as. IllegalEdgeError where there is none."""
    if (old, new) not in EDGES:
        raise IllegalEdgeError(f"{old} -> {new}")
    return EDGES[old, new]


def leads(old: IntentState, new: IntentState) -> bool:
    """Whether there is an edge. Answers of a provider can be late: those lead nowhere."""
    return (old, new) in EDGES
