"""Why something was not drawn, in words that the catalogues translate. Pure."""

from typing import Final

from invoices.errors import N_
from payments.formats.reasons import REASONS

SILENCE: Final = "silence"
NOT_SAID: Final = N_("The bank has not said why.")

_OWN: Final = {
    SILENCE: N_("The bank has not answered in time, so it counts as not drawn."),
    # Vipps' own words (failureReason), and that it did not take a draw at all.
    "vipps.user_action_required": N_(
        "Vipps could not draw it: there was not enough money, or the card does not work. "
        "Vipps shows which."
    ),
    "vipps.charge_amount_too_high": N_(
        "The amount is more than you have allowed in Vipps. You can raise the limit there."
    ),
    "vipps.non_technical_error": N_("Vipps could not draw it. Vipps shows why."),
    "vipps.technical_error": N_("Something went wrong at Vipps."),
    "vipps.rejected": N_("Vipps did not take it."),
}


def why(reason: str) -> str:
    """The English sentence (a gettext msgid) of a bank's code, or of a reason of ours."""
    if reason in _OWN:
        return _OWN[reason]
    return REASONS[reason].meaning if reason in REASONS else ""
