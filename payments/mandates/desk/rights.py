"""What staff may do with a customer's automatic payment, by role. Pure."""

from typing import Final

from invoices.billers.roles import ANSWERS, SEES_INVOICES, Role

# Pausing only keeps money where it is; to end it, or to let it be drawn again, takes somebody who
# speaks with the customer. Only the customer can begin: with BankID, in the bank or in the app.
MAY: Final[dict[str, frozenset[Role]]] = {
    "pause": SEES_INVOICES,
    "resume": ANSWERS,
    "stop": ANSWERS,
    "restore": ANSWERS,
}
REASON_CHARS: Final = 200


def may(role: str, what: str) -> bool:
    """Whether the role may do it."""
    return role in MAY.get(what, ())
