"""Mails as they come: read without ever breaking, and told apart from what machines send."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.mail.reading import Nature, message_id_of, read
from tests.messaging.mail.mails import DEEP, HEAD, MAILS, PLAIN


@pytest.mark.parametrize("name", MAILS)
def test_a_mail_is_read_as_what_it_is(name: str) -> None:
    mail = MAILS[name]

    found = read(mail.raw)

    assert (found.nature, found.text, found.sender) == (mail.nature, mail.text, mail.sender)
    assert tuple(file.name for file in found.files) == mail.files
    assert found.permanent == mail.permanent


def test_what_comes_from_nobody_was_sent_by_a_machine() -> None:
    assert read(MAILS["plain"].raw, null_sender=True).nature == Nature.AUTOMATIC
    daemon = b"From: Mailer-Daemon@x.no\r\n\r\nfailed"
    assert read(daemon, null_sender=True).nature == Nature.BOUNCED


def test_parts_within_parts_without_end_are_told_by_their_own_error() -> None:
    with pytest.raises(RecursionError):
        read(DEEP)


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (HEAD + PLAIN, "<1@a>"),
        (b"message-id:\r\n <long@b>\r\n\r\nMessage-ID: <not@this>", "<long@b>"),
        (b"Subject: x\r\n\r\nMessage-ID: <body@x>", ""),
        (b"Message-ID: nothing\r\n\r\n", ""),
        (b"Message-ID: <" + b"a" * 400 + b">\r\n\r\n", ""),
        (b"", ""),
    ],
)
def test_a_message_id_is_found_in_the_head_alone(raw: bytes, found: str) -> None:
    assert message_id_of(raw) == found


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(noise: bytes) -> None:
    for raw in (noise, HEAD + noise, HEAD + PLAIN + noise):
        read(raw)
        message_id_of(raw)


@given(st.sampled_from(sorted(MAILS)), st.integers(0, 2_000), st.binary(min_size=1, max_size=3))
def test_a_mail_damaged_anywhere_is_still_read(name: str, place: int, noise: bytes) -> None:
    raw = MAILS[name].raw
    read(raw[:place] + noise + raw[place + 1 :])
