"""What words tell of a question, whom a note names, and when a snooze ends."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from invoices.errors import Refused
from messaging.sorting.mentions import Known, known_people, mentioned
from messaging.sorting.queries import Cursor, cursor_from
from messaging.sorting.until import Until, moment_of
from messaging.threads.topics import About, topic_of

OSLO = ZoneInfo("Europe/Oslo")


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("Hei, jeg betalte i går, er det kommet frem?", About.PAYMENT),
        ("Hej, jag betalade i går. Har det kommit fram?", About.PAYMENT),
        ("I paid yesterday", About.PAYMENT),
        ("Kan jeg få utsette forfall til lønning?", About.DUE_DATE),
        ("Kan jag flytta förfallodagen?", About.DUE_DATE),
        ("Kan jag dela upp den i två?", About.INSTALMENTS),
        ("Hvorfor har jeg fått purregebyr?", About.REMINDER),
        ("Internett har vært nede i to dager", About.OUTAGE),
        ("Vi har betalt for mye, kan vi få pengene igjen?", About.CREDIT),
        ("Jag vill säga upp avtalet", About.CONTRACT),
        ("Hei!", None),
        ("", None),
    ],
)
def test_words_tell_what_a_question_is_about(text: str, about: About | None) -> None:
    assert topic_of(text) == about


def test_what_is_pointed_at_tells_too() -> None:
    assert topic_of("Hva er dette?", line=True) == About.LINE
    assert topic_of("Hm", line=True) == About.LINE
    assert topic_of("Hm", event="payment.matched") == About.PAYMENT
    assert topic_of("Hm", event="invoice.opened") is None
    # A question about the due date asked beside a line is still one about the due date.
    assert topic_of("Kan dere utsette denne?", line=True) == About.DUE_DATE


PEOPLE = known_people(
    [(1, "Jon Berg", "jon@x.no"), (2, "Jon Bakke", "jb@x.no"), (3, "Åse Li", "ase@x.no")]
)
TEAM = Known(["Regning"], frozenset({1, 3}))


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("@Åse kan du se?", {3}),
        ("@åse li, takk", {3}),
        ("Spør @Jon Berg.", {1}),
        ("@jb og @ase", {2, 3}),
        ("@Regning", {1, 3}),
        ("post@ase.no er ikke henne", set()),
        ("@Ingen her", set()),
        ("@@Åse", set()),
        ("", set()),
    ],
)
def test_a_note_names_whom_it_says(text: str, who: set[int]) -> None:
    assert mentioned(text, [*PEOPLE, TEAM]) == who


def test_nobody_is_guessed_at_where_two_have_one_name() -> None:
    with pytest.raises(Refused, match="whole name"):
        mentioned("@Jon se på dette", PEOPLE)


@pytest.mark.parametrize(
    ("choice", "own", "moment"),
    [
        (Until.HOUR, "", "2026-11-27T15:30"),
        (Until.LATER, "", "2026-11-27T17:30"),
        (Until.TOMORROW, "", "2026-11-28T08:00"),
        (Until.MONDAY, "", "2026-11-30T08:00"),
        (Until.WEEK, "", "2026-12-04T08:00"),
        (Until.OTHER, "2026-12-24T12:00", "2026-12-24T12:00"),
    ],
)
def test_a_snooze_ends_when_its_words_say(choice: str, own: str, moment: str) -> None:
    friday = datetime(2026, 11, 27, 14, 30, tzinfo=OSLO)

    assert moment_of(choice, own, friday) == datetime.fromisoformat(moment).replace(tzinfo=OSLO)


def test_monday_is_the_next_one_also_on_a_monday() -> None:
    monday = datetime(2026, 11, 30, 7, 0, tzinfo=OSLO)

    assert moment_of(Until.MONDAY, "", monday).day == 7


@pytest.mark.parametrize("own", ["", "tomorrow", "2026-13-01T00:00"])
def test_what_is_no_time_is_refused(own: str) -> None:
    with pytest.raises(Refused):
        moment_of(Until.OTHER, own, datetime(2026, 11, 27, 14, 30, tzinfo=OSLO))


def test_a_cursor_comes_back_as_it_went_and_nonsense_is_none() -> None:
    cursor = Cursor("w", datetime(2026, 11, 27, 14, 30, 1, 123456, tzinfo=OSLO), 77)

    again = cursor_from(str(cursor))

    assert again == cursor
    for text in ("", "w", "w.1", "w.x.1", "w.1.x", "1.1.1", "w.-1.1", "w.1.9" + "9" * 20, "w.²1.1"):
        assert cursor_from(text) is None, text
