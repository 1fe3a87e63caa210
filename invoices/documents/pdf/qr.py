"""A QR code as a small SVG. Pure."""

import base64
from functools import lru_cache

import segno


@lru_cache(maxsize=1_024)
def qr_picture(text: str) -> str:
    """The text as a picture for a screen, light or dark: a ``data:`` address of black on white.

    It names its namespace, without which browsers draw no SVG that stands by itself.
    """
    code = segno.make(text, error="m", micro=False)
    return code.svg_data_uri(border=4, dark="#000", light="#fff", omitsize=True)


def data_url(svg: str) -> str:
    """An SVG as an address that needs no network."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


def qr_svg(text: str) -> str:
    """The text as an SVG of dark squares on nothing, with the quiet zone of four modules.

    Error correction M: it still reads after a fold or a coffee stain.
    """
    code = segno.make(text, error="m", micro=False)
    return code.svg_inline(border=4, dark="#000", omitsize=True)
