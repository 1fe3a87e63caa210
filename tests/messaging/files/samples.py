"""Files as people and others send them, made on the spot."""

import struct
import zipfile
import zlib
from io import BytesIO

import pillow_heif
from PIL import Image, PngImagePlugin

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\nstartxref\n9\n%%EOF\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(document.domain)</script>"
SHELL = b"#!/bin/sh\nrm -rf ~\n"
WINDOWS = b"MZ" + b"\0" * 200
GIF = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"


def a_photo(form: str = "JPEG", size: tuple[int, int] = (600, 400)) -> bytes:
    """A photograph on its side, which knows where it was taken; red on the left, blue below."""
    picture = Image.new("RGB", size, "#c8102e")
    picture.paste("#00205b", (0, size[1] // 2, size[0], size[1]))
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "Secret Telephone"
    exif.get_ifd(0x8825)[2] = (59.0, 54.0, 50.0)  # where
    out = BytesIO()
    if form == "HEIF":
        pillow_heif.from_pillow(picture).save(out, exif=exif.tobytes())
    else:
        picture.save(out, form, exif=exif.tobytes(), comment="Secret words")
    return out.getvalue()


def a_png(size: tuple[int, int] = (40, 30), *, alpha: bool = False) -> bytes:
    """A small PNG with words beside the picture."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "Secret words")
    out = BytesIO()
    Image.new("RGBA" if alpha else "RGB", size, "#0b5d4e").save(out, "PNG", pnginfo=info)
    return out.getvalue()


def a_zip_bomb() -> bytes:
    """A few bytes that unpack to many."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("0", b"\0" * 20_000_000)
    return out.getvalue()


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def a_picture_bomb(width: int = 60_000, height: int = 60_000) -> bytes:
    """A PNG that says it is huge, and packs it small."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1_000_000)
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")
    )


def a_word_bomb() -> bytes:
    """A small PNG whose comment unpacks to many bytes."""
    good = a_png()
    words = _chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"\0" * 80_000_000))
    return good[:33] + words + good[33:]
