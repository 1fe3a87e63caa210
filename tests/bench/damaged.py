"""Damaged payments for the matching room: seeded, each with the invoices it was meant for.

What is assumed of the world stands in ASSUMPTIONS, which the room prints beside its figures.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

ASSUMPTIONS: Final = (
    "half KID (13 digits, 6 of them the customer's), half OCR (level 3, numbers one after another)",
    "3 of 10 amounts are one of 12 list prices, the others have odd usage on top",
    "7 of 10 payers are named, in any order and case; 1 in 10 of these is a relative",
    "2 of 5 customers have paid from their account before; every second payment shows its account",
    "damage never makes another invoice's whole reference: nobody could tell",
    "names are made of 20 first and 36 last names, so that many share theirs",
    "1 in 5 customers has two open invoices",
)

FIRST = "Anna Bo Dag Eva Finn Gro Hans Ida Jan Kari Lars Mia Nils Ola Per Siri Tor Una Åse Øyvind"
LAST = (
    "Berg Hansen Olsen Larsen Andersen Nilsen Kristiansen Karlsen Johnsen Pettersen Eriksen Dahl"
    " Halvorsen Iversen Moen Strand Lund Solberg Johansson Karlsson Svensson Gustafsson Lindberg"
    " Öberg Åkesson Nyström Ek Sandberg Wallin Holm Nordin Vik Haugen Bakken Lie Myhre"
)
FIRSTS, LASTS = tuple(FIRST.split()), tuple(LAST.split())
LIST_PRICES = tuple(100 * kroner for kroner in range(299, 899, 50))


@dataclass(frozen=True, slots=True)
class Owed:
    """An open invoice, with the settled one before it where there is one."""

    number: str
    reference: str
    amount: int
    customer_no: str
    name: str
    iban: str = ""  # known from an earlier payment
    old_reference: str = ""
    old_amount: int = 0
    sibling: "Owed | None" = None  # the customer's other open invoice
    stranger: "Owed | None" = None  # another customer's


@dataclass(frozen=True, slots=True)
class Made:
    """A payment: what arrives, and the numbers of the invoices it was meant for.

    None: for no invoice of ours. ``repairable``: enough is left for a machine to be sure.
    ``may_book``: booking it is no fault; else it must wait for a person.
    """

    kind: str
    amount: int
    reference: str = ""
    text: str = ""
    name: str = ""
    iban: str = ""
    truth: frozenset[str] | None = field(default_factory=frozenset)
    repairable: bool = True
    may_book: bool = True
    credit_only: bool = False
    whole: bool = False  # the reference is meant to be an invoice's own


def a_name(dice: random.Random) -> str:
    """A customer's name; two of five have two surnames."""
    last = dice.choice(LASTS)
    if dice.random() < 0.4:
        last = f"{dice.choice(LASTS)} {last}"
    return f"{dice.choice(FIRSTS)} {last}"


def an_amount(dice: random.Random) -> int:
    """A list price, or one with usage on top."""
    price = dice.choice(LIST_PRICES)
    return price if dice.random() < 0.3 else price + dice.randrange(1, 20_000)


def an_iban(dice: random.Random) -> str:
    """An account: matching compares accounts and does not check them."""
    return f"NO93{dice.randrange(10**11):011d}"


class Generator:
    """Makes payments for invoices, one damage each."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.references: set[str] = set()  # of all invoices, open or not

    def undecidable(self, made: Made) -> bool:
        """Whether the damage has made another invoice's whole reference."""
        whole = "".join(made.reference.split())
        return not made.whole and whole in self.references

    def pay(self, owed: Owed, kind: str) -> list[Made]:
        """The payments of one kind for the invoice; [] where the kind does not fit it."""
        made = KINDS[kind](self, owed)
        return [] if any(map(self.undecidable, made)) else made

    def made(self, kind: str, owed: Owed, reference: str, **more: object) -> Made:
        """A payment of the invoice, by its customer or somebody near."""
        values: dict[str, object] = {
            "amount": owed.amount,
            "name": self.payer(owed.name),
            "iban": self.account(owed),
            "truth": frozenset({owed.number}),
        }
        return Made(kind=kind, reference=reference, **(values | more))  # type: ignore[arg-type]

    def payer(self, name: str) -> str:
        """How the bank writes who paid; "" in three of ten."""
        luck = self.dice.random()
        if luck < 0.3:
            return ""
        first, _, last = name.partition(" ")
        if luck < 0.37:
            first = self.dice.choice(FIRSTS)  # a relative
        whole = self.dice.choice((f"{first} {last}", f"{last} {first}", f"{last}, {first}"))
        return whole.upper() if self.dice.random() < 0.5 else whole

    def account(self, owed: Owed) -> str:
        if self.dice.random() < 0.5:
            return ""
        return owed.iban or an_iban(self.dice)


