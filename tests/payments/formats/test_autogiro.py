"""Autogiro from Bankgirot: mandates and claims answered, money that moved, in both layouts."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invoices.errors import FormatError
from payments.formats import ClaimOutcome, Kind, MandateChange, parse
from payments.formats.autogiro.bank import (
    Head,
    MandateLine,
    PaymentLine,
    PaymentSection,
    SignupLine,
    write_changes,
    write_mandates,
    write_old_payments,
    write_rejected,
    write_signups,
    write_specification,
)
from payments.formats.reasons import REASONS
from tests.payments.formats.files import LETTERS, NOV_2, NOV_3, SAMPLES

HEAD = Head(471117, "9912346", NOV_3)
ACCOUNT, ID_NO = "5001000001000001", "199001012384"

SPECIFICATION = write_specification(
    HEAD,
    (
        PaymentSection(
            NOV_2,
            (
                PaymentLine("101", 49900, NOV_2, "1234574"),
                PaymentLine("102", 12550, NOV_2, "1234582", "1"),
                PaymentLine("103", 29900, NOV_2, "1234590", "9"),
                PaymentLine("104", 30000, NOV_2, "1234608", ""),
            ),
        ),
        PaymentSection(NOV_2, (PaymentLine("101", 5000, NOV_2, "ATER"),), kind="32"),
        PaymentSection(NOV_2, (PaymentLine("105", 20000, NOV_2, "1234616", "03"),), kind="77"),
    ),
)
REJECTED = write_rejected(
    HEAD,
    (
        PaymentLine("101", 49900, NOV_2, "1234574", "02"),
        PaymentLine("102", 5000, NOV_2, "ATER", "09", kind="32"),
    ),
)
CHANGES = write_changes(
    HEAD,
    (
        PaymentLine("101", 49900, NOV_2, "1234574", "12"),
        PaymentLine("102", 12550, NOV_2, "1234582", "14", changed_by="29", moved_to=NOV_3),
        PaymentLine("103", 29900, NOV_2, "1234590", "13", changed_by="25"),
    ),
)
MANDATES = write_mandates(
    HEAD,
    (
        MandateLine("101", "32", "04", ACCOUNT, ID_NO),
        MandateLine("102", "02", "46"),
        MandateLine("103", "23", "04", ACCOUNT, ID_NO),
    ),
)
SIGNUPS = write_signups(
    HEAD, (SignupLine("101", ACCOUNT, ID_NO, "Åsa Öberg"), SignupLine("102", ACCOUNT, ID_NO))
)
OLD_PAYMENTS = write_old_payments(
    HEAD,
    (
        PaymentLine("101", 49900, NOV_2, "1234574", ""),
        PaymentLine("102", 12550, NOV_2, "1234582", "1"),
        PaymentLine("103", 5000, NOV_2, "ATER", "", kind="32"),
    ),
)


def changed(raw: bytes, old: str, new: str) -> bytes:
    before, after = old.encode("latin-1"), new.encode("latin-1")
    assert before in raw
    return raw.replace(before, after, 1)


def test_settled_draws_are_payments_and_every_draw_is_answered() -> None:
    parsed = parse(SPECIFICATION)

    assert [
        (each.reference, each.amount_minor, each.kind, each.code, each.booked_on)
        for each in parsed.payments
    ] == [
        ("1234574", 49900, Kind.PAYMENT, "82", NOV_2),
        ("1234608", 30000, Kind.PAYMENT, "82", NOV_2),
        ("1234616", -20000, Kind.REVERSAL, "7703", NOV_2),
    ]
    assert {(each.account, each.currency) for each in parsed.payments} == {("9912346", "SEK")}
    assert [
        (each.payer_number, each.reference, each.what, each.reason, each.credit)
        for each in parsed.claim_answers
    ] == [
        ("101", "1234574", ClaimOutcome.SETTLED, "draw.0", False),
        ("102", "1234582", ClaimOutcome.REJECTED, "draw.1", False),
        ("103", "1234590", ClaimOutcome.RETRYING, "draw.9", False),
        ("104", "1234608", ClaimOutcome.SETTLED, "draw.0", False),
        ("101", "ATER", ClaimOutcome.SETTLED, "draw.0", True),
        ("105", "1234616", ClaimOutcome.REFUNDED, "refund.03", False),
    ]
    assert parsed.notes[0].endswith("are answers and no payments: 1, the first on line 8.")


def test_only_a_retry_is_not_the_last_word_on_a_draw() -> None:
    final = {code for code in "01249" if REASONS[f"draw.{code}"].final}

    assert final == {"0", "1", "2"}


def test_the_same_specification_again_has_the_same_keys() -> None:
    keys = [each.key for each in parse(SPECIFICATION).payments]

    assert keys == [each.key for each in parse(SPECIFICATION.replace(b"\r\n", b"\n")).payments]
    assert len(set(keys)) == 3


def test_old_payments_are_the_same_but_their_totals_count_all() -> None:
    parsed = parse(OLD_PAYMENTS)

    assert [(each.reference, each.amount_minor) for each in parsed.payments] == [("1234574", 49900)]
    assert parsed.payments[0].booked_on == NOV_3
    assert [each.what.value for each in parsed.claim_answers] == ["settled", "rejected", "settled"]


def test_rejected_payments_say_why() -> None:
    first, second = parse(REJECTED).claim_answers

    assert (first.what, first.reason, first.due_on) == (ClaimOutcome.REJECTED, "rejected.02", NOV_2)
    assert (first.account, first.payer_number, first.reference) == ("9912346", "101", "1234574")
    assert (second.credit, second.amount_minor) == (True, 5000)
    assert parse(REJECTED).payments == ()


def test_a_rejected_payment_may_have_an_impossible_day() -> None:
    (first, _) = parse(changed(REJECTED, "8220261102", "8220260231")).claim_answers

    assert first.due_on is None


def test_cancelled_and_moved_payments_say_who_began() -> None:
    assert [
        (each.what, each.reason, each.began, each.moved_to) for each in parse(CHANGES).claim_answers
    ] == [
        (ClaimOutcome.CANCELLED, "change.12", "changed_by.11", None),
        (ClaimOutcome.MOVED, "change.14", "changed_by.29", NOV_3),
        (ClaimOutcome.UNCHANGED, "change.13", "changed_by.25", None),
    ]


def test_several_payments_told_of_in_sum_have_no_payer() -> None:
    record = "2720261102" + " " * 16 + "00" + "0" * 12 + "00000123" + "20261103" + "0" * 16 + "14"
    lines = CHANGES.decode("latin-1").split("\r\n")
    raw = "\r\n".join([lines[0], record, *lines[1:]]).encode("latin-1")

    first = parse(raw).claim_answers[0]

    assert (first.payer_number, first.reference, first.amount_minor) == ("", "", 0)
    assert (first.what, first.due_on, first.moved_to) == (ClaimOutcome.MOVED, NOV_2, NOV_3)


@pytest.mark.parametrize("last", ["0", "}", "å"])
def test_the_size_of_an_overpunched_sum_is_what_counts(last: str) -> None:
    raw = changed(CHANGES, "000000062450", f"00000006245{last}")

    assert len(parse(raw).claim_answers) == 3


def test_mandate_answers() -> None:
    active, ended, refused = parse(MANDATES).mandate_answers

    assert (active.what, active.reason, active.began) == (
        MandateChange.ACTIVE,
        "mandate.32",
        "mandate_by.04",
    )
    assert (active.payer_number, active.payer_account, active.payer_id_no) == (
        "101",
        ACCOUNT,
        ID_NO,
    )
    assert (ended.what, ended.began, ended.payer_account) == (
        MandateChange.ENDED,
        "mandate_by.46",
        "",
    )
    assert (refused.what, refused.account) == (MandateChange.REFUSED, "9912346")
    assert REASONS[refused.reason].retry


@pytest.mark.parametrize(
    ("comments", "what"),
    [
        ("12 32", MandateChange.ACTIVE),
        ("11", MandateChange.PAUSED),
        ("10", MandateChange.EXISTS),
        ("01 02 06 07 33 98", MandateChange.ENDED),
        ("03 04 05 09 20 21 23 24 29 30", MandateChange.REFUSED),
    ],
)
def test_what_a_comment_makes_of_a_mandate(comments: str, what: MandateChange) -> None:
    lines = [MandateLine("1", comment) for comment in comments.split()]

    found = {each.what for each in parse(write_mandates(HEAD, lines)).mandate_answers}

    assert found == {what}


def test_mandates_asked_for_in_the_internet_bank() -> None:
    first, second = parse(SIGNUPS).mandate_answers

    assert (first.what, first.payer_name, first.reason) == (
        MandateChange.ASKED,
        "Åsa Öberg",
        "signup.0",
    )
    assert (second.payer_number, second.payer_account) == ("102", ACCOUNT)


def test_the_end_of_signups_may_count_mandates_or_records() -> None:
    assert len(parse(changed(SIGNUPS, "99000000006", "99000000002")).mandate_answers) == 2

    with pytest.raises(FormatError, match="says 5 records, but 2"):
        parse(changed(SIGNUPS, "99000000006", "99000000005"))


@pytest.mark.parametrize(
    ("raw", "old", "new", "refusal"),
    [
        (SPECIFICATION, "1234574".ljust(26) + "0", "1234574".ljust(26) + "3", "code “3”"),
        (SPECIFICATION, "2026110203", "2026110204", "code “04”"),
        (SPECIFICATION, "000000000000079900", "000000000000079901", "says 79901 öre"),
        (SPECIFICATION, "00000002 \r\n82", "00000003 \r\n82", "says 3 payments"),
        (SPECIFICATION, "079900   ", "079900EUR", "in EUR"),
        (SPECIFICATION, "9900000001000000000002", "9900000001000000000003", "“1 3 1 1 1 1”"),
        (SPECIFICATION, "15000", "18000", "kind 18 cannot stand"),
        (SPECIFICATION, "82202611020", "33202611020", "add up to 0 öre"),
        (SPECIFICATION, "8220261102", "8220260231", "no such date"),
        (SPECIFICATION, "BET. SPEC", "BEVAKNING", "“BEVAKNING"),
        (OLD_PAYMENTS, "AUTOGIRO9900    ", "AUTOGIRO9900BEVA", "“BEVA"),
        (OLD_PAYMENTS, "000000062450", "000000062451", "62451"),
        (OLD_PAYMENTS, "000001000002", "00000X000002", "hold digits"),
        (REJECTED, "1234574         02", "1234574         99", "code “99”"),
        (REJECTED, "000000049900   ", "000000049901   ", "49901"),
        (CHANGES, "000000062450", "00000006245X", "not a sum"),
        (CHANGES, "0000000000000101820", "0000000000000101720", "code “72”"),
        (CHANGES, "11202611020", "13202611020", "code “13”"),
        (CHANGES, "12".ljust(8) + "\r\n", "16".ljust(8) + "\r\n", "code “16”"),
        (MANDATES, "0432", "0431", "code “31”"),
        (MANDATES, "0432", "9932", "code “99”"),
        (MANDATES, "99000000003", "99000000004", "says 4 records"),
        (MANDATES, "730009912346", "730000912346", "not a bankgiro number"),
        (MANDATES, "0000000000000101", "0000000000000000", "not a payer number"),
        (SIGNUPS, "52000", "50000", "kind 50 cannot stand"),
    ],
)
def test_what_is_unclear_is_refused(raw: bytes, old: str, new: str, refusal: str) -> None:
    with pytest.raises(FormatError, match=refusal) as caught:
        parse(changed(raw, old, new))

    assert caught.value.line_no


@pytest.mark.parametrize(
    "raw", [b"0120261102AUTOGIRO".ljust(80), b"00261102HMAC".ljust(80) + b"\r\n"]
)
def test_our_own_orders_are_not_received(raw: bytes) -> None:
    with pytest.raises(FormatError, match="written for Bankgirot"):
        parse(raw)


@pytest.mark.parametrize("old", [False, True])
def test_the_old_openings_bring_the_same_answers(*, old: bool) -> None:
    lines = (PaymentLine("101", 49900, NOV_2, "1234574", "12"),)
    mandate = (MandateLine("101", "32"),)

    assert len(parse(write_rejected(HEAD, lines, old=old)).claim_answers) == 1
    assert len(parse(write_changes(HEAD, lines, old=old)).claim_answers) == 1
    assert len(parse(write_mandates(HEAD, mandate, old=old)).mandate_answers) == 1


def codes(family: str) -> st.SearchStrategy[str]:
    return st.sampled_from([key.split(".")[1] for key in REASONS if key.startswith(f"{family}.")])


def lines_with(
    family: str, kinds: tuple[str, ...] = ("82", "32")
) -> st.SearchStrategy[PaymentLine]:
    return st.builds(
        PaymentLine,
        payer_number=st.from_regex(r"[1-9][0-9]{0,15}", fullmatch=True),
        amount_minor=st.integers(0, 10**9),
        due_on=st.dates(date(2000, 1, 1), date(2099, 12, 31)),
        reference=st.text(LETTERS, max_size=16).filter(lambda text: text.strip("0") or not text),
        code=codes(family),
        kind=st.sampled_from(kinds),
        changed_by=codes("changed_by"),
        moved_to=st.none() | st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    )


def told(raw: bytes) -> list[tuple[object, ...]]:
    return [
        (
            each.payer_number,
            each.amount_minor,
            each.due_on,
            each.reference,
            each.reason.split(".")[1],
        )
        for each in parse(raw).claim_answers
    ]


def said(lines: list[PaymentLine]) -> list[tuple[object, ...]]:
    return [
        (each.payer_number, each.amount_minor, each.due_on, each.reference, each.code)
        for each in lines
    ]


few = settings(deadline=None, max_examples=50)  # the machine may be busy


@few
@given(st.lists(lines_with("rejected"), max_size=5), st.booleans())
def test_rejected_payments_are_read_back(lines: list[PaymentLine], old: bool) -> None:
    assert told(write_rejected(HEAD, lines, old=old)) == said(lines)


@few
@given(st.lists(lines_with("change"), max_size=5), st.booleans())
def test_changed_payments_are_read_back(lines: list[PaymentLine], old: bool) -> None:
    raw = write_changes(HEAD, lines, old=old)

    assert told(raw) == said(lines)
    assert [(each.moved_to, each.began) for each in parse(raw).claim_answers] == [
        (each.moved_to, f"changed_by.{each.changed_by}") for each in lines
    ]


@few
@given(st.lists(lines_with("draw"), max_size=5))
def test_old_payments_are_read_back(lines: list[PaymentLine]) -> None:
    assert told(write_old_payments(HEAD, lines)) == said(lines)


SECTIONS = st.lists(
    st.one_of(
        *(
            st.builds(
                PaymentSection,
                booked_on=st.dates(date(2000, 1, 1), date(2099, 12, 31)),
                payments=st.lists(lines_with(family, (kind,)), max_size=4).map(tuple),
                kind=st.just(kind),
                serial=st.integers(0, 99999),
            )
            for kind, family in (("82", "draw"), ("32", "draw"), ("77", "refund"))
        )
    ),
    max_size=4,
)


@few
@given(SECTIONS)
def test_a_specification_is_read_back(sections: list[PaymentSection]) -> None:
    parsed = parse(write_specification(HEAD, sections))

    lines = [(section, each) for section in sections for each in section.payments]
    assert told(write_specification(HEAD, sections)) == said([each for _, each in lines])
    assert [(each.booked_on, each.reference, each.amount_minor) for each in parsed.payments] == [
        (section.booked_on, each.reference, each.amount_minor * (-1 if section.kind == "77" else 1))
        for section, each in lines
        if section.kind == "77" or (section.kind == "82" and each.code == "0")
    ]
    assert len({each.key for each in parsed.payments}) == len(parsed.payments)


@few
@given(
    st.lists(
        st.builds(
            MandateLine,
            st.from_regex(r"[1-9][0-9]{0,15}", fullmatch=True),
            codes("mandate"),
            codes("mandate_by"),
            st.from_regex(r"[1-9][0-9]{15}", fullmatch=True) | st.just(""),
            st.from_regex(r"[1-9][0-9]{11}", fullmatch=True) | st.just(""),
        ),
        max_size=5,
    ),
    st.booleans(),
)
def test_mandates_are_read_back(lines: list[MandateLine], old: bool) -> None:
    assert [
        (each.payer_number, each.reason, each.began, each.payer_account, each.payer_id_no)
        for each in parse(write_mandates(HEAD, lines, old=old)).mandate_answers
    ] == [
        (
            each.payer_number,
            f"mandate.{each.comment}",
            f"mandate_by.{each.info}",
            each.payer_account,
            each.payer_id_no,
        )
        for each in lines
    ]


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the shared samples are not here")
def test_the_samples_say_what_their_provenance_says() -> None:
    def of(name: str) -> bytes:
        return (SAMPLES / "autogiro" / f"effekt_{name}.txt").read_bytes()

    settled = Counter(each.reason for each in parse(of("paymentSpecification")).claim_answers)
    assert settled == {"draw.0": 8, "draw.1": 2, "draw.2": 1, "draw.9": 1, "refund.01": 1,
                       "refund.02": 1}  # fmt: skip
    assert [each.began for each in parse(of("cancellationsamendments")).claim_answers] == [
        "changed_by.03",
        "changed_by.11",
    ]
    assert [each.what.value for each in parse(of("mandates")).mandate_answers] == ["active"] * 6
    asked = parse(of("e-mandates")).mandate_answers
    assert [(each.what.value, each.payer_name) for each in asked] == [("asked", "TEST PERSON")] * 3
