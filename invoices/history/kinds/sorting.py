"""How conversations are sorted: put aside, tagged, answered together. For staff alone."""

from invoices.errors import N_
from invoices.history.kinds.base import Audience, Data, Kind, always, by

_SHOWN = ("history", "conversation", "queue", "talk")


def _sorting(template: str) -> Kind:
    return Kind(always(template), _SHOWN, audience=Audience.STAFF)


_ABOUT = {
    "": N_("Marked as being about something else."),
    "line": N_("Marked as being about a line."),
    "payment": N_("Marked as being about a payment."),
    "due_date": N_("Marked as being about the due date."),
    "instalments": N_("Marked as being about instalments."),
    "credit": N_("Marked as being about a credit."),
    "reminder": N_("Marked as being about a reminder."),
    "outage": N_("Marked as being about an outage."),
    "contract": N_("Marked as being about the contract."),
}


def _teamed(data: Data) -> str:
    if data["team"]:
        return N_("The conversation was given to the team “{team}”.")
    return N_("The conversation belongs to no team any more.")


SORTING: dict[str, Kind] = {
    "thread.snoozed": _sorting(N_("The conversation was put aside until {until_on}.")),
    "thread.woke": _sorting(N_("The conversation came back.")),
    "thread.tagged": _sorting(N_("Tagged “{tag}”.")),
    "thread.untagged": _sorting(N_("The tag “{tag}” was taken off.")),
    "thread.joined": _sorting(N_("From now on answered together with invoice {other}.")),
    "thread.parted": _sorting(N_("No longer answered together with invoice {other}.")),
    "thread.gathered": _sorting(N_("Gathered under “{incident}”.")),
    "thread.teamed": Kind(_teamed, _SHOWN, audience=Audience.STAFF),
    "thread.sorted": Kind(by("topic", _ABOUT, _ABOUT[""]), _SHOWN, audience=Audience.STAFF),
}
