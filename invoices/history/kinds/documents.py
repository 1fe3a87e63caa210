"""What happens to the invoice itself."""

from invoices.errors import N_
from invoices.history.kinds.base import MONEY, ON_PAGE, Data, Kind, Tone, always, reason


def _credited(data: Data) -> str:
    if data.get("refundable_minor"):
        return N_("{amount} credited; {refundable} of it is now credit on your account.")
    return N_("{amount} credited.")


def _from_collection(data: Data) -> str:
    if data.get("left_minor"):
        return N_("Taken back from collection. {left} is left to pay, to us again.")
    return N_("Taken back from collection.")


DOCUMENTS: dict[str, Kind] = {
    "invoice.issued": Kind(always(N_("Invoice for {amount}, due {due_on}.")), ("invoices",)),
    "invoice.credited": Kind(_credited, (*ON_PAGE, "invoices"), tone=Tone.GOOD, detail=reason),
    "invoice.charged": Kind(
        always(N_("{amount} added to the invoice.")), (*ON_PAGE, "invoices"), detail=reason
    ),
    "invoice.due_moved": Kind(
        always(N_("The due date moved from {from_on} to {to_on}.")), MONEY, detail=reason
    ),
    "invoice.split": Kind(
        always(N_("Split into {count} instalments; the first, {first}, is due {first_on}.")),
        MONEY,
        detail=reason,
    ),
    "invoice.due_move_undone": Kind(
        always(N_("The move was undone; the due date is {to_on} again.")), MONEY
    ),
    "invoice.split_undone": Kind(
        always(N_("The instalments were undone; {left} is due {to_on}.")), MONEY
    ),
    "invoice.written_down": Kind(
        always(N_("{amount} is written down and no longer asked for.")),
        MONEY,
        tone=Tone.GOOD,
        detail=reason,
    ),
    "invoice.write_down_undone": Kind(
        always(N_("{amount} is asked for again. {left} left to pay.")), MONEY, tone=Tone.WARN
    ),
    "invoice.cancelled": Kind(
        always(N_("The invoice was cancelled.")), (*ON_PAGE, "invoices"), detail=reason
    ),
    "invoice.disputed": Kind(
        always(N_("The invoice is being looked into. No reminders are sent meanwhile.")),
        MONEY,
        tone=Tone.WARN,
        detail=reason,
    ),
    "invoice.dispute_settled": Kind(
        always(N_("The invoice has been looked into; {left} is due {due_on}.")),
        MONEY,
        detail=reason,
    ),
    "invoice.to_collection": Kind(
        always(N_("Handed to {agency} for collection. No more reminders come from us.")),
        MONEY,
        tone=Tone.BAD,
        detail=reason,
    ),
    "invoice.from_collection": Kind(_from_collection, MONEY, detail=reason),
}
