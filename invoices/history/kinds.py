"""THE vocabulary: everything that can happen, how it is said, who may read it, what it changes.

A sentence is an English template (a gettext msgid). Its placeholders are filled from the entry's
data: ``{amount}`` from ``amount_minor`` as money, ``{due_on}`` as a spoken date, the rest as is.
It names events of the upper floors too: vocabulary, no code.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from invoices.errors import N_

Data = Mapping[str, Any]


class Audience(StrEnum):
    CUSTOMER = "customer"  # the customer and staff
    STAFF = "staff"  # staff only


class Topic(StrEnum):
    """What the history can be narrowed to."""

    MONEY = "money"  # payments and bookings
    INVOICE = "invoice"  # the invoice itself and its changes
    ACCESS = "access"  # links, and who has opened them
    MESSAGES = "messages"  # what was written, and who looks after it


_TOPICS = {
    "invoice": Topic.INVOICE,
    "payment": Topic.MONEY,
    "transfer": Topic.MONEY,
    "bankfile": Topic.MONEY,
    "provider": Topic.MONEY,
    "link": Topic.ACCESS,
    "contact": Topic.ACCESS,
    "invoice.opened": Topic.ACCESS,
    "message": Topic.MESSAGES,
    "thread": Topic.MESSAGES,
}


class Tone(StrEnum):
    PLAIN = "plain"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of event.

    ``say`` picks the sentence, ``detail`` the small print under it ("" for none); ``panels`` are
    the panels that show something else afterwards, on invoice pages and on the staff desk.
    """

    say: Callable[[Data], str]
    panels: tuple[str, ...]
    audience: Audience = Audience.CUSTOMER
    tone: Tone = Tone.PLAIN
    detail: Callable[[Data], str] = lambda data: ""


def _always(template: str) -> Callable[[Data], str]:
    return lambda data: template


def _reason(data: Data) -> str:
    return "{reason}" if data.get("reason") else ""


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


def _from_shared(data: Data) -> str:
    return N_("By somebody you shared a link to pay with.") if data.get("shared") else ""


def _without_invoice(data: Data) -> str:
    if data["reference"]:
        return N_("{amount} received, but no invoice has the reference {reference}.")
    return N_("{amount} received without a reference.")


def _credited(data: Data) -> str:
    if data.get("refundable_minor"):
        return N_("{amount} credited; {refundable} of it is now credit on your account.")
    return N_("{amount} credited.")


def _by(name: str, sentences: Mapping[str, str], otherwise: str) -> Callable[[Data], str]:
    """The sentence for a value of the data; ``otherwise`` where it is another, or of old."""
    return lambda data: sentences.get(str(data.get(name)), otherwise)


_LINK_MADE = {
    "email": N_("A link was made for the e-mail."),
    "sms": N_("A link was made for the text message."),
    "paper": N_("A link was made for the letter."),
    "pdf": N_("A link was made for the PDF."),
}
_LINK_CLOSED = {
    "email": N_("The link in the e-mail was closed."),
    "sms": N_("The link in the text message was closed."),
    "paper": N_("The link in the letter was closed."),
    "pdf": N_("The link in the PDF was closed."),
    "shared": N_("A shared link to pay only was closed."),
}
_LINK_REPLACED = {
    "email": N_("The link in the e-mail was replaced by a new one, sent to the address on file."),
    "sms": N_(
        "The link in the text message was replaced by a new one, sent to the address on file."
    ),
    "paper": N_("The link in the letter was replaced by a new one, sent to the address on file."),
    "pdf": N_("The link in the PDF was replaced by a new one, sent to the address on file."),
}
_OPENED = {
    "email": N_("The invoice was opened from the e-mail."),
    "sms": N_("The invoice was opened from the text message."),
    "paper": N_("The invoice was opened from the letter."),
    "pdf": N_("The invoice was opened from the PDF."),
    "shared": N_("A shared link to pay only was opened."),
}
_CONTACT_ADDED = {
    "email": N_("An e-mail address was added."),
    "phone": N_("A phone number was added."),
}
_CONTACT_REMOVED = {
    "email": N_("An e-mail address was removed."),
    "phone": N_("A phone number was removed."),
}

