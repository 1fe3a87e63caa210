"""Draws by direct debit, one by one."""

from collections.abc import Callable

from invoices.errors import N_
from invoices.history.kinds.base import Audience, Data, Kind, Tone, always, by

DRAWS = ("balance", "draws", "autopay", "paying", "history", "claims")


def _why(data: Data) -> str:
    """Why, in the words of the bank's code: a sentence of the catalogues (formats.reasons)."""
    return str(data.get("why") or "")


_WITHDRAWN = N_("The draw of {amount} on {draw_on} is called off.")
_WITHDRAWN_BY = {
    "paid": N_("The draw of {amount} on {draw_on} is called off, since nothing is left to pay."),
    "credited": N_(
        "The draw of {amount} on {draw_on} is called off, since nothing is left to pay."
    ),
    "disputed": N_(
        "The draw of {amount} on {draw_on} is called off while the invoice is looked into."
    ),
    "collected": N_(
        "The draw of {amount} on {draw_on} is called off, since somebody else collects the invoice "
        "now."
    ),
    "mandate": N_(
        "The draw of {amount} on {draw_on} is called off with the automatic payment. "
        "Please pay by hand."
    ),
    "moved": N_(
        "The draw of {amount} is called off: there is too little time before the new day. "
        "Please pay by hand."
    ),
    "missed": N_("The draw of {amount} did not reach the bank in time. Please pay by hand."),
    "held": N_(
        "Nothing is drawn on {draw_on}, since a payment was under way when the bank had to be "
        "asked. If something is left, please pay it by hand."
    ),
}
_CANCELLING = N_("The bank was told not to draw {amount} on {draw_on}.")
_CANCELLING_BY = {
    "wish": N_(
        "The bank was told not to draw {amount} on {draw_on}, as you wished. You can pay by hand."
    ),
    "lowered": N_("The bank was told not to draw {amount} on {draw_on}, since less is left."),
    "paid": N_(
        "The bank was told not to draw {amount} on {draw_on}, since nothing is left to pay."
    ),
    "collected": N_(
        "The bank was told not to draw {amount} on {draw_on}, since somebody else collects the "
        "invoice now."
    ),
}
# A service that is asked over its API, and no bank.
_BY_API = ("Vipps",)


def _cancelling(data: Data) -> str:
    if data.get("scheme") in _BY_API:
        return N_("{scheme} is told not to draw {amount} on {draw_on}.")
    return _CANCELLING_BY.get(str(data.get("cause")), _CANCELLING)


def _by_bank(by_bank: str, by_api: str) -> Callable[[Data], str]:
    """The sentence for a bank, or the one for a service."""
    return lambda data: by_api if data.get("scheme") in _BY_API else by_bank


