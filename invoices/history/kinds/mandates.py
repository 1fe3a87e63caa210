"""Mandates to draw money, and the files that go to the bank."""

from invoices.errors import N_
from invoices.history.kinds.base import Audience, Data, Kind, Tone, always, by, reason

MANDATE = ("autopay", "pay", "history", "mandates")

_PAUSED_BY_BANK = N_("Your bank has paused automatic payment with {scheme}. Pay by hand meanwhile.")


def _why(data: Data) -> str:
    """The bank's reason: a sentence of the catalogues, as the code's meaning has it."""
    return str(data.get("why") or "")


def _activated(data: Data) -> str:
    if data.get("by_bank"):
        return N_("It was agreed on in the bank.")
    return ""


MANDATES: dict[str, Kind] = {
    "mandate.begun": Kind(
        always(N_("Automatic payment with {scheme} was chosen.")),
        ("autopay", "history", "mandates"),
    ),
    "mandate.requested": Kind(
        by(
            "scheme",
            {
                "Autogiro": N_("Automatic payment with {scheme} is signed. The bank is asked now."),
                "Vipps": N_("Automatic payment with {scheme} is approved."),
            },
            N_("Automatic payment with {scheme} is waiting for the bank."),
        ),
        MANDATE,
    ),
    "mandate.activated": Kind(
        always(N_("Automatic payment with {scheme} is active.")),
        MANDATE,
        tone=Tone.GOOD,
        detail=_activated,
    ),
    "mandate.refused": Kind(
        always(N_("Automatic payment with {scheme} was refused. Pay by hand as before.")),
        MANDATE,
        tone=Tone.WARN,
        detail=_why,
    ),
    "mandate.left": Kind(
        always(N_("Automatic payment with {scheme} was not completed. Nothing has changed.")),
        MANDATE,
        detail=reason,
    ),
    "mandate.paused": Kind(
        by(
            "by",
            {"bank": _PAUSED_BY_BANK},
            N_("Automatic payment with {scheme} is paused. Nothing is drawn meanwhile."),
        ),
        MANDATE,
        detail=reason,
    ),
    "mandate.resumed": Kind(
        always(N_("Automatic payment with {scheme} goes on.")), MANDATE, detail=reason
    ),
    "mandate.stopped": Kind(
        always(N_("Automatic payment with {scheme} is stopped. Nothing more is drawn.")),
        MANDATE,
        detail=reason,
    ),
    "mandate.restored": Kind(
        always(N_("Stopping automatic payment was undone: {scheme} goes on.")),
        MANDATE,
        detail=reason,
    ),
    "mandate.ended": Kind(
        always(N_("Automatic payment with {scheme} has ended.")),
        MANDATE,
        tone=Tone.WARN,
        detail=_why,
    ),
    "mandate.notice": Kind(
        by(
            "wanted",
            {"True": N_("The bank says: a notice is wanted before each automatic payment.")},
            N_("The bank says: no notice is wanted before automatic payments."),
        ),
        ("autopay", "history", "mandates"),
        audience=Audience.STAFF,
    ),
    "mandate.unknown": Kind(
        always(N_("The bank wrote of automatic payment for {number}, who fits no customer.")),
        ("mandates",),
        audience=Audience.STAFF,
        tone=Tone.WARN,
    ),
    "scheme.connected": Kind(
        always(N_("Automatic payment with {scheme} is offered on invoices.")),
        ("mandates",),
        audience=Audience.STAFF,
    ),
    "outgoing.written": Kind(
        always(N_("File {file} is ready for the bank. Orders: {count}.")),
        ("outgoing", "mandates"),
        audience=Audience.STAFF,
    ),
    "outgoing.fetched": Kind(
        always(N_("File {file} was taken to the bank.")),
        ("outgoing", "mandates"),
        audience=Audience.STAFF,
    ),
}
