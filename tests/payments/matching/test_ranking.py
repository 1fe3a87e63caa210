"""Candidates weighed: what is certain enough to be booked, and the near misses that must wait."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.matching.damage import Form
from payments.matching.evidence import BAR, KINDS, Evidence, Family, weigh
from payments.matching.facts import Earlier, Facts, Open, Statement, together_key
from payments.matching.ranking import certain, rank, shares
from payments.matching.reading import Line, read

DAY = date(2026, 11, 20)
ACCOUNT = 1
FORM = Form("kid", "mod10", (8,))
ANNA, BO, CIA = 1, 2, 3
ANNAS_ACCOUNT, SHARED_ACCOUNT = "15031111111", "15032222222"


def an_open(pk: int, customer: int, number: str, reference: str, left: int) -> Open:
    return Open(pk, customer, ACCOUNT, number, reference, DAY + timedelta(pk), left)


@dataclass
class World:
    """Anna owes 500 and 300.40, Bo owes 500, Cia 700. Anna's third one is settled."""

    facts: Facts = field(default_factory=Facts)

    def __post_init__(self) -> None:
        invoices = [
            an_open(1, ANNA, "144997", "12345674", 50_000),
            an_open(2, ANNA, "145354", "12345682", 30_040),
            an_open(3, BO, "146146", "77001109", 50_000),
            an_open(4, CIA, "146300", "12345690", 70_000),
            an_open(5, ANNA, "140000", "55500004", 0),
        ]
        facts = self.facts
        facts.forms = {ACCOUNT: [FORM]}
        facts.names = {ANNA: "Anna Berg", BO: "Bo Dahl", CIA: "Cia Lund"}
        facts.customers = {"9831": ANNA, "9832": BO}
        facts.payers = {
            ANNAS_ACCOUNT: frozenset({ANNA}),
            SHARED_ACCOUNT: frozenset({ANNA, CIA}),
        }
        for each in invoices:
            facts.invoices[each.id] = each
            facts.by_reference[(ACCOUNT, each.reference)] = each
            facts.by_number[each.number] = each
            if each.left:
                facts.open_of.setdefault(each.customer_id, []).append(each)
                facts.same_amount.setdefault(each.left, []).append(each)
                facts.common[each.left] += 1

    def best(self, **values: Any) -> tuple[str, str] | None:
        """The rule and the key of what is certain of such a payment."""
        line = a_line(self.facts, **values)
        found = certain(rank(line, self.facts))
        return (found.rule, found.key) if found else None


def a_line(facts: Facts, **values: Any) -> Line:
    line = Line(1, ACCOUNT, "payment", 50_000, "NOK", DAY, "", [])
    line = line._replace(**values)
    facts.readings[line.pk] = read(line, facts.forms[ACCOUNT])
    facts.together[together_key(line)] += line.amount_minor
    return line


CERTAIN: list[tuple[dict[str, Any], str, str]] = [
    ({"reference": "1234-5674"}, "separators", "144997"),
    ({"reference": "1234.5674", "amount_minor": 100}, "separators", "144997"),
    ({"reference": "1234567"}, "check_digit_missing", "144997"),
    ({"reference": "1234574"}, "digit_missing", "144997"),
    ({"reference": "123455674"}, "digit_extra", "144997"),
    ({"reference": "12344674"}, "digit_wrong", "144997"),
    ({"reference": "12346574"}, "digits_swapped", "144997"),
    ({"reference": "00012345674"}, "zeros_added", "144997"),
    ({"text": "takk for KID 12345674"}, "in_text", "144997"),
    ({"reference": "144997"}, "invoice_number", "144997"),
    ({"reference": "0000144997"}, "invoice_number", "144997"),
    ({"text": "F-144997 takk"}, "invoice_number", "144997"),
    ({"text": "F-144997 kund 9831"}, "both_numbers", "144997"),
    ({"text": "9831/144997"}, "both_numbers", "144997"),
    ({"text": "KUNDNR 9832"}, "customer_number", "146146"),
    ({"text": "144997+145354", "amount_minor": 80_040}, "all_written", "144997+145354"),
    ({"reference": "12345674", "amount_minor": 80_040}, "exact", "144997+145354"),
    ({"payer_account": ANNAS_ACCOUNT}, "account_known", "144997"),
    ({"reference": "1234568", "amount_minor": 30_000}, "check_digit_missing", "145354"),
    ({"reference": "55500004"}, "old_reference", "144997"),
]


