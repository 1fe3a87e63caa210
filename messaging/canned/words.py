"""The texts of replies that stand ready, and what is put in for the words in braces. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from invoices.errors import N_, Refused

VARIABLES: Final[Mapping[str, str]] = {
    "first_name": N_("the customer's first name"),
    "name": N_("the customer's whole name"),
    "invoice": N_("the invoice's number"),
    "amount_left": N_("what is left to pay"),
    "due_date": N_("when it is due"),
    "kid": N_("the reference (KID or OCR)"),
    "account": N_("the account to pay to"),
    "link": N_("the address of the invoice page"),
    "agent": N_("your first name"),
    "biller": N_("the biller's name"),
}
_BRACED = re.compile(r"\{([^{}]*)\}")
_KEY = re.compile(r"[a-z0-9æøåäö][a-z0-9æøåäö-]{0,29}")


def check_text(text: str) -> str:
    """The text as it is kept; refused where it names a variable that does not exist."""
    for name in _BRACED.findall(text):
        if name not in VARIABLES:
            raise Refused(N_("There is no “{name}” to put in. Choose one of the list."), name=name)
    if "{" in _BRACED.sub("", text) or "}" in _BRACED.sub("", text):
        raise Refused(N_("A brace stands alone. Write it like {example}."), example="{first_name}")
    return text.strip()


def check_key(key: str) -> str:
    """What is written after the slash: small letters, digits and hyphens."""
    kept = key.strip().removeprefix("/").lower()
    if not _KEY.fullmatch(kept):
        raise Refused(N_("Write one short word: letters, digits and hyphens."))
    return kept


def fill(text: str, facts: Mapping[str, str]) -> str:
    """The text with the facts put in. What a fact holds is never read as a variable again."""
    return _BRACED.sub(lambda braced: facts[braced[1]], text)


def in_language(texts: Mapping[str, str], wanted: Sequence[str]) -> tuple[str, str]:
    """(language, text): the first of the wanted languages that has one, else any."""
    for language in (*wanted, *texts):
        if texts.get(language):
            return language, texts[language]
    return "", ""
