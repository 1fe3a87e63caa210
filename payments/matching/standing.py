"""How things stand: all that a set of lines may be led to, looked up at once and then locked.

First it is found out which invoices may be meant, then those are locked in order of id by one
statement, then what is left of them is read: nothing that is decided on can change meanwhile.
What only the payer's name leads to is not locked, since nothing is booked on a name.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, LiteralString

from django.db import connection

from invoices.billers.models import Agreement
from invoices.bulk import array
from invoices.documents.queries import paid_of
from invoices.ledger.models import Account
from payments.formats import Kind
from payments.matching.damage import Form
from payments.matching.facts import Earlier, Facts, Open, Statement, together_key
from payments.matching.leads import PAID_LATELY_DAYS
from payments.matching.reading import Line, read, references_of
from payments.matching.words import names_alike

_WORDS = re.compile(r"\w+")
LATELY = timedelta(days=PAID_LATELY_DAYS)
LIVED = timedelta(days=150)  # an invoice paid lately is not older than this

_INVOICES: LiteralString = (
    "SELECT i.id, i.customer_id, i.agreement_id, i.number, i.reference, i.due_on, a.id,"
    " a.debit_minor - a.credit_minor"
    " FROM invoices_invoice i JOIN invoices_account a ON a.invoice_id = i.id"
)


@dataclass
class Standing:
    """``loose`` are the lines that their references alone do not settle. ``credit`` is the
    customer's, so that several invoices of one customer share it.
    """

    biller_id: int
    facts: Facts = field(default_factory=Facts)
    account_of: dict[int, int] = field(default_factory=dict)  # agreement -> payee account
    loose: set[int] = field(default_factory=set)
    credit: Counter[int] = field(default_factory=Counter)


def find(lines: Sequence[Line], biller_id: int, *, for_review: bool = False) -> Standing:
    """Find all that the lines may be led to. ``for_review``: every line is for a person's eyes."""
    standing = Standing(biller_id, Facts(for_review=for_review))
    _agreements(standing)
    _by_reference(standing, {ref for line in lines for ref, _ in references_of(line) if ref})
    _payers(standing, lines)
    loose = [line for line in lines if line.amount_minor > 0 and line.kind == Kind.PAYMENT]
    if not for_review:
        loose = _unsettled(standing, loose)
    standing.loose = {line.pk for line in loose}
    if loose:
        _find_more(standing, loose)
    return standing


def include(standing: Standing, invoice_ids: Collection[int]) -> None:
    """Take in invoices that a person has named: only those of the biller are."""
    rows = _rows(
        f"{_INVOICES} WHERE i.biller_id = %s AND i.id = ANY(%s::bigint[])",
        standing.biller_id,
        array(invoice_ids),
    )
    _taken_in(standing, rows)


def lock(standing: Standing, *, backs: bool) -> None:
    """Lock the invoices found, in order of id, and read what is left of them.

    ``backs``: money may go back, so what was paid and the customers' credit count too.
    """
    facts = standing.facts
    ids = array(facts.invoices)
    _rows(
        "SELECT id FROM invoices_invoice WHERE id = ANY(%s::bigint[]) ORDER BY id"
        " FOR NO KEY UPDATE",
        ids,
    )
    left = _rows(
        "SELECT invoice_id, debit_minor - credit_minor FROM invoices_account"
        " WHERE invoice_id = ANY(%s::bigint[])",
        ids,
    )
    for invoice_id, minor in left:
        facts.invoices[invoice_id].left = minor
    if backs:
        for invoice_id, minor in paid_of(list(facts.invoices)).items():
            facts.invoices[invoice_id].paid = minor
        standing.credit = _credit_of({each.customer_id for each in facts.invoices.values()})


def _agreements(standing: Standing) -> None:
    forms: dict[int, list[Form]] = defaultdict(list)
    for each in Agreement.objects.filter(biller_id=standing.biller_id):
        standing.account_of[each.pk] = each.account_id
        form = Form(each.scheme, each.algorithm, tuple(each.lengths), each.level)
        if form not in forms[each.account_id]:
            forms[each.account_id].append(form)
    standing.facts.forms = forms


def _by_reference(standing: Standing, references: Collection[str]) -> list[Open]:
    """Take in the invoices with these references; two agreements on one account may have given
    out the same one, which then leads nowhere.
    """
    if not references:
        return []
    rows = _rows(
        f"{_INVOICES} WHERE i.biller_id = %s AND i.reference = ANY(%s::text[])",
        standing.biller_id,
        array(references),
    )
    found = _taken_in(standing, rows)
    uses = Counter((invoice.account_id, invoice.reference) for invoice in found)
    for invoice in found:
        key = (invoice.account_id, invoice.reference)
        if uses[key] == 1:
            standing.facts.by_reference[key] = invoice
    return found


