"""What a room of the bench reports, as one aligned table or as JSON."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of ours beside the floor measured in the same run.

    ``ratio`` is ours / floor. ``aim`` bounds the ratio, from above where lower is better and from
    below where higher is; ``of="ours"`` lets it bound our own figure instead (in ``unit``).
    """

    room: str
    name: str
    ours: float
    floor: float
    ratio: float
    aim: float
    better: Literal["higher", "lower"]
    unit: str
    note: str = ""
    of: Literal["ratio", "ours"] = "ratio"

    @property
    def ok(self) -> bool:
        """Whether the aim is reached; a figure that is no number never reaches it."""
        reached = self.ours if self.of == "ours" else self.ratio
        return reached >= self.aim if self.better == "higher" else reached <= self.aim

    @property
    def aim_text(self) -> str:
        """The aim as it is read: ``<= 1.5 x`` or ``<= 30 kB``."""
        sign = ">=" if self.better == "higher" else "<="
        return f"{sign} {self.aim:g} {'x' if self.of == 'ratio' else self.unit}"


HEADS = ("room", "what", "ours", "floor", "unit", "ratio", "aim", "", "note")
RIGHT = {2, 3, 5}


def table(rows: Sequence[Row]) -> str:
    """All rows as one aligned table for a terminal."""
    cells = [HEADS, *map(_cells, rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEADS))]
    lines = [
        "  ".join(
            cell.rjust(width) if column in RIGHT else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in cells
    ]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


def as_json(rows: Sequence[Row]) -> str:
    """All rows as a JSON list."""
    names = ("room", "name", "ours", "floor", "ratio", "aim", "ok")
    return json.dumps([{name: getattr(row, name) for name in names} for row in rows], indent=1)


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.room,
        row.name,
        _figure(row.ours),
        _figure(row.floor),
        row.unit,
        f"{row.ratio:.2f} x",
        row.aim_text,
        "ok" if row.ok else "MISSED",
        row.note,
    )


def _figure(value: float) -> str:
    if abs(value) >= 1_000:
        return f"{value:,.0f}"
    return f"{value:.3g}"
