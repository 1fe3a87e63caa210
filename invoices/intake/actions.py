"""The only writer of imports: a file of invoice lines becomes customers and issued invoices."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from invoices import clock
from invoices.billers.models import Agreement, Biller
from invoices.customers.actions import CustomerDraft, register_customers
from invoices.customers.models import ContactPoint
from invoices.documents.actions import issue_invoices
from invoices.documents.drafts import InvoiceDraft, is_allowed
from invoices.documents.links.actions import make_link
from invoices.documents.models import Invoice
from invoices.errors import N_
from invoices.history.actors import Actor
from invoices.intake import csv_format, queries
from invoices.intake.columns import Column
from invoices.intake.grouping import (
    Bill,
    Person,
    bills_of,
    misfits,
    people_of,
    repeated_references,
)
from invoices.intake.models import IntakeFile
from invoices.intake.problems import IntakeRefused, Problem

# Longer numbers are never reached by the biller's own series.
SERIES_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Link:
    """A secret link just made; its token is kept nowhere else."""

    number: str
    reference: str
    token: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a file. ``sum_minor`` is all its invoices together, VAT included."""

    invoices: int
    customers_new: int
    customers_known: int
    sum_minor: int
    notes: Sequence[str]
    links: list[Link] = field(default_factory=list)


def import_invoices(
    biller: Biller,
    name: str,
    raw: bytes,
    *,
    actor: Actor,
    dry_run: bool = False,
    links: bool = False,
) -> Imported:
    """Issue every invoice of a CSV file, or none: IntakeRefused tells all that must be mended.

    Customers that are not there yet are made, in the biller's language; those that are keep what
    is known of them. The same bytes are never imported twice. ``links`` makes a secret link for
    each invoice. ``dry_run`` does all of it and rolls it back; its links would be dead, so it
    makes none.
    """
    sheet = csv_format.read(raw, country=biller.country, currency=biller.currency)
    bills, differences = bills_of(sheet.entries)
    people, contradictions = people_of(sheet.entries)
    problems = [*sheet.problems, *differences, *contradictions, *repeated_references(bills)]
    if not sheet.problems:  # a sum means something only when every row is in it
        problems += misfits(bills)
    with transaction.atomic():
        # One import of a biller at a time; rows that refer to the biller need not wait (no key).
        biller = Biller.objects.select_for_update(no_key=True).get(pk=biller.pk)
        digest = hashlib.sha256(raw).digest()
        problems += _known_file(biller, digest) or _clashes(biller, bills)
        if problems:
            raise IntakeRefused(problems)
        customers_known = queries.known_customers(biller.pk, list(people))
        invoice_ids = _issue(biller, bills, people, actor)
        IntakeFile.objects.create(
            biller=biller, name=name[:200], sha256=digest, invoices=len(bills), at=clock.now()
        )
        made = _links(invoice_ids, actor) if links and not dry_run else []
        if dry_run:
            transaction.set_rollback(True)
    return Imported(
        invoices=len(bills),
        customers_new=len(people) - customers_known,
        customers_known=customers_known,
        sum_minor=sum(bill.total_minor for bill in bills),
        notes=sheet.notes,
        links=made,
    )


def _known_file(biller: Biller, digest: bytes) -> list[Problem]:
    known = IntakeFile.objects.filter(biller=biller, sha256=digest).first()
    if known is None:
        return []
    template = N_("This file was imported on {day} as {name}. Its invoices are issued already.")
    return [Problem(None, None, template, {"day": known.at.date().isoformat(), "name": known.name})]


def _clashes(biller: Biller, bills: Sequence[Bill]) -> Iterator[Problem]:
    """Numbers and references that the biller's books do not let in."""
    agreement = Agreement.objects.get(biller=biller, is_default=True)
    numbers = queries.issued_numbers(biller.pk, [bill.first.number for bill in bills])
    references = queries.used_references(agreement.pk, [bill.first.reference for bill in bills])
    for bill in bills:
        row, number, reference = bill.first.row, bill.first.number, bill.first.reference
        if number in numbers:
            issued = N_("Invoice {number} is issued already. Take its rows out of the file.")
            yield Problem(row, Column.NUMBER, issued, {"number": number})
        elif reference in references:
            used = N_("An issued invoice has the reference {reference}. Leave the cell empty.")
            yield Problem(row, Column.REFERENCE, used, {"reference": reference})
        if reference and not is_allowed(reference, agreement):
            invalid = N_(
                "{reference} is not a reference under the agreement with the bank."
                " Leave the cell empty and one is made."
            )
            yield Problem(row, Column.REFERENCE, invalid, {"reference": reference})


def _issue(
    biller: Biller, bills: Sequence[Bill], people: Mapping[str, Person], actor: Actor
) -> list[int]:
    drafts = [
        CustomerDraft(number, person.name, biller.language, contact_points=_points(person))
        for number, person in people.items()
    ]
    customers = register_customers(drafts, biller=biller)
    _move_series(biller, bills)
    return issue_invoices(
        [
            InvoiceDraft(
                *customers[bill.first.customer_no],
                issued_on=bill.first.issued_on,
                due_on=bill.first.due_on,
                lines=bill.lines,
                number=bill.first.number,
                reference=bill.first.reference,
            )
            for bill in bills
        ],
        biller=biller,
        actor=actor,
    )


def _points(person: Person) -> tuple[tuple[str, str], ...]:
    """E-mail is tried first, then phone, then paper."""
    points = (
        (ContactPoint.Kind.EMAIL, person.email),
        (ContactPoint.Kind.PHONE, person.phone),
        (ContactPoint.Kind.ADDRESS, person.address),
    )
    return tuple((kind.value, value) for kind, value in points if value)


def _move_series(biller: Biller, bills: Sequence[Bill]) -> None:
    """The biller's own series goes on after the numbers in the file, never into them."""
    taken = [
        int(number)
        for bill in bills
        if (number := bill.first.number).isascii()
        and number.isdecimal()
        and len(number) <= SERIES_DIGITS
    ]
    if taken:
        Biller.objects.filter(pk=biller.pk, next_invoice_no__lte=max(taken)).update(
            next_invoice_no=max(taken) + 1
        )


def _links(invoice_ids: Sequence[int], actor: Actor) -> list[Link]:
    invoices = Invoice.objects.filter(pk__in=invoice_ids).order_by("pk")
    return [
        Link(invoice.number, invoice.reference, make_link(invoice, made_for="import", actor=actor))
        for invoice in invoices
    ]
