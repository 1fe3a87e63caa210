"""The rules: what each is certain of, and the near misses that a person must look at."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.matching.engine import judge
from payments.matching.rules import Candidate, Received, Share, deducted, exact, taken_back

# Two invoices of one customer: 1 untouched, 2 part paid; 3 is paid and more than paid.
INVOICES = {
    "1018": Candidate(1, left=500),
    "1026": Candidate(2, left=300, paid=200),
    "1034": Candidate(3, left=0, paid=500, credit=100),
}

type Parts = Sequence[tuple[str, int | None]]
type Shares = list[tuple[int, int, int]]


def shares(found: list[Share] | None) -> Shares | None:
    if found is None:
        return None
    return [(share.invoice_id, share.to_invoice, share.to_credit) for share in found]


@pytest.mark.parametrize(
    ("amount", "parts", "expected"),
    [
        (500, [("1018", None)], [(1, 500, 0)]),
        (1, [("1018", None)], [(1, 1, 0)]),
        (501, [("1018", None)], [(1, 500, 1)]),
        (70, [("1034", None)], [(3, 0, 70)]),
        (500, [("1018", 500)], [(1, 500, 0)]),
        (800, [("1018", None), ("1026", None)], [(1, 500, 0), (2, 300, 0)]),
        (400, [("1018", 100), ("1026", 300)], [(1, 100, 0), (2, 300, 0)]),
        (900, [("1018", 600), ("1026", 300)], [(1, 500, 100), (2, 300, 0)]),
        (450, [("1018", 150), ("1026", None)], [(1, 150, 0), (2, 300, 0)]),
        (510, [("1018", None), ("1034", 10)], [(1, 500, 0), (3, 0, 10)]),
    ],
)
def test_a_payment_is_led_to_the_invoices_it_names(
    amount: int, parts: Parts, expected: Shares
) -> None:
    assert shares(exact(Received(amount, parts), INVOICES)) == expected


@pytest.mark.parametrize(
    ("amount", "parts"),
    [
        (500, []),
        (500, [("", None)]),
        (500, [("101", None)]),  # a digit is missing
        (500, [("10180", None)]),  # a digit too many
        (500, [("1081", None)]),  # two digits changed places
        (500, [("9999", 500)]),
        (500, [("1018", 200)]),  # what is the rest for?
        (100, [("1018", 200)]),
        (800, [("1018", None), ("9999", None)]),  # one of them is nobody's
        (800, [("1018", 500), ("", 300)]),
        (799, [("1018", None), ("1026", None)]),  # not to the last minor unit
        (801, [("1018", None), ("1026", None)]),
        (400, [("1018", 100), ("1026", 200)]),  # the parts are not the whole
        (500, [("1018", None), ("1034", None)]),  # nothing is left of the second
        (400, [("1018", 500), ("1026", -100)]),  # a credit note among the parts
        (500, [("1018", 500), ("1026", 0)]),
        (500, [("1018", 250), ("1018", 250)]),  # the same invoice twice
        (0, [("1018", None)]),
        (-500, [("1018", None)]),
    ],
)
def test_a_payment_that_leaves_any_doubt_is_left_to_a_person(amount: int, parts: Parts) -> None:
    assert exact(Received(amount, parts), INVOICES) is None


@pytest.mark.parametrize(
    ("amount", "parts", "expected"),
    [
        (-200, [("1026", None)], [(2, -200, 0)]),
        (-1, [("1026", None)], [(2, -1, 0)]),
        (-500, [("1034", None)], [(3, -500, 0)]),
        (-501, [("1034", None)], [(3, -500, -1)]),
        (-600, [("1034", -600)], [(3, -500, -100)]),
    ],
)
def test_money_taken_back_comes_off_the_invoice_first(
    amount: int, parts: Parts, expected: Shares
) -> None:
    assert shares(taken_back(Received(amount, parts), INVOICES)) == expected


@pytest.mark.parametrize(
    ("amount", "parts"),
    [
        (-1, [("1018", None)]),  # nothing was paid
        (-201, [("1026", None)]),  # more than was paid
        (-601, [("1034", None)]),  # more than was paid and is held
        (-200, [("9999", None)]),
        (-200, [("", None)]),
        (-200, [("1026", None), ("1034", None)]),
        (-200, [("1026", -100)]),
        (-200, []),
        (0, [("1026", None)]),
        (200, [("1026", None)]),
    ],
)
def test_money_that_is_not_there_is_not_taken_back(amount: int, parts: Parts) -> None:
    assert taken_back(Received(amount, parts), INVOICES) is None
    assert deducted(Received(amount, parts, deduction=True), INVOICES) is None


@pytest.mark.parametrize(
    ("amount", "expected"),
    [(-100, [(3, 0, -100)]), (-40, [(3, 0, -40)]), (-150, [(3, -50, -100)])],
)
def test_a_credit_note_that_is_set_off_uses_the_credit_first(amount: int, expected: Shares) -> None:
    received = Received(amount, [("1034", None)], deduction=True)

    assert shares(deducted(received, INVOICES)) == expected
    assert taken_back(received, INVOICES) is None


@pytest.mark.parametrize(
    ("received", "rule"),
    [
        (Received(500, [("1018", None)]), "exact"),
        (Received(-200, [("1026", None)]), "taken_back"),
        (Received(-100, [("1034", None)], deduction=True), "deducted"),
        (Received(500, [("4711", None)]), None),
        (Received(0, [("1018", None)]), None),
        (Received(-1, [("1018", None)]), None),
    ],
)
def test_the_verdict_names_its_rule(received: Received, rule: str | None) -> None:
    verdict = judge(received, INVOICES)

    assert (verdict.rule if verdict else None) == rule


amounts = st.integers(-1_000, 1_000)
parts = st.lists(
    st.tuples(st.sampled_from([*INVOICES, "9999", ""]), st.none() | amounts), max_size=3
)


@given(amounts, parts, st.booleans())
def test_whatever_arrives_no_money_appears_or_disappears(
    amount: int, parts: Parts, deduction: bool
) -> None:
    verdict = judge(Received(amount, parts, deduction), INVOICES)

    for_invoices = {candidate.invoice_id: candidate for candidate in INVOICES.values()}
    found = verdict.shares if verdict else []
    assert verdict is None or sum(s.to_invoice + s.to_credit for s in found) == amount
    for share in found:
        candidate = for_invoices[share.invoice_id]
        assert -candidate.paid <= share.to_invoice <= candidate.left
        assert -candidate.credit <= share.to_credit
        assert share.to_invoice * share.to_credit >= 0
        assert (share.to_invoice + share.to_credit) * amount > 0
