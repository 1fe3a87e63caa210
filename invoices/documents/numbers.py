"""The series of a biller: numbers of invoices and payment references, each used once."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import count

from django.db import connection
from django.db.models import F

from invoices.billers.models import Agreement, Biller
from invoices.bulk import array
from invoices.documents.drafts import InvoiceDraft, given_reference, made_reference
from invoices.errors import N_, Refused


@dataclass(frozen=True, slots=True)
class Book:
    """What invoices are issued under."""

    biller: Biller
    agreement: Agreement

    def used_numbers(self, numbers: Iterable[str]) -> set[str]:
        """Those of the numbers that an invoice of the biller has."""
        return _found("number", "biller_id", self.biller.pk, numbers)

    def used_references(self, references: Iterable[str]) -> set[str]:
        """Those of the references that an invoice under the agreement has."""
        return _found("reference", "agreement_id", self.agreement.pk, references)


def numbered(
    drafts: Sequence[InvoiceDraft], book: Book, *, past_used: bool = False
) -> list[InvoiceDraft]:
    """The drafts with every number and reference in place; only blank ones use up the series.

    ``past_used`` asks what is used already and goes past it. That is needed only where somebody
    has brought numbers of their own that lie ahead in the series.
    """

    def serial_numbers(blank: Sequence[int]) -> Iterable[str]:
        return map(str, count(_take(Biller, book.biller.pk, "next_invoice_no", len(blank))))

    def serial_references(blank: Sequence[int]) -> Iterable[str]:
        serials = count(_take(Agreement, book.agreement.pk, "next_serial", len(blank)))
        return (
            made_reference(drafts[place], book.agreement, serial)
            for place, serial in zip(blank, serials, strict=False)
        )

    numbers = _filled(
        [draft.number for draft in drafts],
        serial_numbers,
        book.used_numbers if past_used else None,
    )
    references = _filled(
        [given_reference(draft, book.agreement) for draft in drafts],
        serial_references,
        book.used_references if past_used else None,
    )
    return [
        InvoiceDraft(
            customer_id=draft.customer_id,
            customer_no=draft.customer_no,
            issued_on=draft.issued_on,
            due_on=draft.due_on,
            lines=draft.lines,
            number=number,
            reference=reference,
        )
        for draft, number, reference in zip(drafts, numbers, references, strict=True)
    ]


def refuse_repeated(drafts: Sequence[InvoiceDraft], book: Book) -> None:
    """Refuse numbers and references of the drafts' own that are used, here or in the books."""
    numbers = [draft.number for draft in drafts if draft.number]
    if repeated := _repeated(numbers) or book.used_numbers(numbers):
        raise Refused(
            N_("There is an invoice {number} already. Choose another number."),
            number=min(repeated),
        )
    references = [given for draft in drafts if (given := given_reference(draft, book.agreement))]
    if repeated := _repeated(references) or book.used_references(references):
        raise Refused(
            N_("An invoice has the reference {reference} already. Leave it out and one is made."),
            reference=min(repeated),
        )


def _filled(
    given: Sequence[str],
    make: Callable[[Sequence[int]], Iterable[str]],
    used: Callable[[Iterable[str]], set[str]] | None,
) -> list[str]:
    """``given`` with its blank places filled; what turns out to be used is made again."""
    found, others = list(given), set(given)
    blank = [place for place, value in enumerate(given) if not value]
    while True:  # at least once: the row of the series is locked in any case
        for place, value in zip(blank, make(blank), strict=False):
            found[place] = value
        taken = others | used(found[place] for place in blank) if used else others
        blank = [place for place in blank if found[place] in taken]
        if not blank:
            return found


def _repeated(values: Sequence[str]) -> set[str]:
    seen: set[str] = set()
    return {value for value in values if value in seen or seen.add(value)}  # type: ignore[func-returns-value]


def _take(model: type[Biller] | type[Agreement], pk: int, field: str, count: int) -> int:
    """Take ``count`` numbers of a series; the row lock makes a second writer wait."""
    row = model._default_manager.filter(pk=pk)
    row.update(**{field: F(field) + count})
    return int(row.values_list(field, flat=True).get()) - count


def _found(column: str, owner: str, owner_id: int, values: Iterable[str]) -> set[str]:
    wanted = array(values)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {column} FROM invoices_invoice"  # noqa: S608 - our own names
            f" WHERE {owner} = %s AND {column} = ANY(%s::text[])",
            [owner_id, wanted],
        )
        return {row[0] for row in cursor.fetchall()}