@pytest.mark.parametrize(("values", "rule", "key"), CERTAIN)
def test_what_is_certain_is_booked(values: dict[str, Any], rule: str, key: str) -> None:
    assert World().best(**values) == (rule, key)


@pytest.mark.parametrize(
    "values",
    [
        {},  # nothing but an amount that two owe
        {"amount_minor": 70_000},  # an amount that one owes
        {"payer_name": "Anna Berg"},
        {"payer_name": "Cia Lund", "amount_minor": 70_000},  # name and amount
        {"reference": "1234574", "amount_minor": 49_000},  # a digit and the amount
        {"reference": "12344674", "amount_minor": 50_001},
        {"reference": "1234567", "amount_minor": 80_039},  # not quite two invoices
        {"reference": "12344674", "payer_name": "Bo Dahl"},  # Bo owes the same amount
        {"reference": "1234-5674", "payer_name": "BO DAHL"},
        {"reference": "12345674", "payer_name": "BO DAHL"},
        {"text": "F-144997", "payer_name": "Bo Dahl"},
        {"text": "144997 9832"},  # the invoice of one, the number of another
        {"text": "sak 9831"},  # a number among words
        {"text": "ordre 144997"},
        {"payer_account": ANNAS_ACCOUNT, "amount_minor": 80_040},  # no single invoice's amount
        {"text": "KUNDNR 9831", "amount_minor": 50_100},
        {"text": "144997+146146", "amount_minor": 100_000},  # two customers'
        {"reference": "77001109", "payer_account": ANNAS_ACCOUNT},  # Anna's account, Bo's KID
        {"payer_account": SHARED_ACCOUNT, "amount_minor": 70_000},
        {"payer_account": ANNAS_ACCOUNT, "amount_minor": 50_100},
        {"payer_account": ANNAS_ACCOUNT, "reference": "146300"},  # Cia's invoice is written
        {"reference": "12344674", "amount_minor": -50_000},
        {"reference": "99999999"},
        {"reference": "1234"},
    ],
)
def test_what_leaves_doubt_waits(values: dict[str, Any]) -> None:
    assert World().best(**values) is None


def test_a_settled_invoice_is_never_settled_again_by_what_is_near_it() -> None:
    world = World()
    for invoice in world.facts.open_of.pop(ANNA):
        invoice.left = 0

    ranked = rank(a_line(world.facts, reference="1234574"), world.facts)

    assert "paid_before" in ranked[0].codes
    assert certain(ranked) is None


def test_an_old_reference_just_paid_is_a_second_payment_of_it() -> None:
    world = World()
    world.facts.earlier = {5: [Earlier(50_000, DAY - timedelta(5))]}
    assert world.best(reference="55500004") is None

    world.facts.earlier = {5: [Earlier(50_000, DAY - timedelta(6))]}
    assert world.best(reference="55500004") == ("old_reference", "144997")


def test_what_was_just_paid_is_not_paid_again_by_account_or_customer_number() -> None:
    world = World()
    old = world.facts.invoices[5]
    world.facts.settled_of = {ANNA: [old]}
    world.facts.earlier = {5: [Earlier(50_000, DAY)]}

    assert world.best(payer_account=ANNAS_ACCOUNT) is None
    assert world.best(text="KUNDNR 9831") is None
    assert world.best(reference="1234574") == ("digit_missing", "144997")


def test_look_alikes_of_a_common_amount_need_more_than_the_amount() -> None:
    world = World()
    world.facts.common[50_000] = 40
    other = an_open(6, CIA, "146999", "12345724", 60_000)  # as near to 1234574 as Anna's
    world.facts.by_reference[(ACCOUNT, other.reference)] = other

    assert world.best(reference="1234574") is None
    assert world.best(reference="1234574", payer_name="ANNA BERG") is not None
    world.facts.common[50_000] = 2
    assert world.best(reference="1234574") is not None


