"""The address of a reply: short enough, signed, for one thread and recipient, and for a while."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from messaging.mail.address import (
    LOCAL_PART_MAX,
    BadTokenError,
    Reply,
    address_of,
    reply_of,
    token_in,
    token_of,
)

KEY, OLD, OTHERS = b"k" * 32, b"o" * 32, b"x" * 32
TODAY = date(2026, 11, 27)
DOMAIN = "svar.example.com"
replies = st.builds(
    Reply,
    st.integers(0, 2**40 - 1),
    st.integers(0, 2**40 - 1),
    st.integers(0, 2**15).map(lambda days: TODAY + timedelta(days=days)),
)


@settings(suppress_health_check=[HealthCheck.too_slow])  # on a busy machine
@given(replies)
def test_what_was_signed_is_read_back_and_fits_into_an_address(reply: Reply) -> None:
    address = address_of(reply, KEY, DOMAIN)

    token = token_in(address, DOMAIN)

    assert token
    assert reply_of(token, [KEY], TODAY) == reply
    assert len(address.partition("@")[0].encode()) <= LOCAL_PART_MAX
    assert address.isascii()
    assert address == address.lower()


@given(replies)
def test_servers_that_write_it_in_capitals_or_brackets_change_nothing(reply: Reply) -> None:
    address = address_of(reply, KEY, DOMAIN)

    for written in (address.upper(), f"<{address}>", f" {address} "):
        token = token_in(written, DOMAIN)
        assert token
        assert reply_of(token, [KEY], TODAY) == reply


@given(replies, st.data())
def test_any_other_letter_anywhere_makes_it_nobodys(reply: Reply, data: st.DataObject) -> None:
    token = token_of(reply, KEY)
    place = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
    changed = token[:place] + letter + token[place + 1 :]

    if changed != token:
        with pytest.raises(BadTokenError):
            reply_of(changed, [KEY], TODAY)


@given(st.text(max_size=80))
def test_anything_else_is_refused_and_breaks_nothing(text: str) -> None:
    with pytest.raises(BadTokenError):
        reply_of(text, [KEY], TODAY)
    token_in(text, DOMAIN)


def test_a_secret_that_was_put_aside_still_opens_and_another_houses_does_not() -> None:
    reply = Reply(1, 2, TODAY)

    assert reply_of(token_of(reply, OLD), [KEY, OLD], TODAY) == reply
    with pytest.raises(BadTokenError):
        reply_of(token_of(reply, OTHERS), [KEY, OLD], TODAY)


def test_it_holds_through_its_last_day_and_then_says_that_it_is_too_old() -> None:
    token = token_of(Reply(1, 2, TODAY), KEY)

    assert reply_of(token, [KEY], TODAY)
    with pytest.raises(BadTokenError) as late:
        reply_of(token, [KEY], TODAY + timedelta(days=1))
    assert late.value.expired
    with pytest.raises(BadTokenError) as forged:
        reply_of(token, [OTHERS], TODAY + timedelta(days=1))
    assert not forged.value.expired


@pytest.mark.parametrize(
    ("address", "token"),
    [
        ("svar+abc@svar.example.com", "abc"),
        ("Svar+ABC@SVAR.example.COM", "ABC"),
        ("svar@svar.example.com", ""),
        ("post+abc@svar.example.com", ""),
        ("svar+abc@example.com", None),
        ("svar+abc@evil-svar.example.com", None),
        ("svar+abc", None),
        ("", None),
    ],
)
def test_only_addresses_of_our_domain_are_looked_at(address: str, token: str | None) -> None:
    assert token_in(address, DOMAIN) == token


def test_without_a_domain_of_our_own_no_address_is_ours() -> None:
    assert token_in("svar+abc@", "") is None
