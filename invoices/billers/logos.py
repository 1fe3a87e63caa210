"""A logo as it came, made into one that is safe to serve: our own small PNG."""

import warnings
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from invoices.errors import N_, Refused

LARGEST_FILE_BYTES: Final = 2 * 1024 * 1024
LARGEST_PIXELS: Final = 25_000_000
LARGEST_SIDE: Final = 512
# Told apart by content. SVG is a document that can run scripts, so it is not among them.
FORMATS: Final = ("PNG", "JPEG", "WEBP")


def logo_of(raw: bytes) -> bytes:
    """The picture drawn anew as PNG, at most LARGEST_SIDE wide and high, with nothing else in it.

    Refuses what is too large or is not a PNG, JPEG or WebP picture by content.
    """
    if len(raw) > LARGEST_FILE_BYTES:
        raise Refused(
            N_("The logo is larger than {megabytes} MB."), megabytes=LARGEST_FILE_BYTES // 2**20
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(BytesIO(raw), formats=FORMATS)
        # The size stands in the file's head: nothing is unpacked before it is known.
        if picture.width * picture.height > LARGEST_PIXELS:
            raise Refused(N_("The logo has too many pixels; make it smaller."))
        upright = ImageOps.exif_transpose(picture).convert("RGBA")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError):
        raise Refused(N_("The logo must be a PNG, JPEG or WebP picture.")) from None
    upright.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    out = BytesIO()
    # A new picture holds no comments, places or profiles of the old one.
    clean = Image.new("RGBA", upright.size)
    clean.paste(upright)
    clean.save(out, "PNG", optimize=True)
    return out.getvalue()
