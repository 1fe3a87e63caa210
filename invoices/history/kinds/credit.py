"""Credit on account: used on invoices, asked for, paid back."""

from invoices.errors import N_
from invoices.history.kinds.base import MONEY, Audience, Data, Kind, Tone, always, by, reason

CREDIT = ("credit", "balance", "history", "refunds")


def _used(data: Data) -> str:
    if data["left_minor"] == 0:
        return N_("{amount} of the credit was used. The invoice is paid.")
    return N_("{amount} of the credit was used. {left} left to pay.")


def _by_itself(data: Data) -> str:
    if data.get("automatic"):
        return N_("Credit is used on new invoices by itself.")
    return ""


CREDIT_ON_ACCOUNT: dict[str, Kind] = {
    "credit.used": Kind(_used, (*MONEY, "refunds"), tone=Tone.GOOD, detail=_by_itself),
    "credit.unused": Kind(
        always(N_("{amount} that was used here is credit again. {left} left to pay.")),
        (*MONEY, "refunds"),
        tone=Tone.WARN,
    ),
    "refund.asked": Kind(
        always(N_("{amount} of the credit is asked to be paid back.")),
        CREDIT,
        detail=always(N_("Somebody looks at it before it is paid.")),
    ),
    "refund.approved": Kind(
        always(N_("Paying back {amount} is approved. It goes with the next file to the bank.")),
        CREDIT,
    ),
    "refund.refused": Kind(
        always(N_("{amount} is not paid back. It stays as credit.")),
        CREDIT,
        tone=Tone.WARN,
        detail=reason,
    ),
    "refund.withdrawn": Kind(
        always(N_("{amount} is not paid back after all. It stays as credit.")), CREDIT
    ),
    "refund.account_changed": Kind(
        by(
            "approval",
            {"void": N_("{amount} is to be paid back to another account. It is approved anew.")},
            N_("{amount} is to be paid back to another account."),
        ),
        CREDIT,
    ),
    "refund.sent": Kind(
        always(N_("{amount} is on its way back to you.")),
        CREDIT,
        detail=always(N_("The bank pays it on its next banking day.")),
    ),
    "refund.held_back": Kind(
        always(N_("The bank took no file with the {amount}. It goes with the next one.")),
        CREDIT,
        audience=Audience.STAFF,
        tone=Tone.WARN,
    ),
    "refund.paid": Kind(always(N_("{amount} is paid back.")), CREDIT, tone=Tone.GOOD),
    "refund.returned": Kind(
        always(N_("{amount} could not be paid to that account. It is credit again.")),
        CREDIT,
        tone=Tone.WARN,
        detail=always(N_("Look at the account number, and ask again.")),
    ),
    "payout.file_made": Kind(
        always(N_("A file with paybacks was made: {count}, in all {amount}.")),
        ("refunds",),
        audience=Audience.STAFF,
    ),
    "payout.answered": Kind(
        always(N_("The bank answered to {file}. Paid: {paid}, refused: {returned}.")),
        ("refunds",),
        audience=Audience.STAFF,
    ),
}
