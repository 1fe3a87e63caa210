"""Cutting a ring to what one NOTIFY may carry."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invoices.live.ring import PAYLOAD_LIMIT_BYTES, payloads_of


def test_a_ring_is_compact_and_names_each_panel_once() -> None:
    (payload,) = payloads_of({"i123": 7}, ["history", "balance", "balance"])

    assert payload == '{"p":["balance","history"],"t":{"i123":7}}'


def test_no_topics_no_ring() -> None:
    assert list(payloads_of({}, ["balance"])) == []


def test_many_topics_are_cut_and_none_is_lost() -> None:
    topics = {f"i{number}": number for number in range(5_000)}

    payloads = list(payloads_of(topics, ["balance", "history"]))

    assert all(len(payload.encode()) < 8_000 for payload in payloads)
    assert len(payloads) < 13
    rejoined: dict[str, int] = {}
    for payload in payloads:
        rejoined |= json.loads(payload)["t"]
    assert rejoined == topics


@settings(max_examples=30, deadline=None)
@given(
    st.dictionaries(st.text(max_size=300), st.integers(0, 10**9), max_size=60),
    st.lists(st.text(max_size=40), max_size=10),
)
def test_any_cut_stays_below_the_limit_and_keeps_all(
    topics: dict[str, int], panels: list[str]
) -> None:
    payloads = list(payloads_of(topics, panels))

    assert all(len(payload.encode()) <= PAYLOAD_LIMIT_BYTES for payload in payloads)
    rejoined: dict[str, int] = {}
    for payload in payloads:
        rejoined |= json.loads(payload)["t"]
    assert rejoined == topics


def test_panels_that_fill_a_payload_are_a_bug_said_aloud() -> None:
    with pytest.raises(ValueError, match="too long"):
        list(payloads_of({"i1": 1}, ["p" * 8_000]))
