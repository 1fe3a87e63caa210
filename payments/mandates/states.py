"""What can become of a mandate to draw money: states, edges, and what each edge tells. Pure."""

from enum import StrEnum
from typing import Final


class MandateState(StrEnum):
    REQUESTED = "requested"  # stored here; the customer has not proved it yet
    PENDING = "pending"  # the customer has; the bank's answer is missing
    ACTIVE = "active"  # draws are planned
    PAUSED = "paused"  # it stands, but nothing is drawn (``paused_by`` says who wants that)
    STOPPED = "stopped"  # the customer has stopped it here; the bank has not ended it yet
    REFUSED = "refused"  # the bank, or the service, said no
    LEFT = "left"  # never proved, or taken back before it began
    ENDED = "ended"  # over, also at the bank


ASKED: Final = frozenset({MandateState.REQUESTED, MandateState.PENDING})
IN_FORCE: Final = frozenset({MandateState.ACTIVE, MandateState.PAUSED})
LIVE: Final = ASKED | IN_FORCE
LEAVING: Final = frozenset({MandateState.STOPPED})
FINAL: Final = frozenset({MandateState.REFUSED, MandateState.LEFT, MandateState.ENDED})

# (from, to) -> the kind of history entry that is recorded. Every other edge is refused.
EDGES: Final[dict[tuple[MandateState, MandateState], str]] = {
    (MandateState.REQUESTED, MandateState.PENDING): "mandate.requested",
    **{(state, MandateState.ACTIVE): "mandate.activated" for state in ASKED},
    **{(state, MandateState.REFUSED): "mandate.refused" for state in ASKED},
    **{(state, MandateState.LEFT): "mandate.left" for state in ASKED},
    (MandateState.PENDING, MandateState.STOPPED): "mandate.stopped",
    (MandateState.PENDING, MandateState.ENDED): "mandate.ended",
    (MandateState.ACTIVE, MandateState.PAUSED): "mandate.paused",
    (MandateState.PAUSED, MandateState.ACTIVE): "mandate.resumed",
    **{(state, MandateState.STOPPED): "mandate.stopped" for state in IN_FORCE},
    # Undone, while the bank still has it.
    (MandateState.STOPPED, MandateState.ACTIVE): "mandate.restored",
    **{(state, MandateState.ENDED): "mandate.ended" for state in IN_FORCE | LEAVING},
}


class IllegalEdgeError(ValueError):
    """Our own mistake: somebody wanted a mandate where it cannot go."""


def kind_of(old: MandateState, new: MandateState) -> str:
    """What the edge is told as. IllegalEdgeError where there is none."""
    if (old, new) not in EDGES:
        raise IllegalEdgeError(f"{old} -> {new}")
    return EDGES[old, new]


def leads(old: MandateState, new: MandateState) -> bool:
    """Whether there is an edge. Answers of a bank can be late: those lead nowhere."""
    return (old, new) in EDGES
