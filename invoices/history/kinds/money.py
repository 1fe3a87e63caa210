"""What the bank brings, and where it is led."""

from invoices.errors import N_
from invoices.history.kinds.base import MONEY, REVIEW, Audience, Data, Kind, Tone, always, reason


def _received(data: Data) -> str:
    if data["left_minor"] == 0:
        return N_("{amount} received. The invoice is paid.")
    return N_("{amount} received. {left} left to pay.")


# How a payment found its invoice, where its reference was not as it should be.
_FOUND_ANYHOW = N_("The reference was not the invoice's own; we found your payment anyway.")
_FOUND_BY = {
    "in_text": N_("We found the reference in the message of your payment."),
    "zeros_lost": N_("We found your payment although zeros were missing from the reference."),
    "zeros_added": N_("We found your payment although zeros stood before the reference."),
    "check_digit_missing": N_("We found your payment although the last digit was missing."),
    "digits_swapped": N_("We found your payment although two digits were swapped."),
    "digit_missing": N_("We found your payment although one digit was missing."),
    "digit_extra": N_("We found your payment although there was one digit too many."),
    "digit_wrong": N_("We found your payment although one digit was wrong."),
    "old_reference": N_(
        "The reference was an earlier invoice's, which is settled; we put your payment on this one."
    ),
    "same_customer": _FOUND_ANYHOW,
    "all_written": N_("We found your payment by the invoice numbers that you wrote."),
    "both_numbers": N_("We found your payment by the numbers that you wrote."),
    "invoice_number": N_("We found your payment by the invoice number that you wrote."),
    "number_in_text": N_("We found your payment by the invoice number that you wrote."),
    "customer_number": N_("We found your payment by the customer number that you wrote."),
    "customer_in_text": N_("We found your payment by the customer number that you wrote."),
    "account_known": N_("We found your payment by the account, which you have paid from before."),
    "account_shared": _FOUND_ANYHOW,
    "reference_similar": _FOUND_ANYHOW,
    "name_alike": _FOUND_ANYHOW,
    "by_hand": _FOUND_ANYHOW,
}


def _received_detail(data: Data) -> str:
    if data.get("overpaid_minor"):
        return N_("{overpaid} was more than was left; it is kept as credit on your account.")
    if data.get("provider"):
        return N_("Paid with {provider}.")
    return _FOUND_BY.get(str(data.get("rule")), "")


def _without_invoice(data: Data) -> str:
    if data["reference"]:
        return N_("{amount} received, but no invoice has the reference {reference}.")
    return N_("{amount} received without a reference.")


MONEY_IN: dict[str, Kind] = {
    "bankfile.received": Kind(
        always(N_("Bank file {file} received. Payments: {count}, in all {amount}.")),
        ("bankfiles", *REVIEW),
        audience=Audience.STAFF,
    ),
    "bankfile.refused": Kind(
        always(N_("Bank file {file} was refused; nothing of it is booked.")),
        ("bankfiles",),
        audience=Audience.STAFF,
        tone=Tone.BAD,
    ),
    "payment.matched": Kind(_received, (*MONEY, *REVIEW), tone=Tone.GOOD, detail=_received_detail),
    "payment.unmatched": Kind(
        _without_invoice,
        REVIEW,
        audience=Audience.STAFF,
        tone=Tone.WARN,
    ),
    "payment.taken_back": Kind(
        always(N_("The bank took {amount} back. {left} left to pay.")), MONEY, tone=Tone.WARN
    ),
    "transfer.reversed": Kind(
        always(N_("A booking of {amount} was undone. {left} left to pay.")),
        MONEY,
        tone=Tone.WARN,
        detail=reason,
    ),
}
