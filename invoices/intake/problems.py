"""What is wrong with a file, cell by cell. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from invoices.errors import N_, OutsideError, plain
from invoices.intake.columns import Column


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend. ``row`` as a spreadsheet counts: 1 is the heading; None is the file."""

    row: int | None
    column: Column | None
    template: str
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """The sentence in English: what stands there, and what to write instead."""
        return self.template.format(**plain(self.values))


class IntakeRefused(OutsideError):
    """A file that has problems: all of them are told, and nothing of it is imported."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(
            N_("{count} things in the file must be mended; nothing was imported."),
            count=len(problems),
        )
        self.problems = sorted(problems, key=lambda each: each.row or 0)
