"""Pictures are drawn anew; what cannot be is refused before it is unpacked."""

import time
from io import BytesIO

import pytest
from PIL import Image, ImageFile

from invoices.errors import Refused
from messaging.files.checks import check_all
from messaging.files.pictures import SIDE_MAX, SMALL_SIDE
from messaging.files.rules import FileKind
from tests.messaging.files import samples


@pytest.mark.parametrize("form", ["JPEG", "HEIF", "PNG"])
def test_a_photo_is_drawn_upright_without_what_it_carried(form: str) -> None:
    if form == "PNG":
        raw, name = samples.a_png(), "x.png"
    else:
        raw, name = samples.a_photo(form), "x.heic" if form == "HEIF" else "x.jpg"
    assert b"Secret" in raw

    (kept,) = check_all([(name, raw)])

    picture = Image.open(BytesIO(kept.data))
    assert kept.kind == (FileKind.PNG if form == "PNG" else FileKind.JPEG)
    assert (picture.width, picture.height) == (kept.width, kept.height)
    assert b"Secret" not in kept.data + (kept.small or b"")
    assert not picture.getexif()
    if form != "PNG":
        assert (kept.width, kept.height) == (400, 600)  # it lay on its side
        left, right = (picture.convert("RGB").getpixel((x, 300)) for x in (20, 380))
        assert isinstance(left, tuple)
        assert isinstance(right, tuple)
        # What lay below stands on the left.
        assert left[2] > left[0]
        assert right[0] > right[2]


def test_a_large_picture_becomes_smaller_and_has_a_small_one() -> None:
    (kept,) = check_all([("x.jpg", samples.a_photo(size=(4_000, 3_000)))])

    small = Image.open(BytesIO(kept.small or b""))
    assert (kept.width, kept.height) == (SIDE_MAX * 3 // 4, SIDE_MAX)
    assert max(small.size) == SMALL_SIDE


def test_what_can_be_seen_through_stays_so_and_stands_on_white_when_small() -> None:
    (kept,) = check_all([("x.png", samples.a_png(alpha=True))])

    assert Image.open(BytesIO(kept.data)).mode == "RGBA"
    assert Image.open(BytesIO(kept.small or b"")).format == "JPEG"


def test_a_pdf_is_kept_as_it_came() -> None:
    (kept,) = check_all([("faktura.pdf", samples.PDF)])

    assert (kept.kind, kept.data, kept.small) == (FileKind.PDF, samples.PDF, None)


def test_what_is_hidden_behind_a_picture_is_gone() -> None:
    raw = samples.a_photo() + samples.HTML + samples.a_zip_bomb()

    (kept,) = check_all([("x.jpg", raw)])

    assert b"<script" not in kept.data
    assert b"PK\x03\x04" not in kept.data


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (samples.a_picture_bomb(), "too many pixels"),
        (samples.a_picture_bomb(10_000, 5_001), "too many pixels"),
        (samples.a_word_bomb(), "cannot be read as a picture"),
        (samples.a_png()[:60], "cannot be read as a picture"),
        (samples.a_photo()[:400], "cannot be read as a picture"),
        (samples.a_photo("HEIF")[:400], "cannot be read as a picture"),
        (b"\x89PNG\r\n\x1a\n", "cannot be read as a picture"),
        (b"\xff\xd8\xff" + samples.HTML, "cannot be read as a picture"),
        (b"\x00\x00\x00\x18ftypheic" + samples.HTML, "cannot be read as a picture"),
    ],
)
def test_bombs_and_broken_pictures_are_refused_unpacked_by_nobody(raw: bytes, words: str) -> None:
    began = time.process_time()

    with pytest.raises(Refused, match=words):
        check_all([("x.png", raw)])

    assert time.process_time() - began < 5  # a bomb that went off takes minutes


def test_one_that_cannot_be_taken_refuses_all_of_them_by_its_name() -> None:
    with pytest.raises(Refused, match=r"“virus\.exe”"):
        check_all([("good.pdf", samples.PDF), ("virus.exe", samples.WINDOWS)])


def test_a_broken_picture_is_refused_though_others_bear_such(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)

    with pytest.raises(Refused, match="cannot be read"):
        check_all([("bomb.png", samples.a_word_bomb())])