CLAIMS: dict[str, Kind] = {
    "claim.planned": Kind(always(N_("{amount} will be drawn by {scheme} on {draw_on}.")), DRAWS),
    "claim.replanned": Kind(
        always(N_("The draw is changed: {amount} will be drawn by {scheme} on {draw_on}.")), DRAWS
    ),
    "claim.notified": Kind(
        always(
            N_(
                "Notice: {amount} will be drawn from your account by {scheme} on {draw_on}. "
                "There is nothing you need to do."
            )
        ),
        DRAWS,
    ),
    "claim.stopped": Kind(
        always(N_("The draw of {amount} on {draw_on} is stopped. Please pay by hand.")),
        DRAWS,
        tone=Tone.WARN,
    ),
    "claim.resumed": Kind(
        always(N_("The stop was undone: {amount} will be drawn on {draw_on}.")), DRAWS
    ),
    "claim.withdrawn": Kind(by("cause", _WITHDRAWN_BY, _WITHDRAWN), DRAWS),
    "claim.sent": Kind(
        _by_bank(
            N_("The bank is asked to draw {amount} on {draw_on}."),
            N_("{scheme} is asked to draw {amount} on {draw_on}."),
        ),
        DRAWS,
    ),
    "claim.accepted": Kind(
        always(N_("The bank has confirmed the draw of {amount} on {draw_on}.")),
        DRAWS,
        audience=Audience.STAFF,
    ),
    "claim.moved": Kind(always(N_("The bank has moved the draw of {amount} to {draw_on}.")), DRAWS),
    "claim.retrying": Kind(
        _by_bank(
            N_("{amount} could not be drawn yet. The bank tries again on {retry_on}."),
            N_("{amount} could not be drawn yet. {scheme} tries again for some days."),
        ),
        DRAWS,
        tone=Tone.WARN,
        detail=_why,
    ),
    "claim.cancelling": Kind(
        _cancelling,
        DRAWS,
    ),
    "claim.not_cancelled": Kind(
        always(N_("The bank did not cancel the draw of {amount} on {draw_on}.")),
        DRAWS,
        audience=Audience.STAFF,
        tone=Tone.BAD,
        detail=_why,
    ),
    "claim.cancelled": Kind(
        always(N_("The draw of {amount} on {draw_on} is cancelled. Nothing was drawn.")),
        DRAWS,
        detail=_why,
    ),
    "claim.overlaps": Kind(
        always(
            N_(
                "It is too late to stop the draw of {amount} on {draw_on}. What is more than is "
                "left to pay is kept as credit on your account."
            )
        ),
        DRAWS,
        tone=Tone.WARN,
    ),
    "claim.settled": Kind(
        _by_bank(
            N_("{amount} was drawn from your account by {scheme}."),
            N_("{amount} was drawn by {scheme}."),
        ),
        DRAWS,
        tone=Tone.GOOD,
    ),
    "claim.settled_after_all": Kind(
        _by_bank(
            N_("{amount} was drawn from your account by {scheme} after all."),
            N_("{amount} was drawn by {scheme} after all."),
        ),
        DRAWS,
        tone=Tone.GOOD,
    ),
    "claim.rejected": Kind(
        _by_bank(
            N_("The bank did not take the draw of {amount}. Please pay by hand."),
            N_("{scheme} did not take the draw of {amount}. Please pay by hand."),
        ),
        DRAWS,
        tone=Tone.BAD,
        detail=_why,
    ),
    "claim.failed": Kind(
        _by_bank(
            N_("{amount} could not be drawn from your account. Please pay by hand."),
            N_("{scheme} could not draw {amount}. Please pay by hand."),
        ),
        DRAWS,
        tone=Tone.BAD,
        detail=_why,
    ),
    "claim.rested": Kind(
        always(
            N_(
                "Several draws in a row could not be made, so automatic payment with {scheme} is "
                "paused. Pay by hand, and let it go on when you like."
            )
        ),
        DRAWS,
        tone=Tone.WARN,
    ),
    "claim.refunded": Kind(
        _by_bank(
            N_("Your bank paid {amount} back to you. It is left to pay again."),
            N_("{scheme} paid {amount} back to you. It is left to pay again."),
        ),
        DRAWS,
        tone=Tone.WARN,
        detail=_why,
    ),
    "claim.unbooked": Kind(
        always(
            N_(
                "{amount} that {scheme} drew was taken off this invoice. It is not drawn again, "
                "and we look at where it belongs."
            )
        ),
        DRAWS,
        tone=Tone.WARN,
    ),
    "claim.rebooked": Kind(
        always(N_("{amount} that {scheme} drew is on this invoice again.")),
        DRAWS,
        tone=Tone.GOOD,
    ),
    "claim.unknown": Kind(
        always(N_("The bank wrote of a draw that fits no claim: file {file}, line {line}.")),
        ("claims",),
        audience=Audience.STAFF,
        tone=Tone.WARN,
    ),
    "scheme.terms_set": Kind(
        always(N_("Other days and limits hold for {scheme} from {valid_on}.")),
        ("claims",),
        audience=Audience.STAFF,
    ),
}
