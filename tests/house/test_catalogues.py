"""Everything the product says is said in every language, and every sentence fills in."""

import datetime as dt
from pathlib import Path
from typing import Any

import allauth
import pytest
from babel.messages.pofile import read_po
from django.utils import translation
from django.utils.translation import gettext

from config import catalogs
from invoices.history.kinds import KINDS
from invoices.page.sentences import fill
from invoices.page.words import due_words

# What actions record, everything at once; each kind takes what it needs.
DATA: dict[str, Any] = {
    "amount_minor": 125_050,
    "left_minor": 84_900,
    "overpaid_minor": 100,
    "refundable_minor": 100,
    "first_minor": 42_450,
    "due_on": "2026-11-28",
    "from_on": "2026-11-28",
    "to_on": "2026-12-05",
    "first_on": "2026-12-05",
    "paid_on": "2026-11-26",
    "paid": 1,
    "returned": 0,
    "pay_on": "2026-12-05",
    "until_on": "2026-12-05",
    "count": 2,
    "file": "ocr.txt",
    "reference": "0020481031647",
    "made_for": "e-mail",
    "provider": "Vipps",
    "scheme": "Autogiro",
    "number": "1042017",
    "agency": "Kravo AS",
    "draw_on": "2026-12-05",
    "retry_on": "2026-12-07",
    "valid_on": "2026-12-05",
    "line": 3,
    "reason": "Montøren kom for sent",
    "tag": "VIP",
    "team": "Faktura",
    "other": "20482",
    "incident": "Brudd i Bergen",
}
PAID = {**DATA, "left_minor": 0, "overpaid_minor": 0, "refundable_minor": 0, "reason": ""}


@pytest.mark.parametrize("language", catalogs.LANGUAGES)
def test_a_catalogue_is_complete_right_and_compiled(language: str) -> None:
    assert list(catalogs.problems(language, catalogs.wanted())) == []


@pytest.mark.parametrize(
    ("said", "trouble"),
    [
        ("{amount} igjen av {total}.", ""),
        ("", "untranslated"),
        ("{belop} igjen av {total}.", "other placeholders"),
        ("Igjen av {total}.", "other placeholders"),
        ("<b>{amount}</b> igjen av {total}.", "other placeholders"),
    ],
)
def test_a_translation_that_loses_something_is_found(said: str, trouble: str) -> None:
    asked = catalogs.Tidy("nb")
    asked.add("{amount} left of {total}.", said)
    (message,) = (message for message in asked if message.id)

    found = catalogs.trouble_with(message)

    assert found.startswith(trouble) if trouble else found == ""


@pytest.mark.parametrize("language", catalogs.LANGUAGES)
def test_nobody_is_shouted_at(language: str) -> None:
    strings = [str(message.string) for message in catalogs.read(language) if message.id]

    assert [text for text in strings if "!" in text] == []


def test_what_we_word_ourselves_is_still_what_allauth_says() -> None:
    path = Path(allauth.__file__).parent / "locale" / "nb" / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        theirs = read_po(file, locale="nb")

    assert [text for text in catalogs.BORROWED if theirs.get(text) is None] == []


@pytest.mark.parametrize("data", [DATA, PAID], ids=["open", "paid"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", [*catalogs.LANGUAGES, "en"])
def test_the_sentence_of_every_kind_fills_in(
    language: str, kind: str, data: dict[str, Any]
) -> None:
    with translation.override(language):
        sentence = fill(KINDS[kind].say(data), data, "NOK")
        detail = fill(KINDS[kind].detail(data), data, "NOK")

    assert sentence
    assert "{" not in sentence + detail


@pytest.mark.parametrize(
    ("language", "days", "words"),
    [
        ("nb", 6, "Forfaller om 6 dager"),
        ("nb", 1, "Forfaller i morgen"),
        ("nb", -3, "Forfalt for 3 dager siden"),
        ("sv", 6, "Förfaller om 6 dagar"),
        ("sv", 0, "Förfaller i dag"),
        ("sv", -3, "Förföll för 3 dagar sedan"),
        ("en", 6, "Due in 6 days"),
        ("en", -2, "Was due 2 days ago"),
    ],
)
def test_a_due_date_reads_as_one_phrase(language: str, days: int, words: str) -> None:
    template = "Due {when}" if days >= 0 else "Was due {when}"
    today = dt.date(2026, 11, 22)
    with translation.override(language):
        when = due_words(today + dt.timedelta(days=days), today)
        said = gettext(template).format(when=when)

    assert said == words
