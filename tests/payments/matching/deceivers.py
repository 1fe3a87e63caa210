"""Payments made to deceive the matcher: each may be booked on what it was meant for, or wait.

Written by somebody who has read the rules and wants one of them to book wrongly. The dice are not
those of the bench.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from invoices import clock
from invoices.billers.models import Biller
from invoices.documents.amounts import LineDraft
from invoices.documents.models import Invoice
from invoices.documents.references import mod10
from payments.formats.camt import CamtPayment
from tests.build import a_camt_file, a_customer, an_invoice, receive

PRICES = (29_900, 39_900, 49_900)
NAMES = (
    "Anna Berg",
    "Bo Dahl",
    "Cia Lund",
    "Dag Vik",
    "Eva Moen",
    "Finn Lie",
    "Gro Ek",
    "Ida Holm",
)


@dataclass(frozen=True, slots=True)
class Trick:
    """A payment, whose it is, and the invoices that it may be booked on; none of them: it waits,
    or becomes credit of the customer it is of.
    """

    kind: str
    payment: CamtPayment
    customer_id: int | None
    may: frozenset[int]


@dataclass(frozen=True, slots=True)
class Debtor:
    """A customer with an open invoice, a settled one before it, and an account we know."""

    invoice: Invoice
    old: Invoice
    iban: str
    name: str

    @property
    def id(self) -> int:
        return self.invoice.customer_id


class Deceiver:
    """Builds a town in which everybody owes one of three amounts, and makes tricks in it."""

    def __init__(self, biller: Biller, seed: int, debtors: int = 24) -> None:
        self.dice = random.Random(seed)
        self.biller = biller
        self._serial = 0
        # Numbers long enough to be taken for something else.
        Biller.objects.filter(pk=biller.pk).update(next_invoice_no=20_401)
        self.town = [self._debtor(place) for place in range(debtors)]

    def _debtor(self, place: int) -> Debtor:
        # Every third one shares the name of another.
        name = (
            NAMES[place % len(NAMES)] if place % 3 else f"{NAMES[place % 8]} {chr(65 + place)}sen"
        )
        customer = a_customer(self.biller, name, number=str(77_000 + place))
        iban = f"NO{place + 10:02d}{self.dice.randrange(10**11):011d}"
        price = self.dice.choice(PRICES)
        with clock.standing_at(clock.now() - timedelta(days=31)):
            old = an_invoice(customer, LineDraft("Fiber", price, 0))
            paid = CamtPayment(price, old.reference, payer_iban=iban, servicer_ref=f"old{place}")
            receive(self.biller, a_camt_file(self.biller, paid, number=900 + place))
        return Debtor(an_invoice(customer, LineDraft("Fiber", price, 0)), old, iban, name)

    def tricks(self, each: int) -> Iterator[Trick]:
        """So many of each kind, in any order."""
        made = [trick for kind in KINDS for _ in range(each) if (trick := kind(self))]
        self.dice.shuffle(made)
        return iter(made)

    def two(self, *, same_amount: bool = True) -> tuple[Debtor, Debtor]:
        """Two customers of different names, owing the same or different amounts."""
        while True:
            one, other = self.dice.sample(self.town, 2)
            same = one.invoice.total_minor == other.invoice.total_minor
            if same is same_amount and not set(one.name.split()) & set(other.name.split()):
                return one, other

    def pay(
        self,
        kind: str,
        amount: int,
        *,
        whose: Debtor | None,
        reference: str = "",
        text: str = "",
        name: str = "",
        iban: str = "",
        may: tuple[Invoice, ...] = (),
    ) -> Trick:
        self._serial += 1
        payment = CamtPayment(
            amount,
            reference,
            text=text,
            payer_name=name,
            payer_iban=iban,
            servicer_ref=f"T{self._serial}",
        )
        return Trick(
            kind, payment, whose.id if whose else None, frozenset(invoice.pk for invoice in may)
        )

    def wrong(self, reference: str) -> str:
        """One digit is another."""
        at = self.dice.randrange(len(reference))
        other = self.dice.choice([d for d in "0123456789" if d != reference[at]])
        return reference[:at] + other + reference[at + 1 :]


def by_name(town: Deceiver) -> Trick:
    """One customer's whole reference, by the name of another who owes exactly this."""
    one, other = town.two(same_amount=town.dice.random() < 0.5)
    amount = other.invoice.total_minor
    name = town.dice.choice((other.name.upper(), ", ".join(reversed(other.name.split(" ", 1)))))
    return town.pay("by_name", amount, whose=other, reference=one.invoice.reference, name=name)


