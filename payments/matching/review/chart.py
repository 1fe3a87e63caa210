"""The chart of the weeks: where each bar stands. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720, 220
TOP, BOTTOM, GAP = 24, 28, 10


@dataclass(frozen=True, slots=True)
class Bar:
    """One week: all payments, of them those booked by themselves, of them those undone since."""

    x: int
    width: int
    middle: int
    all_y: int
    all_height: int
    auto_y: int
    auto_height: int
    undone_height: int
    label: str
    all: int


def bars(weeks: Sequence[tuple[str, int, int, int]]) -> list[Bar]:
    """The bars of weeks (label, all, by itself, undone), zero-based, all on one scale."""
    if not weeks:
        return []
    most = max((every for _, every, _, _ in weeks), default=0) or 1
    room = HEIGHT - TOP - BOTTOM
    step = WIDTH // len(weeks)
    base = HEIGHT - BOTTOM

    def height(count: int) -> int:
        return max(round(room * count / most), 1) if count else 0

    return [
        Bar(
            x=place * step + GAP // 2,
            width=step - GAP,
            middle=place * step + step // 2,
            all_y=base - height(every),
            all_height=height(every),
            auto_y=base - height(auto),
            auto_height=height(auto),
            undone_height=height(undone),
            label=label,
            all=every,
        )
        for place, (label, every, auto, undone) in enumerate(weeks)
    ]
