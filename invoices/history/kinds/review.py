"""What finance decides of payments that no rule was sure of, and what is taken back again."""

from invoices.errors import N_
from invoices.history.kinds.base import (
    MONEY,
    REVIEW,
    Audience,
    Data,
    Kind,
    Tone,
    always,
    by,
)


def _undone(data: Data) -> str:
    if data.get("back"):
        return N_("{amount} that the bank had taken back stands as paid again. {left} left to pay.")
    if data["left_minor"] == 0:
        return N_(
            "{amount} that we had put on this invoice was taken off again. Nothing is left to pay."
        )
    return N_("{amount} that we had put on this invoice was taken off again. {left} left to pay.")


# What the customer reads of the reason; others' names and numbers are never said.
_WHY = by(
    "reason",
    {
        "wrong_customer": N_(
            "The payment was meant for somebody else. We are sorry for the mix-up."
        ),
        "wrong_invoice": N_("The payment was meant for another invoice."),
        "slip": N_("It was put here by mistake. We are sorry for the mix-up."),
    },
    "",
)

REVIEWED: dict[str, Kind] = {
    "payment.undone": Kind(_undone, (*MONEY, *REVIEW), tone=Tone.WARN, detail=_WHY),
    "payment.kept": Kind(
        always(N_("{amount} received was kept as credit on the customer's account.")),
        REVIEW,
        audience=Audience.STAFF,
    ),
    "payment.let_go": Kind(
        always(N_("{amount} that was kept as credit was taken off the account again.")),
        REVIEW,
        audience=Audience.STAFF,
        tone=Tone.WARN,
    ),
    "payment.set_aside": Kind(
        always(N_("{amount} received is not ours, and waits to be paid back.")),
        REVIEW,
        audience=Audience.STAFF,
    ),
    "payment.waits_again": Kind(
        always(N_("{amount} received waits for its invoice again.")),
        REVIEW,
        audience=Audience.STAFF,
    ),
    "payment.returned": Kind(
        always(N_("{amount} that was not ours was paid back.")),
        REVIEW,
        audience=Audience.STAFF,
    ),
}
