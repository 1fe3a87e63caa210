"""What customers and staff say of paying: that it is done, and when it will be."""

from invoices.errors import N_
from invoices.history.kinds.base import Kind, Tone, always, by

TOLD = ("told", "balance", "history")

TOLD_OF_PAYING: dict[str, Kind] = {
    "expected.stated": Kind(
        always(N_("{amount} is said to be paid on {paid_on}. Reminders wait until {until_on}.")),
        TOLD,
    ),
    "expected.met": Kind(
        always(N_("The payment said to be made on {paid_on} has arrived.")),
        TOLD,
        tone=Tone.GOOD,
    ),
    "expected.reopened": Kind(
        always(N_("The payment said to be made on {paid_on} is looked out for again.")),
        TOLD,
        detail=always(N_("Reminders wait until {until_on}.")),
    ),
    "expected.lapsed": Kind(
        always(N_("The {amount} said to be paid on {paid_on} has not arrived.")),
        TOLD,
        tone=Tone.WARN,
        detail=always(N_("Reminders no longer wait for it.")),
    ),
    "expected.withdrawn": Kind(
        by(
            "because",
            {"settled": N_("The {amount} is no longer waited for: nothing is left to pay.")},
            N_("The {amount} was not paid after all. Reminders no longer wait for it."),
        ),
        TOLD,
    ),
    "promise.made": Kind(
        always(N_("{amount} is to be paid on {pay_on}. Reminders wait until {until_on}.")),
        TOLD,
    ),
    "promise.kept": Kind(
        always(N_("What was to be paid on {pay_on} has arrived.")),
        TOLD,
        tone=Tone.GOOD,
    ),
    "promise.broken": Kind(
        always(N_("The {amount} to be paid on {pay_on} has not arrived.")),
        TOLD,
        tone=Tone.WARN,
        detail=always(N_("Reminders no longer wait for it.")),
    ),
    "promise.withdrawn": Kind(
        always(N_("The {amount} is no longer agreed for {pay_on}. Reminders no longer wait.")),
        TOLD,
    ),
}
