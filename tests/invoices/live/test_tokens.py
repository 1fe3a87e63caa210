"""Who may listen: signed, for twelve hours, for nothing else."""

import time_machine
from django.core import signing

from invoices.live.tokens import PageToken, page_token, read_page_token


def test_a_token_brings_back_its_topics_and_audience() -> None:
    token = page_token(["i123", "b5"], "customer")

    assert read_page_token(token) == PageToken(("i123", "b5"), "customer")


def test_a_token_is_good_for_twelve_hours_and_no_longer() -> None:
    with time_machine.travel("2026-11-22T08:00:00Z", tick=False) as clock:
        token = page_token(["i123"], "customer")

        clock.move_to("2026-11-22T19:59:59Z")
        assert read_page_token(token) is not None
        clock.move_to("2026-11-22T20:00:01Z")
        assert read_page_token(token) is None


def test_a_changed_token_is_no_token() -> None:
    token = page_token(["i123"], "customer")
    payload, rest = token.split(":", 1)

    assert read_page_token("x" + token) is None
    assert read_page_token(token[:-1]) is None
    assert read_page_token(payload[:-1] + "A:" + rest) is None
    assert read_page_token("") is None


def test_a_signature_made_for_something_else_is_no_token() -> None:
    other = signing.dumps([["i123"], "customer"], salt="some.other.link")

    assert read_page_token(other) is None
