"""Any brand colour gives readable pages, in light and in dark."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoices.billers.branding import (
    DARK,
    LIGHT,
    Accents,
    Surfaces,
    brand,
    brand_css,
    contrast,
    look,
    valid_hex,
)
from invoices.errors import Refused

TOKENS = Path(__file__).parents[2] / "static" / "css" / "tokens.css"
HEXES = st.integers(min_value=0, max_value=0xFFFFFF).map(lambda number: f"#{number:06x}")
AWKWARD = ["#ffffff", "#000000", "#ffdd00", "#e4002b", "#808080", "#00ff00", "#0000ff", "#0b5d4e"]


def readable(accents: Accents, on: Surfaces) -> None:
    for surface in (*on.all, accents.tint, accents.tint_strong):
        assert contrast(accents.ink, surface) >= 4.5, (accents.ink, surface)
        for text in on.texts:
            assert contrast(text, surface) >= 4.5, (text, surface)
    assert contrast(accents.on_fill, accents.fill) >= 4.5, accents
    assert contrast(accents.edge, on.card) >= 3, accents


@given(hex_colour=HEXES)
def test_every_colour_is_readable_on_every_surface_it_is_used_on(hex_colour: str) -> None:
    own = brand(hex_colour)

    readable(own.light, LIGHT)
    readable(own.dark, DARK)


@pytest.mark.parametrize("hex_colour", AWKWARD)
def test_the_awkward_colours_are_readable_too(hex_colour: str) -> None:
    own = brand(hex_colour)

    readable(own.light, LIGHT)
    readable(own.dark, DARK)


def test_a_colour_that_is_readable_already_is_left_as_it_is() -> None:
    own = brand("#0b5d4e")

    assert own.light.fill == own.light.ink == own.light.edge == "#0b5d4e"
    assert own.light.on_fill == "#ffffff"


def test_yellow_stays_yellow_with_dark_words_and_a_visible_edge() -> None:
    own = brand("#ffdd00").light

    assert own.fill == "#ffdd00"
    assert own.on_fill == LIGHT.texts[0]
    assert own.edge == own.ink != own.fill


def test_white_does_not_vanish_on_a_white_card() -> None:
    own = brand("#ffffff").light

    assert contrast(own.fill, LIGHT.card) >= 4.5


@pytest.mark.parametrize("text", ["", "0b5d4e", "#0b5d4", "#0b5d4g", "red", "#fff;}", "#٣٣٣"])
def test_what_is_not_a_hex_colour_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        valid_hex(text)


def test_a_short_hex_is_written_out() -> None:
    assert valid_hex(" #0Af ") == "#00aaff"


@given(hex_colour=HEXES)
def test_the_declarations_hold_nothing_but_names_and_colours(hex_colour: str) -> None:
    pair = r"light-dark\(#[0-9a-f]{6},#[0-9a-f]{6}\)"

    assert re.fullmatch(rf":root\{{(--[a-z-]+:{pair};?)+\}}", brand_css(hex_colour))


def test_a_look_carries_the_first_letter_of_the_name() -> None:
    assert look("øyfiber", "#123456").initial == "Ø"
    assert look("", "#123456").initial == ""


@pytest.mark.parametrize(
    ("token", "light", "dark"),
    [
        ("card", LIGHT.card, DARK.card),
        ("paper", LIGHT.paper, DARK.paper),
        ("sunk", LIGHT.sunk, DARK.sunk),
        ("ink", LIGHT.texts[0], DARK.texts[0]),
        ("soft", LIGHT.texts[1], DARK.texts[1]),
    ],
)
def test_the_surfaces_are_those_of_the_stylesheet(token: str, light: str, dark: str) -> None:
    assert f"--{token}: light-dark({light}, {dark});" in TOKENS.read_text()


def test_status_words_are_readable_on_their_own_ground_and_on_every_surface() -> None:
    found = dict(re.findall(r"--([\w-]+): light-dark\((#\w{6}, #\w{6})\);", TOKENS.read_text()))

    for status in ("good", "warn", "bad"):
        words = found[status].split(", ")
        grounds = found[f"{status}-bg"].split(", ")
        for word, ground, on in zip(words, grounds, (LIGHT, DARK), strict=True):
            assert all(contrast(word, surface) >= 4.5 for surface in (ground, *on.all))
            assert all(contrast(text, ground) >= 4.5 for text in on.texts)
