"""What people write: kept as they wrote it, never HTML, and clickable only where it leads."""

import pytest

from invoices.errors import Refused
from messaging.threads.states import TEXT_MAX, Mark, mark_of
from messaging.threads.words import Part, clean, parts


def test_emoji_of_several_signs_stay_whole() -> None:
    family = "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 é å"

    assert clean(f"  {family}\r\n") == family


def test_control_characters_and_turned_reading_are_left_out() -> None:
    assert clean("a\x00b\x1bc\u202ed\u2066e\nf\tg") == "abcde\nf\tg"


@pytest.mark.parametrize("text", ["", "  \n\t ", "\x07", "\u202e"])
def test_nothing_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="Write something"):
        clean(text)


def test_too_much_is_refused_and_just_enough_is_not() -> None:
    assert clean("å" * TEXT_MAX)
    with pytest.raises(Refused, match=str(TEXT_MAX)):
        clean("å" * (TEXT_MAX + 1))


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("see https://example.com/a?b=1&c=2.", ["https://example.com/a?b=1&c=2"]),
        ("(https://example.com/a_(b))", ["https://example.com/a_(b)"]),
        ("http://a.example, https://b.example!", ["http://a.example", "https://b.example"]),
        ("HTTPS://EXAMPLE.COM", ["HTTPS://EXAMPLE.COM"]),
        ("https://example.com/«x»", ["https://example.com/«x"]),
        ("javascript:alert(1) data:text/html,x vbscript:x file:///etc", []),
        ("//example.com www.example.com ftp://example.com", []),
        ("https://bank.example@evil.example/", []),
        ("https:// http://", []),
        ('https://example.com/"onmouseover="alert(1)', ["https://example.com/"]),
        ("https://example.com/<script>", ["https://example.com/"]),
        ("https://[::1", []),
    ],
)
def test_only_web_addresses_become_links(text: str, links: list[str]) -> None:
    cut = parts(text)

    assert "".join(part.text for part in cut) == text
    assert [part.href for part in cut if part.href] == links
    assert all(part.href in ("", part.text) for part in cut)


def test_a_text_without_links_is_one_part() -> None:
    assert parts("<b>hello</b>") == [Part("<b>hello</b>")]


def test_a_mark_says_how_far_a_message_has_come() -> None:
    assert [mark_of(no, delivered_no=2, read_no=1) for no in (1, 2, 3)] == [
        Mark.READ,
        Mark.DELIVERED,
        Mark.SENT,
    ]