def _one(name: str, damage: Callable[[random.Random, str], str]) -> Callable[..., list[Made]]:
    """A kind that damages the reference alone."""

    def make(generator: Generator, owed: Owed) -> list[Made]:
        broken = damage(generator.dice, owed.reference)
        return [] if broken == owed.reference else [generator.made(name, owed, broken)]

    return make


def _separated(dice: random.Random, reference: str) -> str:
    size = dice.choice((3, 4))
    parts = [reference[at : at + size] for at in range(0, len(reference), size)]
    return dice.choice((".", "-", " ", "/", "- ")).join(parts)


def _zeros_lost(dice: random.Random, reference: str) -> str:
    return reference.lstrip("0")


def _check_missing(dice: random.Random, reference: str) -> str:
    return reference[:-1]


def _missing(dice: random.Random, reference: str) -> str:
    at = dice.randrange(len(reference) - 1)
    return reference[:at] + reference[at + 1 :]


def _extra(dice: random.Random, reference: str) -> str:
    at = dice.randrange(len(reference) + 1)
    digit = reference[at - 1] if at and dice.random() < 0.6 else str(dice.randrange(10))
    return reference[:at] + digit + reference[at:]


def wrong(dice: random.Random, reference: str) -> str:
    """One digit is another."""
    at = dice.randrange(len(reference))
    digit = dice.choice([d for d in "0123456789" if d != reference[at]])
    return reference[:at] + digit + reference[at + 1 :]


def _swapped(dice: random.Random, reference: str) -> str:
    # 09 and 90 are the one swap that mod 10 does not notice.
    places = [
        at
        for at in range(len(reference) - 1)
        if reference[at] != reference[at + 1] and set(reference[at : at + 2]) != {"0", "9"}
    ]
    at = dice.choice(places)
    return reference[:at] + reference[at + 1] + reference[at] + reference[at + 2 :]


def _old(generator: Generator, owed: Owed) -> list[Made]:
    if not owed.old_reference or owed.sibling:
        return []
    return [generator.made("old_reference", owed, owed.old_reference, whole=True)]


def _number(generator: Generator, owed: Owed) -> list[Made]:
    return [generator.made("invoice_number", owed, owed.number)]


def _said_number(generator: Generator, owed: Owed) -> list[Made]:
    text = generator.dice.choice(("Faktura {}", "F-{}", "fakturanr. {}", "Fakt {} takk", "inv {}"))
    return [generator.made("said_number", owed, "", text=text.format(owed.number))]


def _both(generator: Generator, owed: Owed) -> list[Made]:
    shapes = ("F-{0} kund {1}", "{1}/{0}", "{0}  KUNDNR  {1}", "kundnr {1} fakturanr {0}")
    text = generator.dice.choice(shapes).format(owed.number, owed.customer_no)
    return [generator.made("both_numbers", owed, "", text=text)]


def _customer(generator: Generator, owed: Owed) -> list[Made]:
    if owed.sibling and owed.sibling.amount == owed.amount:
        return []
    text = generator.dice.choice(("Kundenr {}", "KUNDNR {}", "kunde {}"))
    return [generator.made("customer_number", owed, "", text=text.format(owed.customer_no))]


def _account(generator: Generator, owed: Owed) -> list[Made]:
    if not owed.iban or (owed.sibling and owed.sibling.amount == owed.amount):
        return []
    return [generator.made("known_account", owed, "", iban=owed.iban)]


def _two(generator: Generator, owed: Owed) -> list[Made]:
    if owed.sibling is None:
        return []
    both = frozenset({owed.number, owed.sibling.number})
    amount = owed.amount + owed.sibling.amount
    return [
        generator.made("two_by_one", owed, owed.reference, amount=amount, truth=both, whole=True)
    ]


def _two_numbers(generator: Generator, owed: Owed) -> list[Made]:
    if owed.sibling is None:
        return []
    both = frozenset({owed.number, owed.sibling.number})
    amount = owed.amount + owed.sibling.amount
    text = f"{owed.number}+{owed.sibling.number}"
    return [generator.made("two_numbers", owed, "", text=text, amount=amount, truth=both)]