def test_what_the_customer_has_said_counts_near_its_day() -> None:
    world = World()
    world.facts.said = {1: [Statement(50_000, DAY - timedelta(5))]}
    assert "customer_said" in rank(a_line(world.facts, reference="1234574"), world.facts)[0].codes

    world.facts.said = {1: [Statement(50_000, DAY - timedelta(6)), Statement(49_999, DAY)]}
    ranked = rank(a_line(world.facts, reference="1234574"), world.facts)
    assert "customer_said" not in ranked[0].codes


def test_several_payments_that_are_one_invoice_together() -> None:
    world = World()
    first = a_line(world.facts, reference="1234574", amount_minor=20_000)
    a_line(world.facts, pk=2, reference="1234574", amount_minor=30_000)

    best = certain(rank(first, world.facts))

    assert best is not None
    assert "amount_in_parts" in best.codes


def test_two_equal_sums_are_left_to_a_person() -> None:
    world = World()
    twin = an_open(6, ANNA, "145355", "12345708", 30_040)
    world.facts.open_of[ANNA].append(twin)

    assert world.best(reference="12345674", amount_minor=80_040) is None


def test_name_and_amount_and_all_that_may_help_them_stay_below_the_bar() -> None:
    helpers = ("name_alike", "amount_exact", "customer_said", "account_shared")

    assert weigh(map(Evidence, helpers[:3])) < BAR
    assert weigh(map(Evidence, helpers)) <= BAR
    by_family = {
        family: max(kind.points for kind in KINDS.values() if kind.family == family)
        for family in Family
    }
    assert by_family[Family.AMOUNT] + by_family[Family.NAME] + by_family[Family.SAID] < BAR


words = st.sampled_from(
    [
        "12345674",
        "1234574",
        "12344674",
        "77001109",
        "144997",
        "146146",
        "9831",
        "F-145354",
        "KUNDNR",
    ]
    + ["9832", "+", "takk", "55500004", ""]
)


@given(
    reference=words,
    text=st.lists(words, max_size=3).map(" ".join),
    amount=st.sampled_from([100, 30_000, 30_040, 50_000, 70_000, 80_040, 100_000]),
    name=st.sampled_from(["", "Anna Berg", "BO DAHL", "Cia Lund", "Dag Vik"]),
    account=st.sampled_from(["", ANNAS_ACCOUNT, SHARED_ACCOUNT, "99"]),
)
def test_whatever_arrives_candidates_are_one_customers_and_sum_up(
    reference: str, text: str, amount: int, name: str, account: str
) -> None:
    facts = World().facts
    line = a_line(
        facts,
        reference=reference,
        text=text,
        amount_minor=amount,
        payer_name=name,
        payer_account=account,
    )

    ranked = rank(line, facts)
    best = certain(ranked)

    for each in ranked:
        assert len({invoice.customer_id for invoice in each.invoices}) == 1
        parts = list(shares(amount, each.invoices))
        assert sum(part.to_invoice + part.to_credit for part in parts) == amount
        assert all(0 <= part.to_invoice <= facts.invoices[part.invoice_id].left for part in parts)
    if best is not None:
        written = {p.kind.family for p in best.pieces} & {Family.LEAD, Family.PAYER}
        assert written, "never on a name or an amount alone"
        named = {BO: "BO DAHL", ANNA: "Anna Berg", CIA: "Cia Lund"}
        if name in named.values() and best.codes & {"amount_exact"}:
            pointed = next(customer for customer, called in named.items() if called == name)
            owes = [invoice.left for invoice in facts.open_of.get(pointed, ())]
            assert best.customer_id == pointed or amount not in owes or account


def test_candidates_of_a_line_have_names_of_their_own() -> None:
    facts = World().facts
    ranked = rank(a_line(facts, reference="1234574", payer_name="Bo Dahl"), facts)

    assert [each.key for each in ranked] == ["146146", "144997"]


def test_a_reference_that_is_an_invoices_own_is_not_said_to_be_like_anothers() -> None:
    world = World()
    world.facts.for_review = True

    def codes(reference: str) -> frozenset[str]:
        line = a_line(world.facts, reference=reference, amount_minor=70_000)
        return frozenset().union(*(each.codes for each in rank(line, world.facts)))

    assert "reference_similar" in codes("12347691")
    assert "exact" in codes("12345674")
    assert "reference_similar" not in codes("12345674")
