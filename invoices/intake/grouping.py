"""From rows to invoices and customers, and what contradicts itself between rows. Pure.

Rows with the same invoice number are one invoice, wherever they stand. Rows without a number are
one invoice as long as they follow each other with the same customer, reference and dates.
What is said of a customer must be the same in all its rows; an empty cell says nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from invoices.documents.amounts import LineDraft
from invoices.errors import N_
from invoices.intake.columns import Column
from invoices.intake.csv_format import Entry
from invoices.intake.problems import Problem
from invoices.money import LARGEST_MINOR

LARGEST_INVOICE_LINES: Final = 1_000
INVOICE_FACTS: Final = {
    "customer_no": Column.CUSTOMER_NO,
    "reference": Column.REFERENCE,
    "issued_on": Column.ISSUED_ON,
    "due_on": Column.DUE_ON,
}
CUSTOMER_FACTS: Final = {
    "name": Column.NAME,
    "email": Column.EMAIL,
    "phone": Column.PHONE,
    "address": Column.ADDRESS,
}


@dataclass(slots=True)
class Bill:
    """The rows of one invoice; the first says what the invoice says."""

    first: Entry
    lines: list[LineDraft]

    @property
    def total_minor(self) -> int:
        return sum(line.net_minor + line.vat_minor for line in self.lines)


@dataclass(slots=True)
class Person:
    """What the rows say of one customer: each fact with the row that said it first."""

    name: str
    email: str = ""
    phone: str = ""
    address: str = ""
    said_in: dict[str, int] = field(default_factory=dict)


def bills_of(entries: Sequence[Entry]) -> tuple[list[Bill], list[Problem]]:
    """The invoices in the order of their first rows, and the rows that do not fit in them."""
    bills: list[Bill] = []
    problems: list[Problem] = []
    by_number: dict[str, Bill] = {}
    last: Bill | None = None
    for entry in entries:
        line = LineDraft(
            entry.text,
            entry.unit_price_minor,
            entry.vat_basis_points,
            entry.quantity_milli,
            nature=entry.nature,
        )
        bill = by_number.get(entry.number) if entry.number else _going_on(last, entry)
        if bill is None:
            bill = Bill(entry, [line])
            bills.append(bill)
            if entry.number:
                by_number[entry.number] = bill
        else:
            problems += _differences(bill.first, entry)
            bill.lines.append(line)
        last = bill
    return bills, problems


def _going_on(last: Bill | None, entry: Entry) -> Bill | None:
    """The invoice before, if it has no number either and the row belongs to it."""
    if last is None or last.first.number:
        return None
    same = all(getattr(last.first, fact) == getattr(entry, fact) for fact in INVOICE_FACTS)
    return last if same else None


def _differences(first: Entry, entry: Entry) -> Iterator[Problem]:
    for fact, column in INVOICE_FACTS.items():
        before, here = getattr(first, fact), getattr(entry, fact)
        if before != here:
            yield Problem(
                entry.row,
                column,
                N_("Row {row} of invoice {number} says “{before}”; here stands “{here}”."),
                {"row": first.row, "number": first.number, "before": before, "here": here},
            )


def misfits(bills: Sequence[Bill]) -> Iterator[Problem]:
    """The invoices that have too many lines, nothing to pay, or too much."""
    return chain.from_iterable(map(_misfits, bills))


def _misfits(bill: Bill) -> Iterator[Problem]:
    if len(bill.lines) > LARGEST_INVOICE_LINES:
        yield Problem(
            bill.first.row,
            None,
            N_("The invoice has {found} lines; {largest} is the most."),
            {"found": len(bill.lines), "largest": LARGEST_INVOICE_LINES},
        )
    total = bill.total_minor
    if total <= 0:
        yield Problem(
            bill.first.row,
            Column.UNIT_PRICE,
            N_("The invoice comes to {total}, nothing to pay. Send a credit note instead."),
            {"total_minor": total},
        )
    if total > LARGEST_MINOR:
        yield Problem(
            bill.first.row,
            Column.UNIT_PRICE,
            N_("The invoice comes to {total}, larger than any amount we handle."),
            {"total_minor": total},
        )


def people_of(entries: Sequence[Entry]) -> tuple[dict[str, Person], list[Problem]]:
    """Customer number -> what the rows say of the customer, and the rows that say otherwise."""
    people: dict[str, Person] = {}
    problems: list[Problem] = []
    for entry in entries:
        person = people.get(entry.customer_no)
        if person is None:
            person = people[entry.customer_no] = Person(entry.name)
            person.said_in["name"] = entry.row
        for fact, column in CUSTOMER_FACTS.items():
            here, before = getattr(entry, fact), getattr(person, fact)
            if here and not before:
                setattr(person, fact, here)
                person.said_in[fact] = entry.row
            elif here and here != before:
                said = {"row": person.said_in[fact], "number": entry.customer_no}
                problems.append(
                    Problem(
                        entry.row,
                        column,
                        N_("Row {row} says “{before}” of customer {number}; here is “{here}”."),
                        {**said, "before": before, "here": here},
                    )
                )
    return people, problems


def repeated_references(bills: Sequence[Bill]) -> Iterator[Problem]:
    """The invoices that use a reference which an earlier one in the file uses."""
    seen: dict[str, int] = {}
    for bill in bills:
        reference, row = bill.first.reference, bill.first.row
        if reference and reference in seen:
            yield Problem(
                row,
                Column.REFERENCE,
                N_("Another invoice, in row {row}, has the reference {reference}."),
                {"row": seen[reference], "reference": reference},
            )
        seen.setdefault(reference, row)
