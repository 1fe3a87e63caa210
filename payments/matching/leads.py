"""Rules that lead from a payment to invoices, one function each; ``damage`` has those of damaged
references, ``rules`` the exact ones. Pure.

A rule says which invoices it leads to and by which evidence; what the amount and the payer say of
each is weighed in ``ranking``.
"""

from collections.abc import Callable, Iterator

from rapidfuzz.distance import OSA

from payments.matching.evidence import Evidence
from payments.matching.facts import Facts, Open
from payments.matching.reading import Line, Reading
from payments.matching.words import About, alike, name_of, only_digits

type Found = Iterator[tuple[Open, Evidence]]
type Rule = Callable[[Line, Reading, Facts], Found]


def whole_reference(line: Line, reading: Reading, facts: Facts) -> Found:
    """The reference is an invoice's own: as it stands, between other characters, or in the text."""
    for reference, code in reading.whole.items():
        if invoice := facts.by_reference.get((line.account_id, reference)):
            yield invoice, Evidence(code)


def damaged_reference(line: Line, reading: Reading, facts: Facts) -> Found:
    """One damage away from the reference is an invoice's own."""
    for reference, damage in reading.near.items():
        if invoice := facts.by_reference.get((line.account_id, reference)):
            yield invoice, Evidence(damage)


def old_reference(line: Line, reading: Reading, facts: Facts) -> Found:
    """The reference is a settled invoice's: what is open at the same customer is meant.

    Not within PAID_LATELY days of a payment of the settled one: that is a second payment of it.
    """
    for reference, code in reading.whole.items():
        old = facts.by_reference.get((line.account_id, reference))
        if old is None or code == "in_text" or old.left or paid_lately(line, old, facts):
            continue
        for invoice in facts.open_of.get(old.customer_id, ()):
            if invoice.left:
                yield invoice, Evidence("old_reference", {"number": old.number})


def invoice_number(line: Line, reading: Reading, facts: Facts) -> Found:
    """An invoice's number is written; it weighs more where nothing else is, or a word says so."""
    for number in reading.numbers:
        if number.about == About.CUSTOMER:
            continue
        if invoice := facts.by_number.get(number.digits):
            said = number.about == About.INVOICE or reading.alone
            yield invoice, Evidence("invoice_number" if said else "number_in_text")
    for code in reading.codes:
        if invoice := facts.by_number.get(code):
            yield invoice, Evidence("invoice_number")


def customer_number(line: Line, reading: Reading, facts: Facts) -> Found:
    """A customer's number is written: what is open there is meant. With one of the customer's
    invoice numbers beside it, that invoice.
    """
    wanted = [
        (number.digits, number.about == About.CUSTOMER or reading.alone)
        for number in reading.numbers
        if number.about != About.INVOICE
    ]
    wanted += [(code, True) for code in reading.codes]
    numbers = set(reading.invoice_numbers)
    for customer_no, said in wanted:
        customer_id = facts.customers.get(customer_no)
        if customer_id is None:
            continue
        for invoice in facts.open_of.get(customer_id, ()):
            both = invoice.number in numbers and invoice.number != customer_no
            code = "customer_number" if said else "customer_in_text"
            yield invoice, Evidence("both_numbers" if both else code)


def payer_account(line: Line, reading: Reading, facts: Facts) -> Found:
    """The account has paid for a customer before: what is open there may be meant."""
    for customer_id in facts.payers.get(line.payer_account, ()):
        for invoice in facts.open_of.get(customer_id, ()):
            if invoice.left == line.amount_minor:
                yield invoice, account_piece(line, customer_id, facts) or Evidence("account_known")


def payer_name(line: Line, reading: Reading, facts: Facts) -> Found:
    """The payer's name is that of a customer with an open invoice of exactly this amount."""
    payer = name_of(line.payer_name)
    seen: set[int] = set()
    for mark in payer.marks:
        for invoice, name in facts.by_name.get((line.amount_minor, mark), ()):
            if invoice.id in seen or invoice.left != line.amount_minor:
                continue
            seen.add(invoice.id)
            if alike(payer, name):
                yield invoice, Evidence("name_alike")


def similar_reference(line: Line, reading: Reading, facts: Facts) -> Found:
    """More than one damage: an open invoice of exactly the amount has a reference much like it.

    Only where a person looks; nothing is booked on this. A reference that is an invoice's own is
    not damaged.
    """
    digits = only_digits(reading.own)
    if not facts.for_review or len(digits) < SIMILAR_MIN:
        return
    if (line.account_id, digits) in facts.by_reference:
        return
    for invoice in facts.same_amount.get(line.amount_minor, ()):
        off = OSA.distance(digits, invoice.reference, score_cutoff=SIMILAR_OFF)
        if invoice.left == line.amount_minor and 1 < off <= SIMILAR_OFF:
            yield invoice, Evidence("reference_similar", {"off": off})


def payer_alone(line: Line, reading: Reading, facts: Facts) -> Found:
    """The payer is a customer, by the account or by the name, and owes another amount.

    Only where a person looks and nothing else leads anywhere; nothing is booked on this.
    """
    if not facts.for_review:
        return
    for customer_id in facts.payers.get(line.payer_account, ()):
        for invoice in facts.open_of.get(customer_id, ()):
            yield invoice, account_piece(line, customer_id, facts) or Evidence("account_known")
    for customer_id in facts.called.get(line.payer_name, ()):
        for invoice in facts.open_of.get(customer_id, ()):
            yield invoice, Evidence("name_alike")


RULES: tuple[Rule, ...] = (
    whole_reference,
    old_reference,
    damaged_reference,
    invoice_number,
    customer_number,
    payer_account,
    payer_name,
    similar_reference,
)
SIMILAR_MIN, SIMILAR_OFF = 5, 2

PAID_LATELY_DAYS = 5


def paid_lately(line: Line, invoice: Open, facts: Facts) -> bool:
    """Whether the same amount was paid on the invoice at most PAID_LATELY_DAYS before or after."""
    return any(
        earlier.amount_minor == line.amount_minor
        and abs((line.booked_on - earlier.booked_on).days) <= PAID_LATELY_DAYS
        for earlier in facts.earlier.get(invoice.id, ())
    )


def account_piece(line: Line, customer_id: int, facts: Facts) -> Evidence | None:
    """What the payer's account says for a customer."""
    known = facts.payers.get(line.payer_account, frozenset())
    if customer_id not in known:
        return None
    return Evidence("account_known" if len(known) == 1 else "account_shared")
