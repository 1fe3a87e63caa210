"""Why something was not drawn, in words that the catalogues translate. Pure."""

from typing import Final

from invoices.errors import N_
from payments.formats.reasons import REASONS

SILENCE: Final = "silence"
NOT_SAID: Final = N_("The bank has not said why.")

_OWN: Final = {
    SILENCE: N_("The bank has not answered in time, so it counts as not drawn."),
}


def why(reason: str) -> str:
    """The English sentence (a gettext msgid) of a bank's code, or of a reason of ours."""
    if reason in _OWN:
        return _OWN[reason]
    return REASONS[reason].meaning if reason in REASONS else ""