def _taken_in(standing: Standing, rows: Iterable[tuple[Any, ...]]) -> list[Open]:
    """The rows of _INVOICES, each invoice the same object however often it is found."""
    found = []
    for pk, customer_id, agreement_id, number, reference, due_on, receivable_id, left in rows:
        invoice = standing.facts.invoices.get(pk)
        if invoice is None:
            account_id = standing.account_of[agreement_id]
            invoice = Open(pk, customer_id, account_id, number, reference, due_on, left)
            invoice.receivable_id = receivable_id
            standing.facts.invoices[pk] = invoice
        found.append(invoice)
    return found


def _payers(standing: Standing, lines: Sequence[Line]) -> None:
    accounts = {line.payer_account for line in lines if line.payer_account}
    if not accounts:
        return
    rows = _rows(
        "SELECT account, array_agg(customer_id) FROM payments_payeraccount"
        " WHERE biller_id = %s AND account = ANY(%s::text[]) GROUP BY 1",
        standing.biller_id,
        array(accounts),
    )
    standing.facts.payers = {account: frozenset(customers) for account, customers in rows}


def _unsettled(standing: Standing, lines: Sequence[Line]) -> list[Line]:
    """The lines that need a closer look: a reference that is nobody's, more than is left of the
    invoice, or a payer who seems to be another customer.
    """
    named: dict[int, Open] = {}
    loose = []
    for line in lines:
        own = [
            standing.facts.by_reference.get((line.account_id, reference))
            for reference, _ in references_of(line)
        ]
        if len(own) == 1 and own[0] is not None and line.amount_minor <= own[0].left:
            named[line.pk] = own[0]
        elif None in own or len(own) == 1:
            loose.append(line)
    by_name = {named[line.pk].customer_id for line in lines if line.pk in named and line.payer_name}
    _names(standing, by_name)
    facts = standing.facts
    for line in lines:
        invoice = named.get(line.pk)
        if invoice is None:
            continue
        known = facts.payers.get(line.payer_account, frozenset())
        other_account = bool(known) and invoice.customer_id not in known
        other_name = bool(line.payer_name) and not names_alike(
            line.payer_name, facts.names.get(invoice.customer_id, "")
        )
        if other_account or (other_name and invoice.customer_id not in known):
            loose.append(line)
    return loose


def _find_more(standing: Standing, lines: Sequence[Line]) -> None:
    """Look up everything that the words, the payer and the amount of the lines may mean."""
    facts = standing.facts
    for line in lines:
        facts.readings[line.pk] = read(line, facts.forms.get(line.account_id, ()))
        facts.together[together_key(line)] += line.amount_minor
    readings = facts.readings.values()
    known = {reference for _, reference in facts.by_reference}
    _by_reference(standing, {ref for each in readings for ref in each.references} - known)
    _by_number(standing, {number for each in readings for number in each.invoice_numbers})
    _customers(standing, {number for each in readings for number in each.customer_numbers})
    if facts.for_review:
        _called(standing, {line.payer_name for line in lines})
    _open_of(standing, lines)
    _same_amount(standing, lines)
    _names(standing, set(facts.open_of) | {i.customer_id for i in facts.invoices.values()})
    _said(standing)


def _by_number(standing: Standing, numbers: Collection[str]) -> None:
    if not numbers:
        return
    rows = _rows(
        f"{_INVOICES} WHERE i.biller_id = %s AND i.number = ANY(%s::text[])",
        standing.biller_id,
        array(numbers),
    )
    for invoice in _taken_in(standing, rows):
        standing.facts.by_number[invoice.number] = invoice


def _customers(standing: Standing, numbers: Collection[str]) -> None:
    if not numbers:
        return
    rows = _rows(
        "SELECT number, id FROM invoices_customer"
        " WHERE biller_id = %s AND number = ANY(%s::text[])",
        standing.biller_id,
        array(numbers),
    )
    standing.facts.customers = dict(rows)


def _called(standing: Standing, payers: Collection[str]) -> None:
    """The customers whose names hold all words of a payer's, at least two of them."""
    found = {payer: _WORDS.findall(payer.casefold()) for payer in payers}
    wanted = {payer: " & ".join(parts) for payer, parts in found.items() if len(parts) >= 2}
    if not wanted:
        return
    rows = _rows(
        "SELECT id, name FROM invoices_customer WHERE biller_id = %s"
        " AND to_tsvector('simple'::regconfig, COALESCE(name, '')) @@ %s::tsquery"
        " ORDER BY id LIMIT 1000",
        standing.biller_id,
        " | ".join(f"({each})" for each in wanted.values()),
    )
    standing.facts.names |= dict(rows)
    for payer in wanted:
        same = [pk for pk, name in rows if names_alike(payer, name)]
        if same:
            standing.facts.called[payer] = same


