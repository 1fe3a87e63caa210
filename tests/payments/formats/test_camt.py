"""camt.053 and camt.054: what is read, what is left out, what is refused."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invoices.errors import FormatError
from payments.formats import Kind, Part, parse
from payments.formats.camt import CamtEntry, CamtFile, CamtPayment, write
from tests.payments.formats.camt_xml import (
    DEBTOR,
    DIRECT_DEBIT,
    SCOR,
    details,
    entry,
    message,
    only,
)
from tests.payments.formats.files import CAMT, LETTERS, NOV_2, NOV_3


def test_a_file_becomes_its_payments() -> None:
    parsed = parse(write(CAMT))

    assert parsed.format == "camt.054"
    assert parsed.accounts == ("NO9386011117947",)
    assert parsed.notes == ()
    assert parsed.sum_minor == 49900 + 12550 + 30000 - 12550
    assert [
        (each.line_no, each.amount_minor, each.reference, each.booked_on, each.kind)
        for each in parsed.payments
    ] == [
        (43, 49900, "0000100000018", NOV_2, Kind.PAYMENT),
        (74, 12550, "", NOV_2, Kind.PAYMENT),
        (84, 30000, "0000100000034", NOV_2, Kind.PAYMENT),
        (145, -12550, "0000100000026", NOV_3, Kind.REVERSAL),
    ]
    first, second, third, _ = parsed.payments
    assert (first.payer_name, first.payer_account) == ("Kari Østby", "NO9012345678901")
    assert (first.currency, first.code) == ("NOK", "PMNT-RCDT-DMCT")
    assert second.text == "Faktura 5512 og 5513"
    assert third.parts == (Part("0000100000034", 20000), Part("0000100000042", 10000))


@pytest.mark.parametrize("version", ["053.001.02", "053.001.08", "054.001.04", "054.001.13"])
def test_every_version_is_read_alike(version: str) -> None:
    parsed = parse(message(entry(details(SCOR.format("18"), more=DEBTOR)), version))

    assert parsed.format == f"camt.{version[:3]}"
    assert (only(parsed).reference, only(parsed).payer_name) == ("18", "Kari Østby")


def test_a_namespace_prefix_makes_no_difference() -> None:
    raw = message(entry(details(SCOR.format("18"))))
    prefixed = raw.replace(b"</", b"</n:").replace(b"xmlns=", b"xmlns:n=")
    prefixed = b"<n:".join(prefixed.split(b"<")).replace(b"<n:/n:", b"</n:").replace(b"<n:?", b"<?")

    assert only(parse(prefixed)).reference == "18"


def test_a_bankgiro_payee_has_its_digits_only() -> None:
    bankgiro = "<Othr><Id>991-2346</Id><SchmeNm><Prtry>BGNR</Prtry></SchmeNm></Othr>"

    assert parse(message(entry(), account=bankgiro)).accounts == ("9912346",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("100", 10000), ("100.5", 10050), ("0.01", 1), ("100.50000", 10050), ("100.", 10000)],
)
def test_an_amount_is_exact(text: str, expected: int) -> None:
    assert only(parse(message(entry(amount=text)))).amount_minor == expected


@pytest.mark.parametrize(
    "text", ["", "-1", "+1", "1,00", "1.005", "1e3", "NaN", "Infinity", "1_0", "١", "9" * 17, ".5"]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(FormatError, match="not an amount") as caught:
        parse(message(entry(amount=text)))

    assert caught.value.line_no == 5


def test_a_currency_without_hundredths_is_refused() -> None:
    with pytest.raises(FormatError, match="ISK"):
        parse(message(entry()).replace(b"NOK", b"ISK"))


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        (entry(direction="DBIT"), "money paid out"),
        (entry(more="<RvslInd>true</RvslInd>"), "takes back a payment we made"),
        (entry(status="PDNG"), "not booked (status PDNG)"),
        (entry(status="<Cd>INFO</Cd>"), "not booked (status INFO)"),
        (entry("<Btch><NbOfTxs>7</NbOfTxs></Btch>"), "sum of 7 payments"),
        (entry(more=DIRECT_DEBIT), "Autogiro"),
        (entry(details("<Ustrd>AG Löpnr 1234</Ustrd>")), "Autogiro"),
        (entry(details(), more="<AddtlNtryInf>AG LOPNR 00012</AddtlNtryInf>"), "Autogiro"),
    ],
)
def test_an_entry_that_is_no_payment_is_left_out_with_a_note(xml: str, reason: str) -> None:
    parsed = parse(message(xml, "053.001.08"))

    assert parsed.payments == ()
    assert parsed.accounts == ("NO9386011117947",)
    (note,) = parsed.notes
    assert note.startswith("The entry on line 5 was left out: ")
    assert reason in note


def test_a_direct_debit_with_a_reference_is_a_payment() -> None:
    assert (
        only(parse(message(entry(details(SCOR.format("18")), more=DIRECT_DEBIT)))).reference == "18"
    )


def test_an_entry_without_details_is_one_payment() -> None:
    payment = only(parse(message(entry(more="<AddtlNtryInf>Fra Kari</AddtlNtryInf>"))))

    assert (payment.amount_minor, payment.reference, payment.text) == (10000, "", "Fra Kari")


def test_a_credit_that_is_taken_back_is_a_negative_reversal() -> None:
    xml = entry(details(SCOR.format("18")), direction="DBIT", more="<RvslInd>true</RvslInd>")

    payment = only(parse(message(xml)))

    assert (payment.amount_minor, payment.kind) == (-10000, Kind.REVERSAL)


def test_a_debit_inside_a_credit_is_a_deduction() -> None:
    back = details(SCOR.format("26"), amount="50.00", more="<CdtDbtInd>DBIT</CdtDbtInd>")

    parsed = parse(message(entry(details(SCOR.format("18"), amount="150.00") + back)))

    assert [(each.amount_minor, each.kind) for each in parsed.payments] == [
        (15000, Kind.PAYMENT),
        (-5000, Kind.DEDUCTION),
    ]


def test_the_single_payment_of_an_entry_paid_in_another_currency_has_the_booked_amount() -> None:
    foreign = details(SCOR.format("18"), amount="9.50").replace("NOK", "EUR")

    assert only(parse(message(entry(foreign)))).amount_minor == 10000


@pytest.mark.parametrize(
    ("xml", "sentence"),
    [
        (entry(details(amount="60.00") + details(amount="30.00")), "is 10000 hundredths, but its"),
        (entry(details(amount="99.99")), "add up to 9999"),
        (entry(details() + details()), "does not say how much"),
        (
            entry("<Btch><NbOfTxs>2</NbOfTxs></Btch>" + details(amount="100.00")),
            "says 2 payments, but 1",
        ),
        (entry("<Btch><NbOfTxs>x</NbOfTxs></Btch>"), "“x” is not a value"),
        (entry(direction="CRTD"), "“CRTD” is not a value that CdtDbtInd can have"),
        (entry(status="BOKK"), "“BOKK” is not a value that Sts can have"),
        (entry(more="<RvslInd>maybe</RvslInd>"), "“maybe” is not a value"),
        (entry(day=""), "no such date"),
        (entry(day="<BookgDt><Dt>2026-02-30</Dt></BookgDt>"), "no such date as “2026-02-30”"),
        (entry().replace('<Amt Ccy="NOK">100.00</Amt>', ""), "has no amount"),
        (entry().replace('Ccy="NOK"', ""), "currency “” cannot"),
        (
            "<TxsSummry><TtlNtries><NbOfNtries>2</NbOfNtries></TtlNtries></TxsSummry>" + entry(),
            "says 2 entries, but 1",
        ),
        (
            "<TxsSummry><TtlCdtNtries><NbOfNtries>1</NbOfNtries><Sum>99</Sum></TtlCdtNtries>"
            "</TxsSummry>" + entry(),
            "sum is 9900 hundredths, but the entries add up to 10000",
        ),
        (
            "<TxsSummry><TtlDbtNtries><NbOfNtries>1</NbOfNtries></TtlDbtNtries></TxsSummry>"
            + entry(),
            "says 1 entries, but 0",
        ),
    ],
)
def test_a_wrong_figure_is_refused_with_its_line(xml: str, sentence: str) -> None:
    with pytest.raises(FormatError) as caught:
        parse(message(xml))

    assert caught.value.line_no == 5
    assert sentence in str(caught.value)


def test_an_account_must_be_named() -> None:
    with pytest.raises(FormatError, match="account is missing"):
        parse(message(entry(), account="<Othr/>"))


def test_a_point_in_time_is_the_day_in_the_banks_zone() -> None:
    xml = entry(day="<BookgDt><DtTm>2026-11-02T23:59:00+01:00</DtTm></BookgDt>")

    assert only(parse(message(xml))).booked_on == NOV_2


def test_the_same_payment_in_a_statement_and_a_notification_has_the_same_key() -> None:
    own = "<Refs><AcctSvcrRef>PAY-1</AcctSvcrRef></Refs>"
    xml = entry(details(SCOR.format("18"), more=own))

    statement, notification = parse(message(xml, "053.001.02")), parse(message(xml))

    assert only(statement).key == only(notification).key


def test_payments_without_a_number_of_the_bank_are_kept_apart_by_their_message() -> None:
    raw = message(entry(details(SCOR.format("18"))))

    one, again, other = parse(raw), parse(raw), parse(raw.replace(b"<Id>S</Id>", b"<Id>T</Id>"))

    assert only(one).key == only(again).key
    assert only(one).key != only(other).key


def test_equal_payments_of_one_entry_have_different_keys() -> None:
    one = details(SCOR.format("18"), amount="50.00")

    first, second = parse(message(entry(one + one))).payments

    assert first.key.removesuffix("#1") == second.key.removesuffix("#2")


def test_a_statement_without_entries_is_read() -> None:
    parsed = parse(message("", "053.001.02"))

    assert (parsed.payments, parsed.accounts) == ((), ("NO9386011117947",))


AMOUNTS = st.none() | st.integers(-(10**9), 10**9)
PARTS = st.lists(
    st.builds(Part, st.text(LETTERS, min_size=1, max_size=35), AMOUNTS), min_size=2, max_size=4
)
PAYMENTS = st.builds(
    CamtPayment,
    amount_minor=st.integers(0, 10**12),
    reference=st.text(LETTERS, min_size=1, max_size=35),
    parts=st.just(()) | PARTS.map(tuple),
    text=st.text(LETTERS + "<&>'\"Łő", max_size=140),
    payer_name=st.text(LETTERS + "Łő", max_size=70),
    payer_iban=st.sampled_from(["", "NO9386011117947"]),
    servicer_ref=st.text(LETTERS, max_size=35),
)
ENTRIES = st.builds(
    CamtEntry,
    booked_on=st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    payments=st.lists(PAYMENTS, min_size=1, max_size=4).map(tuple),
    servicer_ref=st.text(LETTERS, max_size=35),
    currency=st.sampled_from(["NOK", "SEK", "EUR"]),
    reversal=st.booleans(),
)


@settings(deadline=None)  # the machine may be busy
@given(st.lists(ENTRIES, max_size=3))
def test_what_is_written_is_read_back(entries: list[CamtEntry]) -> None:
    parsed = parse(write(CamtFile("M", "NO9386011117947", tuple(entries))))

    written = [(each, payment) for each in entries for payment in each.payments]
    assert [
        (each.booked_on, each.currency, each.amount_minor, each.text, each.payer_name)
        for each in parsed.payments
    ] == [
        (
            one.booked_on,
            one.currency,
            -pay.amount_minor if one.reversal else pay.amount_minor,
            pay.text,
            pay.payer_name,
        )
        for one, pay in written
    ]
    assert [(each.reference, each.parts, each.payer_account) for each in parsed.payments] == [
        (pay.parts[0].reference if pay.parts else pay.reference, pay.parts, pay.payer_iban)
        for _, pay in written
    ]
    assert len({each.key for each in parsed.payments}) == len(written)


def test_an_entry_that_would_be_negative_is_not_written() -> None:
    with pytest.raises(ValueError, match="larger than its payments"):
        write(CamtFile("M", "NO93", (CamtEntry(NOV_2, (CamtPayment(-1),)),)))
