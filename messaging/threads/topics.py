"""What a question is about, as far as its words and what it points at tell. Pure.

A guess for sorting and never an answer: whoever reads it can say better.
"""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from invoices.errors import N_


class About(StrEnum):
    """What a conversation is about."""

    LINE = "line"
    PAYMENT = "payment"
    DUE_DATE = "due_date"
    INSTALMENTS = "instalments"
    CREDIT = "credit"
    REMINDER = "reminder"
    OUTAGE = "outage"
    CONTRACT = "contract"


LABELS: Final[Mapping[About, str]] = {
    About.LINE: N_("a line"),
    About.PAYMENT: N_("payment"),
    About.DUE_DATE: N_("due date"),
    About.INSTALMENTS: N_("instalments"),
    About.CREDIT: N_("credit"),
    About.REMINDER: N_("reminder"),
    About.OUTAGE: N_("outage"),
    About.CONTRACT: N_("contract"),
}

# Beginnings of words, in Norwegian, Swedish and English. The first topic with most hits wins: the
# order is that of how much it matters to find it.
_WORDS: Final[Mapping[About, Sequence[str]]] = {
    About.OUTAGE: (
        "nede", "feil på nett", "ikke nett", "ikke internett", "brudd", "driftsstans", "avbrott",
        "störning", "inget nät", "inget internet", "ligger nere", "outage", "is down",
        "no internet", "not working", "virker ikke", "fungerar inte",
    ),
    About.REMINDER: (
        "purring", "purre", "inkasso", "påminn", "påminnelse", "inkassokrav", "kravbrev",
        "reminder", "collection", "late fee", "purregebyr", "påminnelseavgift",
    ),
    About.INSTALMENTS: (
        "dele opp", "delbetal", "avdrag", "dela upp", "delbetaln", "avbetaln", "instalment",
        "installment", "in parts", "pay half", "halvparten", "hälften", "betalingsplan",
        "betalningsplan",
    ),
    About.DUE_DATE: (
        "forfall", "utsette", "utsettelse", "förfall", "anstånd", "senare", "flytta", "flytte",
        "due date", "postpone", "extension", "more time", "lenger frist", "betalingsfrist",
    ),
    About.CREDIT: (
        "kredit", "refusj", "tilbake", "pengene igjen", "för mycket", "for mye", "kreditera",
        "återbetal", "refund", "money back", "credit", "overpaid", "too much",
    ),
    About.PAYMENT: (
        "betalt", "betalte", "betaling", "betalat", "betalade", "betalning", "betala", "betale",
        "kid", "ocr", "bankgiro", "kontonummer", "avtalegiro", "autogiro", "efaktura", "vipps",
        "swish", "paid", "payment", "paying", "bank transfer", "direct debit",
    ),
    About.CONTRACT: (
        "si opp", "oppsig", "bindingstid", "säga upp", "uppsäg", "bindningstid", "avtal", "flytter",
        "cancel my", "terminate", "contract", "moving house", "angrerett", "ångerrätt",
    ),
    About.LINE: (
        "hva er", "hva betyr", "hvorfor", "vad är", "varför", "what is", "why", "engangs",
        "engångs", "one-off", "ruter", "router", "pris", "price", "dyrere", "dyrare", "kampanj",
    ),
}  # fmt: skip

_PATTERNS: Final = {
    about: re.compile(r"\b(?:" + "|".join(re.escape(word) for word in words) + ")", re.IGNORECASE)
    for about, words in _WORDS.items()
}
# What has happened to the invoice, by the noun of its kind.
_EVENTS: Final = {
    "payment": About.PAYMENT,
    "transfer": About.PAYMENT,
    "provider": About.PAYMENT,
    "claim": About.PAYMENT,
    "mandate": About.PAYMENT,
    "reminder": About.REMINDER,
}


def topic_of(text: str, *, line: bool = False, event: str = "") -> About | None:
    """What is asked about; None where nothing tells.

    ``line``: it points at a line of the invoice; ``event`` is the kind of what it points at.
    """
    hits = {about: len(set(pattern.findall(text))) for about, pattern in _PATTERNS.items()}
    best = max(hits, key=lambda about: hits[about])
    if line and best in (About.LINE, About.PAYMENT, About.CONTRACT):
        return About.LINE
    if hits[best]:
        return best
    if line:
        return About.LINE
    return _EVENTS.get(event.partition(".")[0])