def by_account(town: Deceiver) -> Trick:
    """The same, from the other's known account."""
    one, other = town.two(same_amount=town.dice.random() < 0.5)
    amount = other.invoice.total_minor
    reference = one.invoice.reference
    return town.pay("by_account", amount, whose=other, reference=reference, iban=other.iban)


def valid_typo(town: Deceiver) -> Trick:
    """Two digits mistyped so that the check digit fits, and it is another's open reference."""
    one, other = town.two(same_amount=False)
    return town.pay(
        "valid_typo",
        one.invoice.total_minor,
        whose=one,
        reference=other.invoice.reference,
        name=one.name,
        iban=one.iban,
        may=(one.invoice,),
    )


def digit_and_amount(town: Deceiver) -> Trick:
    """A digit and the amount are damaged; the amount is what another owes."""
    one, other = town.two(same_amount=False)
    broken = town.wrong(one.invoice.reference)
    amount = other.invoice.total_minor
    return town.pay("digit_and_amount", amount, whose=one, reference=broken)


def digit_by_another(town: Deceiver) -> Trick:
    """One customer's damaged reference, by the name and account of another of the same amount."""
    one, other = town.two()
    return town.pay(
        "digit_by_another",
        other.invoice.total_minor,
        whose=other,
        reference=town.wrong(one.invoice.reference),
        name=other.name,
        iban=town.dice.choice(("", other.iban)),
        may=(other.invoice,),
    )


def between(town: Deceiver) -> Trick:
    """A reference that is nobody's, with the check digit right, near several."""
    one, _ = town.two()
    body = town.wrong(one.invoice.reference[:-1])
    return town.pay("between", one.invoice.total_minor, whose=None, reference=body + mod10(body))


def old_of_another(town: Deceiver) -> Trick:
    """A settled reference of one, by the name or from the account of another."""
    one, other = town.two()
    iban = town.dice.choice((other.iban, ""))
    return town.pay(
        "old_of_another",
        other.invoice.total_minor,
        whose=other,
        reference=one.old.reference,
        name=other.name,
        iban=iban,
        may=(other.invoice,),
    )


def name_alone(town: Deceiver) -> Trick:
    """A name that more than one has, and the amount."""
    one = town.dice.choice(town.town)
    return town.pay("name_alone", one.invoice.total_minor, whose=one, name=one.name.upper())


def number_by_chance(town: Deceiver) -> Trick:
    """A number in the text is by chance another's invoice or customer number."""
    one, other = town.two()
    number = town.dice.choice((other.invoice.number, other.invoice.customer.number))
    text = town.dice.choice(("ordre {}", "tlf {} ring meg", "{} Oslo", "sak {} / 2026")).format(
        number
    )
    return town.pay(
        "number_by_chance", one.invoice.total_minor, whose=one, text=text, name=one.name
    )


def both_of_two(town: Deceiver) -> Trick:
    """The invoice number of one beside the customer number of the other."""
    one, other = town.two()
    text = f"{one.invoice.number} {other.invoice.customer.number}"
    return town.pay("both_of_two", one.invoice.total_minor, whose=None, text=text)


def said_of_another(town: Deceiver) -> Trick:
    """A word says that it is the invoice of one; name and account are another's."""
    one, other = town.two()
    return town.pay(
        "said_of_another",
        other.invoice.total_minor,
        whose=other,
        text=f"Faktura {one.invoice.number}",
        name=other.name,
        iban=other.iban,
        may=(other.invoice,),
    )


def foreign(town: Deceiver) -> Trick:
    """Another company's KID, by a namesake, for an amount that is owed here."""
    one = town.dice.choice(town.town)
    body = "".join(town.dice.choice("0123456789") for _ in range(12))
    reference = body + mod10(body)
    return town.pay(
        "foreign", one.invoice.total_minor, whose=None, reference=reference, name=one.name
    )


def amount_by_chance(town: Deceiver) -> Trick:
    """Nothing but an amount that somebody owes, from an account nobody knows."""
    amount = town.dice.choice(PRICES)
    return town.pay(
        "amount_by_chance", amount, whose=None, iban="NO9999999999999", text="takk for sist"
    )


KINDS: tuple[Callable[[Deceiver], Trick], ...] = (
    by_name,
    by_account,
    valid_typo,
    digit_and_amount,
    digit_by_another,
    between,
    old_of_another,
    name_alone,
    number_by_chance,
    both_of_two,
    said_of_another,
    foreign,
    amount_by_chance,
)