def _in_parts(generator: Generator, owed: Owed) -> list[Made]:
    broken = _swapped(generator.dice, owed.reference)
    first = generator.made("in_parts", owed, broken, amount=owed.amount // 3)
    rest = owed.amount - first.amount
    return [
        first,
        Made("in_parts", rest, broken, name=first.name, iban=first.iban, truth=first.truth),
    ]


def _rounded(generator: Generator, owed: Owed) -> list[Made]:
    if owed.amount % 100 == 0:
        return []
    amount = (owed.amount + 50) // 100 * 100
    broken = _check_missing(generator.dice, owed.reference)
    return [generator.made("rounded", owed, broken, amount=amount)]


def _in_text(generator: Generator, owed: Owed) -> list[Made]:
    text = generator.dice.choice(("takk {}", "KID {} juni", "OCR: {}", "betaling {} hilsen meg"))
    return [generator.made("in_text", owed, "", text=text.format(owed.reference))]


def _exact(generator: Generator, owed: Owed) -> list[Made]:
    amount = owed.amount if generator.dice.random() < 0.6 else owed.amount // 2
    return [generator.made("exact", owed, owed.reference, amount=amount, whole=True)]


def _name_only(generator: Generator, owed: Owed) -> list[Made]:
    made = generator.made("name_only", owed, "", name=owed.name.upper(), iban="")
    return [_waits(made)]


def _digit_and_amount(generator: Generator, owed: Owed) -> list[Made]:
    broken = wrong(generator.dice, owed.reference)
    amount = an_amount(generator.dice)
    if amount == owed.amount:
        return []
    return [_waits(generator.made("digit_and_amount", owed, broken, amount=amount))]


def _deceiving(generator: Generator, owed: Owed) -> list[Made]:
    """The whole reference of one, by the name and for the amount of another."""
    other = owed.stranger
    if other is None or owed.name == other.name:
        return []
    both = frozenset({owed.number, other.number})
    name, iban = other.name.upper(), other.iban
    made = generator.made(
        "deceiving",
        owed,
        owed.reference,
        amount=other.amount,
        name=name,
        iban=iban,
        truth=both,
        whole=True,
    )
    return [_waits(made)]


def _paid_twice(generator: Generator, owed: Owed) -> list[Made]:
    first = generator.made("exact", owed, owed.reference, whole=True)
    return [
        first,
        Made(
            "paid_twice",
            first.amount,
            owed.reference,
            name=first.name,
            iban=first.iban,
            truth=first.truth,
            credit_only=True,
            whole=True,
        ),
    ]


def _two_wrong(generator: Generator, owed: Owed) -> list[Made]:
    broken = wrong(generator.dice, wrong(generator.dice, owed.reference))
    made = generator.made("two_digits_wrong", owed, broken)
    return [_waits(made, may_book=True)]  # a name and an account may still be enough


def _unrelated(generator: Generator, owed: Owed) -> list[Made]:
    """Somebody else's payment: a reference of the same length, a stranger, any amount."""
    dice = generator.dice
    digits = "".join(dice.choice("0123456789") for _ in owed.reference)
    near = wrong(dice, wrong(dice, wrong(dice, owed.reference)))
    reference = dice.choice((digits, near, "", "husleie juni", "ordre 77120"))
    payer, iban = generator.payer(a_name(dice)), an_iban(dice)
    made = Made("unrelated", an_amount(dice), reference, name=payer, iban=iban, truth=None)
    return [_waits(made)]


def _waits(made: Made, *, may_book: bool = False) -> Made:
    values = {name: getattr(made, name) for name in Made.__slots__}
    return Made(**(values | {"repairable": False, "may_book": may_book}))


KINDS: dict[str, Callable[[Generator, Owed], list[Made]]] = {
    "separators": _one("separators", _separated),
    "zeros_lost": _one("zeros_lost", _zeros_lost),
    "check_digit_missing": _one("check_digit_missing", _check_missing),
    "digit_missing": _one("digit_missing", _missing),
    "digit_extra": _one("digit_extra", _extra),
    "digit_wrong": _one("digit_wrong", wrong),
    "digits_swapped": _one("digits_swapped", _swapped),
    "old_reference": _old,
    "invoice_number": _number,
    "said_number": _said_number,
    "both_numbers": _both,
    "customer_number": _customer,
    "known_account": _account,
    "two_by_one": _two,
    "two_numbers": _two_numbers,
    "in_parts": _in_parts,
    "rounded": _rounded,
    "in_text": _in_text,
    "exact": _exact,
    "name_only": _name_only,
    "digit_and_amount": _digit_and_amount,
    "deceiving": _deceiving,
    "paid_twice": _paid_twice,
    "two_digits_wrong": _two_wrong,
    "unrelated": _unrelated,
}
