"""One hex in, a readable brand out. Pure.

A biller gives one colour. Every page uses it in a few places only: the fill of the primary
action, accent text and lines (``ink``), and two quiet tints. Each is derived for light and for
dark and moved in steps of OKLab lightness until it is readable on everything it is used on, so
that no colour a marketing department can choose makes an invoice unreadable.

``LIGHT`` and ``DARK`` repeat the surfaces of ``static/css/tokens.css``; a test compares them.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from invoices.errors import N_, Refused

READABLE: Final = 4.5  # WCAG 2.2, 1.4.3: text
VISIBLE: Final = 3.0  # WCAG 2.2, 1.4.11: edges and focus rings
NOTICEABLE: Final = 1.2  # below this a fill cannot be told from the card it lies on
STEPS: Final = 64

type Lab = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Surfaces:
    """What text stands on in one colour scheme, and the plain texts that share a tint."""

    card: str
    paper: str
    sunk: str
    texts: tuple[str, ...]
    strong: str  # what accents are moved towards: away from the surfaces
    target: float  # how far the ink is moved; thin light strokes on dark ask for more

    @property
    def all(self) -> tuple[str, ...]:
        return (self.card, self.paper, self.sunk)


LIGHT: Final = Surfaces(
    "#ffffff", "#f5f3ee", "#efece5", ("#1a1c1a", "#565b54"), "#000000", READABLE
)
DARK: Final = Surfaces("#1c1e1b", "#131412", "#171916", ("#eef0ea", "#a9afa5"), "#ffffff", 6.5)


@dataclass(frozen=True, slots=True)
class Accents:
    """The brand in one colour scheme."""

    fill: str  # the primary action, the logo tile
    on_fill: str  # text on the fill
    edge: str  # the line around the fill, visible where the fill itself is not
    ink: str  # accent text, links, icons, outlined buttons, the focus ring
    tint: str  # a card that wants to be seen; a quote
    tint_strong: str  # one's own words; the selected row
    tint_line: str  # the line around a tint; decoration, so no promise of contrast


@dataclass(frozen=True, slots=True)
class Brand:
    """Everything a page may paint in the biller's colour."""

    hex: str
    light: Accents
    dark: Accents


@dataclass(frozen=True, slots=True)
class Look:
    """What templates know as ``brand``: the declarations for the nonce'd style, and the mark."""

    css: str
    initial: str
    logo_url: str


def look(name: str, hex_colour: str, logo_url: str = "") -> Look:
    """The ``brand`` of a page's context."""
    return Look(css=brand_css(hex_colour), initial=name.strip()[:1].upper(), logo_url=logo_url)


def valid_hex(text: str) -> str:
    """``#rrggbb`` in lower case; a short ``#rgb`` is written out, anything else is refused."""
    tidy = text.strip().lower()
    if re.fullmatch(r"#[0-9a-f]{3}", tidy, flags=re.ASCII):
        return "#" + "".join(digit * 2 for digit in tidy[1:])
    if not re.fullmatch(r"#[0-9a-f]{6}", tidy, flags=re.ASCII):
        raise Refused(N_("“{text}” is not a colour. Write it like #0b5d4e."), text=text[:20])
    return tidy


def brand(hex_colour: str) -> Brand:
    """Derive every accent of one brand colour."""
    own = valid_hex(hex_colour)
    return Brand(own, light=_accents(own, LIGHT), dark=_accents(own, DARK))


@lru_cache(maxsize=1024)
def brand_css(hex_colour: str) -> str:
    """Custom properties for a ``<style nonce>``: a pair of colours each, one per scheme."""
    own = brand(hex_colour)
    names = {
        "--brand": "fill",
        "--on-brand": "on_fill",
        "--brand-edge": "edge",
        "--brand-ink": "ink",
        "--tint": "tint",
        "--tint-strong": "tint_strong",
        "--tint-line": "tint_line",
    }
    pairs = (
        f"{name}:light-dark({getattr(own.light, part)},{getattr(own.dark, part)})"
        for name, part in names.items()
    )
    return ":root{" + ";".join(pairs) + "}"


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2: 1 (the same) to 21 (black on white)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _accents(own: str, on: Surfaces) -> Accents:
    first_ink = _ink(own, on, on.all)
    source = own if on is LIGHT and contrast(own, on.card) >= NOTICEABLE else first_ink
    tint = _tint(source, on, 0.09)
    tint_strong = _tint(source, on, 0.15)
    ink = _ink(own, on, (*on.all, tint, tint_strong))
    fill = _fill(own, ink, on)
    edge = fill if contrast(fill, on.card) >= VISIBLE else ink
    return Accents(
        fill=fill,
        on_fill=_on(fill),
        edge=edge,
        ink=ink,
        tint=tint,
        tint_strong=tint_strong,
        tint_line=_mix(on.card, source, 0.3),
    )


def _ink(own: str, on: Surfaces, under: tuple[str, ...]) -> str:
    """The brand as text: moved until it can be read on everything it may stand on."""
    return _moved(own, on.strong, lambda c: all(contrast(c, s) >= on.target for s in under))


def _fill(own: str, ink: str, on: Surfaces) -> str:
    """The brand itself where it can be: lifted in the dark, replaced where it would vanish."""
    if on is DARK:
        return _moved(own, on.strong, lambda c: contrast(c, on.card) >= VISIBLE)
    return own if contrast(own, on.card) >= NOTICEABLE else ink


def _on(fill: str) -> str:
    """White if it can be read, else the page's ink, else black; white or black always can."""
    words = ("#ffffff", LIGHT.texts[0], "#000000")
    return next(word for word in words if contrast(word, fill) >= READABLE)


def _tint(own: str, on: Surfaces, share: float) -> str:
    """A breath of the brand in the card, thinned until the page's own texts stay readable."""
    shares = (share * (STEPS - step) / STEPS for step in range(STEPS))
    tints = (_mix(on.card, own, part) for part in shares)
    fits = (tint for tint in tints if all(contrast(text, tint) >= READABLE for text in on.texts))
    return next(fits, on.card)


def _moved(own: str, towards: str, enough: Callable[[str], bool]) -> str:
    """The nearest colour on the way to black or white that is enough."""
    for step in range(STEPS):
        candidate = _mix(own, towards, step / STEPS)
        if enough(candidate):
            return candidate
    return towards


def _mix(one: str, other: str, share: float) -> str:
    """``share`` of the other colour, mixed in OKLab as CSS ``color-mix(in oklab)`` does."""
    mixed = (a + (b - a) * share for a, b in zip(_lab(one), _lab(other), strict=True))
    return _hex(*mixed)


def _channels(colour: str) -> tuple[float, float, float]:
    """The three channels, linear in light."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return _linear(red), _linear(green), _linear(blue)


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _luminance(colour: str) -> float:
    red, green, blue = _channels(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _lab(colour: str) -> Lab:
    """OKLab, by the matrices of its definition (B. Ottosson, public domain; also CSS Color 4)."""
    r, g, b = _channels(colour)
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    medium = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _hex(light: float, a: float, b: float) -> str:
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    channels = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    return "#" + "".join(f"{_byte(value):02x}" for value in channels)


def _byte(linear: float) -> int:
    held = min(max(linear, 0.0), 1.0)
    value = held * 12.92 if held <= 0.0031308 else 1.055 * held ** (1 / 2.4) - 0.055
    return round(value * 255)
