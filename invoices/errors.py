"""What can go wrong, and who is told. Pure.

    NotaError
    |-- Refused               a person asked for the impossible: shown to that person (422)
    `-- OutsideError          the outside world sent or answered something we cannot use
        `-- FormatError       a file does not follow its specification: the whole file is refused

Everything else that is raised is our own bug and is allowed to crash.

Each error keeps an English sentence *template* and its values apart, so that a page can
translate the template (gettext) and fill in the values in the reader's language.
"""

from collections.abc import Mapping


def N_(template: str) -> str:
    """Mark a sentence for the translation catalogues without translating it here."""
    return template


def plain(values: Mapping[str, object]) -> dict[str, object]:
    """Values for an English template: ``x_minor`` also as ``x`` with two decimals."""
    amounts = {
        name.removesuffix("_minor"): _two_decimals(value)
        for name, value in values.items()
        if name.endswith("_minor") and isinstance(value, int)
    }
    return {**values, **amounts}


def _two_decimals(minor: int) -> str:
    whole, rest = divmod(abs(minor), 100)
    return f"{'-' if minor < 0 else ''}{whole}.{rest:02d}"


class NotaError(Exception):
    """A failure with a sentence that says what happened and what to do about it."""

    def __init__(self, template: str, **values: object) -> None:
        super().__init__(template, values)
        self.template = template
        self.values = values

    def __str__(self) -> str:
        return self.template.format(**plain(self.values))


class Refused(NotaError):
    """A person asked for something that cannot be done; the sentence is fit for that person."""


class OutsideError(NotaError):
    """Something outside did not behave; the border where it entered says what."""


class FormatError(OutsideError):
    """A file that does not follow its specification.

    ``line_no`` counts from 1; it is ``None`` where no single line is at fault.
    """

    def __init__(self, line_no: int | None, template: str, **values: object) -> None:
        super().__init__(template, **values)
        self.line_no = line_no