_WRITTEN = {
    "customer": N_("The customer wrote."),
    "staff": N_("Customer service wrote."),
}

ON_PAGE = ("balance", "lines", "pay", "history", "changes", "actions")
PAYING = ("balance", "paying", "history")
MONEY = ("balance", "pay", "paying", "history", "changes", "actions", "invoices")

TALK = ("messages", "history", "conversation", "queue", "talk")

KINDS: dict[str, Kind] = {
    # Documents
    "invoice.issued": Kind(_always(N_("Invoice for {amount}, due {due_on}.")), ("invoices",)),
    "invoice.credited": Kind(_credited, (*ON_PAGE, "invoices"), tone=Tone.GOOD, detail=_reason),
    "invoice.charged": Kind(
        _always(N_("{amount} added to the invoice.")), (*ON_PAGE, "invoices"), detail=_reason
    ),
    "invoice.due_moved": Kind(
        _always(N_("The due date moved from {from_on} to {to_on}.")), MONEY, detail=_reason
    ),
    "invoice.split": Kind(
        _always(N_("Split into {count} instalments; the first, {first}, is due {first_on}.")),
        MONEY,
        detail=_reason,
    ),
    "invoice.due_move_undone": Kind(
        _always(N_("The move was undone; the due date is {to_on} again.")), MONEY
    ),
    "invoice.split_undone": Kind(
        _always(N_("The instalments were undone; {left} is due {to_on}.")), MONEY
    ),
    "invoice.written_down": Kind(
        _always(N_("{amount} is written down and no longer asked for.")),
        MONEY,
        tone=Tone.GOOD,
        detail=_reason,
    ),
    "invoice.write_down_undone": Kind(
        _always(N_("{amount} is asked for again. {left} left to pay.")), MONEY, tone=Tone.WARN
    ),
    "invoice.cancelled": Kind(
        _always(N_("The invoice was cancelled.")), (*ON_PAGE, "invoices"), detail=_reason
    ),
    "invoice.disputed": Kind(
        _always(N_("The invoice is being looked into. No reminders are sent meanwhile.")),
        MONEY,
        tone=Tone.WARN,
        detail=_reason,
    ),
    "invoice.dispute_settled": Kind(
        _always(N_("The invoice has been looked into; {left} is due {due_on}.")),
        MONEY,
        detail=_reason,
    ),
    # Who comes in
    "invoice.opened": Kind(_by("channel", _OPENED, N_("The invoice was opened.")), ("history",)),
    "link.made": Kind(
        _by("channel", _LINK_MADE, N_("A link to the invoice was made.")),
        ("history",),
        audience=Audience.STAFF,
    ),
    "link.shared": Kind(_always(N_("A link to pay only was made, to share.")), ("history",)),
    "link.revoked": Kind(
        _by("channel", _LINK_CLOSED, N_("A link to the invoice was closed.")), ("history",)
    ),
    "link.rotated": Kind(
        _by(
            "channel",
            _LINK_REPLACED,
            N_("A link was replaced by a new one, sent to the address on file."),
        ),
        ("history",),
    ),
    "link.code_sent": Kind(
        _by(
            "purpose",
            {"verify": N_("A code was sent to confirm an e-mail address.")},
            N_("A code was sent to the address on file."),
        ),
        ("history",),
    ),
    "link.proved": Kind(
        _always(N_("Personal data was opened with a code sent to the address on file.")),
        ("history",),
    ),
    "link.code_locked": Kind(
        _always(N_("A code was entered wrong five times, and was locked.")),
        ("history",),
        tone=Tone.WARN,
    ),
    "contact.added": Kind(
        _by("contact", _CONTACT_ADDED, N_("An address was added.")), ("history",)
    ),
    "contact.removed": Kind(
        _by("contact", _CONTACT_REMOVED, N_("An address was removed.")), ("history",)
    ),
    "contact.preferred": Kind(
        _always(N_("Another way to reach the customer comes first now.")), ("history",)
    ),
    "contact.verified": Kind(_always(N_("An e-mail address was confirmed.")), ("history",)),
    # The conversation
    "message.sent": Kind(_by("side", _WRITTEN, N_("A message was written.")), TALK),
    "message.noted": Kind(
        _always(N_("A note was written.")),
        ("history", "conversation", "queue", "talk"),
        audience=Audience.STAFF,
    ),
    "thread.assigned": Kind(
        _by(
            "how",
            {
                "taken": N_("The conversation was taken."),
                "released": N_("The conversation was given back to all."),
            },
            N_("The conversation was given to a colleague."),
        ),
        ("history", "conversation", "queue", "talk"),
        audience=Audience.STAFF,
    ),
    "thread.settled": Kind(
        _always(N_("Marked as needing no answer.")),
        ("history", "conversation", "queue", "talk"),
        audience=Audience.STAFF,
    ),
    "thread.waits": Kind(
        _always(N_("Marked as waiting for an answer.")),
        ("history", "conversation", "queue", "talk"),
        audience=Audience.STAFF,
    ),
    "thread.closed": Kind(_always(N_("The conversation was closed.")), TALK),
    "thread.reopened": Kind(_always(N_("The conversation was opened again.")), TALK),
    # Money
    "bankfile.received": Kind(
        _always(N_("Bank file {file} received. Payments: {count}, in all {amount}.")),
        ("bankfiles", "unmatched"),
        audience=Audience.STAFF,
    ),
    "bankfile.refused": Kind(
        _always(N_("Bank file {file} was refused; nothing of it is booked.")),
        ("bankfiles",),
        audience=Audience.STAFF,
        tone=Tone.BAD,
    ),
    "payment.matched": Kind(_received, MONEY, tone=Tone.GOOD, detail=_received_detail),
    "payment.unmatched": Kind(
        _without_invoice,
        ("unmatched",),
        audience=Audience.STAFF,
        tone=Tone.WARN,
    ),
    "payment.taken_back": Kind(
        _always(N_("The bank took {amount} back. {left} left to pay.")), MONEY, tone=Tone.WARN
    ),
    # Paying on the page
    "payment.started": Kind(
        _always(N_("A payment of {amount} with {provider} was started.")),
        PAYING,
        detail=_from_shared,
    ),
    "payment.handed_over": Kind(
        _always(N_("{provider} waits for the payment of {amount} to be approved.")),
        PAYING,
        audience=Audience.STAFF,
    ),
    "payment.approved": Kind(
        _always(N_("The payment of {amount} with {provider} was approved.")),
        PAYING,
        audience=Audience.STAFF,
    ),
    "payment.declined": Kind(
        _always(N_("The payment of {amount} with {provider} was declined. Nothing was drawn.")),
        PAYING,
        tone=Tone.WARN,
    ),
    "payment.cancelled": Kind(
        _always(N_("The payment of {amount} with {provider} was cancelled. Nothing was drawn.")),
        PAYING,
    ),
    "payment.expired": Kind(
        _always(
            N_("The payment of {amount} with {provider} was not completed. Nothing was drawn.")
        ),
        PAYING,
    ),
    "payment.failed": Kind(
        _always(N_("{provider} could not take the payment of {amount}. Nothing was drawn.")),
        PAYING,
        tone=Tone.WARN,
    ),
    "provider.connected": Kind(
        _always(N_("Payments with {provider} are offered on invoices.")),
        ("paying",),
        audience=Audience.STAFF,
    ),
    "transfer.reversed": Kind(
        _always(N_("A booking of {amount} was undone. {left} left to pay.")),
        MONEY,
        tone=Tone.WARN,
        detail=_reason,
    ),
}


def kinds_for(*, for_staff: bool, topic: Topic | None = None) -> list[str]:
    """The kinds a reader may see, of one topic or of all."""
    return [
        name
        for name, kind in KINDS.items()
        if (for_staff or kind.audience == Audience.CUSTOMER) and topic in (None, topic_of(name))
    ]


def topic_of(name: str) -> Topic:
    """The topic of a kind: its own, else that of the noun its name begins with."""
    return _TOPICS.get(name) or _TOPICS[name.partition(".")[0]]
