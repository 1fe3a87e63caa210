"""A picture as it came, drawn anew: upright, of bearable size, with nothing else in it.

What a picture carries besides itself (where it was taken, by which telephone, a program hidden
behind it) does not survive the drawing. Its size stands in its head and is looked at before
anything is unpacked, and one picture at a time is unpacked in a process.
"""

import threading
import warnings
from dataclasses import dataclass
from io import BytesIO
from typing import Final

import pillow_heif
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from invoices.errors import N_, Refused
from messaging.files.rules import FileKind, Form

PIXELS_MAX: Final = 50_000_000  # the largest that telephones take
SIDE_MAX: Final = 2_560  # a photographed letter can still be read
SMALL_SIDE: Final = 480
_PIL_NAMES: Final = {Form.PNG: "PNG", Form.JPEG: "JPEG", Form.HEIC: "HEIF"}

pillow_heif.register_heif_opener(thumbnails=False)
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture drawn anew, and a small one for the conversation."""

    kind: FileKind
    data: bytes
    small: bytes
    width: int
    height: int


def drawn_anew(raw: bytes, form: Form, name: str) -> Picture:
    """The picture, at most SIDE_MAX wide and high: PNG stays PNG, all else becomes JPEG.

    Refused where it cannot be read, or has more than PIXELS_MAX.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with _one_at_a_time:
                # Whoever draws papers in this process may have told Pillow to bear broken pictures.
                ImageFile.LOAD_TRUNCATED_IMAGES = False
                picture = Image.open(BytesIO(raw), formats=[_PIL_NAMES[form]])
                if picture.width * picture.height > PIXELS_MAX:
                    raise Image.DecompressionBombError
                return _drawn(picture, form)
    except Image.DecompressionBombError:
        raise Refused(
            N_("“{name}” has too many pixels. Make it smaller, then send it again."), name=name
        ) from None
    except (
        UnidentifiedImageError,
        OSError,
        EOFError,
        SyntaxError,
        ValueError,
        RuntimeError,  # what libheif says of a file it cannot read
        OverflowError,
    ):
        raise Refused(
            N_("“{name}” cannot be read as a picture. Save it again and send that."), name=name
        ) from None


def _drawn(picture: Image.Image, form: Form) -> Picture:
    picture.draft("RGB", (SIDE_MAX, SIDE_MAX))  # JPEG alone can unpack itself smaller
    picture.load()
    upright = ImageOps.exif_transpose(picture)
    see_through = upright.has_transparency_data
    upright = upright.convert("RGBA" if see_through else "RGB")
    upright.thumbnail((SIDE_MAX, SIDE_MAX))
    kind = FileKind.PNG if form == Form.PNG else FileKind.JPEG
    small = upright.copy()
    small.thumbnail((SMALL_SIDE, SMALL_SIDE))
    return Picture(
        kind, _saved(upright, kind), _saved(small, FileKind.JPEG), upright.width, upright.height
    )


def _saved(picture: Image.Image, kind: FileKind) -> bytes:
    if kind == FileKind.JPEG and picture.mode == "RGBA":
        white = Image.new("RGB", picture.size, "white")
        white.paste(picture, mask=picture.getchannel("A"))
        picture = white
    # A new picture holds no comments, places or profiles of the old one.
    clean = Image.new(picture.mode, picture.size)
    clean.paste(picture)
    out = BytesIO()
    if kind == FileKind.PNG:
        clean.save(out, "PNG", optimize=True)
    else:
        clean.save(out, "JPEG", quality=85, progressive=True)
    return out.getvalue()