def _open_of(standing: Standing, lines: Sequence[Line]) -> None:
    """What is open at the customers found so far, and what they have paid lately."""
    facts = standing.facts
    customers = {invoice.customer_id for invoice in facts.invoices.values()}
    customers |= set(facts.customers.values())
    customers |= {pk for line in lines for pk in facts.payers.get(line.payer_account, ())}
    customers |= {pk for found in facts.called.values() for pk in found}
    if not customers:
        return
    rows = _rows(
        f"{_INVOICES} WHERE i.customer_id = ANY(%s::bigint[]) AND a.debit_minor > a.credit_minor"
        " ORDER BY i.due_on, i.id",
        array(customers),
    )
    for invoice in _taken_in(standing, rows):
        facts.open_of.setdefault(invoice.customer_id, []).append(invoice)
    first = min(line.booked_on for line in lines)
    last = max(line.booked_on for line in lines)
    paid = _rows(
        f"{_PAID_LATELY} WHERE i.customer_id = ANY(%s::bigint[]) AND i.issued_on >= %s::date"
        " AND l.booked_on BETWEEN %s::date AND %s::date AND NOT EXISTS"
        " (SELECT FROM payments_undone u WHERE u.match_id = m.id)",
        array(customers),
        (first - LIVED).isoformat(),
        (first - LATELY).isoformat(),
        (last + LATELY).isoformat(),
    )
    for *row, amount, booked_on in paid:
        (invoice,) = _taken_in(standing, [tuple(row)])
        facts.earlier.setdefault(invoice.id, []).append(Earlier(amount, booked_on))
        if not invoice.left:
            facts.settled_of.setdefault(invoice.customer_id, []).append(invoice)


_PAID_LATELY: LiteralString = _INVOICES.replace(
    " FROM", ", l.amount_minor, l.booked_on FROM", 1
) + (" JOIN payments_match m ON m.invoice_id = i.id JOIN payments_bankline l ON l.id = m.line_id")


def _same_amount(standing: Standing, lines: Sequence[Line]) -> None:
    """Open invoices of exactly the amounts received: by the payer's name where there is one, and
    how many there are.
    """
    facts = standing.facts
    named = {line.amount_minor for line in lines if line.payer_name or facts.for_review}
    rows = _rows(
        f"{_INVOICES} WHERE a.biller_id = %s AND a.debit_minor > a.credit_minor"
        " AND a.debit_minor - a.credit_minor = ANY(%s::bigint[])",
        standing.biller_id,
        array(named),
    )
    loose: dict[int, Open] = {}
    for row in rows:
        known = facts.invoices.get(row[0])
        invoice = known or _apart(standing, row)
        loose[invoice.id] = invoice
        facts.same_amount.setdefault(row[-1], []).append(invoice)
    counts = _rows(
        "SELECT debit_minor - credit_minor, count(*) FROM invoices_account"
        " WHERE biller_id = %s AND invoice_id IS NOT NULL AND debit_minor > credit_minor"
        " AND debit_minor - credit_minor = ANY(%s::bigint[]) GROUP BY 1",
        standing.biller_id,
        array({line.amount_minor for line in lines}),
    )
    facts.common = Counter(dict(counts))
    _names(standing, {invoice.customer_id for invoice in loose.values()})


def _apart(standing: Standing, row: tuple[Any, ...]) -> Open:
    """An invoice that is only to be proposed: it is not among those that will be locked."""
    pk, customer_id, agreement_id, number, reference, due_on, receivable_id, left = row
    account_id = standing.account_of[agreement_id]
    return Open(
        pk, customer_id, account_id, number, reference, due_on, left, receivable_id=receivable_id
    )


def _names(standing: Standing, customer_ids: set[int]) -> None:
    missing = customer_ids - standing.facts.names.keys()
    if missing:
        rows = _rows(
            "SELECT id, name FROM invoices_customer WHERE id = ANY(%s::bigint[])", array(missing)
        )
        standing.facts.names |= dict(rows)


def _said(standing: Standing) -> None:
    rows = _rows(
        "SELECT invoice_id, amount_minor, paid_on FROM payments_expected"
        " WHERE met_at IS NULL AND withdrawn_at IS NULL AND invoice_id = ANY(%s::bigint[])",
        array(standing.facts.invoices),
    )
    for invoice_id, amount, paid_on in rows:
        standing.facts.said.setdefault(invoice_id, []).append(Statement(amount, paid_on))


def _credit_of(customer_ids: Collection[int]) -> Counter[int]:
    """Customer id -> credit on account; locked, since it may be about to be taken back."""
    accounts = Account.objects.filter(customer_id__in=customer_ids).order_by("pk")
    return Counter(
        {
            account.customer_id: account.credit_minor - account.debit_minor
            for account in accounts.select_for_update(no_key=True)
            if account.customer_id
        }
    )


def _rows(statement: str, *values: int | str) -> list[tuple[Any, ...]]:
    """The rows of a statement whose arrays are one parameter each: sets are thousands here."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
