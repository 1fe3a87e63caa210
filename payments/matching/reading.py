"""A payment read: what its reference and its words may be, before anything is looked up. Pure."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from invoices.documents.references import bare
from payments.matching import words
from payments.matching.damage import Form, near
from payments.matching.words import About, Number

TEXT_REFERENCE_MIN = 6  # digits of a free text that may be a reference
NUMBER_MIN = 3  # digits of a number that may be an invoice's or a customer's
TOKENS_MAX = 4  # runs of digits that are taken for damaged references


class Line(NamedTuple):
    """The columns of a bank line that matching needs; lines come by the hundred thousand."""

    pk: int
    account_id: int
    kind: str
    amount_minor: int
    currency: str
    booked_on: date
    reference: str
    parts: Sequence[tuple[str, int | None]]
    text: str = ""
    payer_name: str = ""
    payer_account: str = ""


class Reading(NamedTuple):
    """``whole`` may be references as they stand -> the evidence that would be; ``near`` are what
    damaged ones may have been -> the damage; ``codes`` are numbers with their letters.
    """

    own: str
    whole: dict[str, str]
    near: dict[str, str]
    numbers: tuple[Number, ...]
    codes: tuple[str, ...]
    alone: bool = False  # nothing is written but one number

    @property
    def references(self) -> list[str]:
        """All references to look up."""
        return [*self.whole, *self.near]

    @property
    def invoice_numbers(self) -> list[str]:
        """All that may be an invoice's number."""
        digits = [n.digits for n in self.numbers if n.about != About.CUSTOMER]
        return [*digits, *self.codes]

    @property
    def customer_numbers(self) -> list[str]:
        """All that may be a customer's number."""
        digits = [n.digits for n in self.numbers if n.about != About.INVOICE]
        return [*digits, *self.codes]


def references_of(line: Line) -> list[tuple[str, int | None]]:
    """The bare references a line names, each with its amount where the file says one."""
    own = bare(line.reference)
    parts = [(bare(reference), amount) for reference, amount in line.parts]
    if not parts or (own and own not in {reference for reference, _ in parts}):
        return [(own, None), *parts]
    return parts


def read(line: Line, forms: Sequence[Form]) -> Reading:
    """Read a line whose references alone do not settle it."""
    own = bare(line.reference)
    named = [reference for reference, _ in references_of(line) if reference]
    whole = dict.fromkeys(named, "exact")
    tokens = list(words.runs(line.reference))
    for run in tokens:
        whole.setdefault(run, "separators")
    if line.text:
        runs = [run for run in words.runs(line.text) if len(run) >= TEXT_REFERENCE_MIN]
        for run in runs:
            whole.setdefault(run, "in_text")
        tokens = tokens or runs
    plain = own.isdecimal() and not line.text
    written = f"{line.reference}\n{line.text}"
    numbers = (Number(own),) if plain else tuple(words.numbers(written))
    numbers = tuple(n for n in numbers if len(n.digits) >= NUMBER_MIN)
    alone = len(numbers) == 1 and not any(c.isalpha() for c in written)
    tokens += [n.digits for n in numbers if n.about == About.REFERENCE]
    found: dict[str, str] = {}
    for token in dict.fromkeys(tokens[:TOKENS_MAX]):
        found |= {ref: name for ref, name in near(token, forms).items() if ref not in whole}
    codes = () if plain else tuple(words.codes(written))
    return Reading(own, whole, found, numbers + _unfilled(numbers), codes, alone)


def _unfilled(numbers: Sequence[Number]) -> tuple[Number, ...]:
    """Numbers that were filled up with zeros, without these: 00020445 is invoice 20445."""
    bare_ones = (n._replace(digits=n.digits.lstrip("0")) for n in numbers if n.digits[0] == "0")
    return tuple(n for n in bare_ones if len(n.digits) >= NUMBER_MIN)
