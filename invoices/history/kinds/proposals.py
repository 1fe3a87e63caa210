"""What staff propose in the conversation, and what becomes of it."""

from invoices.errors import N_
from invoices.history.kinds.base import TALK, Kind, Tone, always, by

_PROPOSED = {
    "move": N_("A new due date was proposed: {to_on}."),
    "split": N_("{count} instalments were proposed; the first, {first}, is due {first_on}."),
    "credit": N_("A credit of {amount} was proposed."),
    "autopay": N_("Automatic payment with {schemes} was proposed."),
}
_PANELS = (*TALK, "proposals", "cards")

PROPOSALS: dict[str, Kind] = {
    "card.proposed": Kind(by("what", _PROPOSED, N_("A change was proposed.")), _PANELS),
    "card.accepted": Kind(always(N_("The proposal was accepted.")), _PANELS, tone=Tone.GOOD),
    "card.declined": Kind(always(N_("The proposal was declined.")), _PANELS),
    "card.withdrawn": Kind(always(N_("The proposal was taken back.")), _PANELS),
    "card.expired": Kind(always(N_("The proposal was not answered in time.")), _PANELS),
    "card.outdated": Kind(
        always(N_("The invoice has changed, so the proposal no longer fits and was taken back.")),
        _PANELS,
    ),
}
