"""Draws the PNG forms of static/img/nota.svg, for telephones that want no SVG.

    uv run python -m config.marks

Run it when the mark changes; a test compares.
"""

from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw

FOLDER: Final = Path(__file__).resolve().parent.parent / "static" / "img"
INK, PAPER = "#2f4858", "#ffffff"
# The SVG's own figures, on its field of 32.
FIELD, ROUND, STROKE = 32, 9, 3
LETTER: Final = ((10, 23), (10, 9), (22, 23), (22, 9))
FINER: Final = 4  # drawn larger and scaled down, for smooth edges
# name: size, and whether the ground fills the whole square, for systems that cut their own shape.
MARKS: Final = {
    "nota-192.png": (192, False),
    "nota-512.png": (512, False),
    "nota-whole-512.png": (512, True),
}


def mark(size: int, *, whole: bool) -> Image.Image:
    """The mark in ``size`` pixels."""
    side = size * FINER
    unit = side / FIELD
    picture = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((0, 0, side - 1, side - 1), radius=0 if whole else ROUND * unit, fill=INK)
    points = [(x * unit, y * unit) for x, y in LETTER]
    pen.line(points, fill=PAPER, width=round(STROKE * unit))
    half = STROKE * unit / 2
    for x, y in points:  # round ends and corners
        pen.ellipse((x - half, y - half, x + half, y + half), fill=PAPER)
    return picture.resize((size, size), Image.Resampling.LANCZOS).quantize(64)


if __name__ == "__main__":
    for name, (size, whole) in MARKS.items():
        mark(size, whole=whole).save(FOLDER / name, optimize=True)
