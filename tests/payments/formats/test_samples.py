"""Other people's files, where they are at hand: read as their provenance says."""

import pytest

from invoices.errors import FormatError
from payments.formats import Kind, Part, parse
from tests.payments.formats.files import SAMPLES

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the shared samples are not here")

LEVEL_3 = "rl_bankgiroinbetalningar_exempelfil_avtal-om-ocr-kontroll_checksiffra_langd_sv.txt"


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


@pytest.mark.parametrize(
    ("name", "count", "sum_minor", "accounts"),
    [
        ("ocr-giro/netsgiro_ocr_20tx.txt", 20, 5144900, ("99991042764",)),
        ("ocr-giro/java_netsgiro_ocr1.txt", 23, 1563000, ("99991111111",)),
        ("avtalegiro/netsgiro_mandates_16.txt", 0, 0, ("99991042764",)),
        ("autogiro/effekt_cancellationsamendments.txt", 0, 0, ("52323524",)),
        ("autogiro/effekt_e-mandates.txt", 0, 0, ("52323524",)),
        ("autogiro/effekt_mandates.txt", 0, 0, ("52323524",)),
        ("autogiro/effekt_paymentSpecification.txt", 7, 1430000, ("9912346",)),
        ("bgmax/barsoom_minimal.txt", 1, 110000, ("9912346",)),
        ("bgmax/barsoom_BgMaxfil4.txt", 9, 1260000, ("9912346",)),
        ("bgmax/notima_BGMAX_Sample1.txt", 2, 5146200, ("2407617",)),
        (f"bgmax/{LEVEL_3}", 9, 1390000, ("9912346",)),
        ("camt/genkgo_camt053.v2.minimal.xml", 1, 885, ("NL26VAYB8060476890",)),
        ("camt/genkgo_camt053.v4.xml", 1, 885, ("NL26VAYB8060476890",)),
        ("camt/genkgo_camt054.v2.xml", 0, 0, ("CH2801234000123456789",)),
        ("camt/genkgo_camt054.v8.xml", 0, 0, ("CH2801234000123456789",)),
    ],
)
def test_a_sample_is_read(name: str, count: int, sum_minor: int, accounts: tuple[str, ...]) -> None:
    parsed = parse(sample(name))

    assert len(parsed.payments) == count
    assert parsed.sum_minor == sum_minor
    assert parsed.accounts == accounts


def test_the_credits_of_the_ocr_sample_are_subtracted_in_its_totals() -> None:
    payments = parse(sample("ocr-giro/java_netsgiro_ocr1.txt")).payments

    assert [
        (each.code, each.kind, each.reference, each.amount_minor)
        for each in payments
        if each.amount_minor < 0
    ] == [
        ("13", Kind.REVERSAL, "44000366370078", -25000),
        ("13", Kind.REVERSAL, "44000366980090", -40000),
        ("13", Kind.REVERSAL, "44000007860156", -150000),
    ]
    assert sum(each.amount_minor for each in payments if each.amount_minor > 0) == 1778000


def test_claims_to_the_bank_are_refused() -> None:
    with pytest.raises(FormatError, match="Only files from the bank"):
        parse(sample("avtalegiro/netsgiro_claims_6.txt"))


def test_the_free_text_payment_of_the_ocr_sample() -> None:
    first = parse(sample("ocr-giro/netsgiro_ocr_20tx.txt")).payments[0]

    assert (first.code, first.text, first.reference) == ("21", "Foo bar baz", "0000531")
    assert first.payer_account == "99990512341"


def test_the_references_of_the_bgmax_sample() -> None:
    payments = parse(sample("bgmax/barsoom_BgMaxfil4.txt")).payments

    assert payments[6].parts == (
        Part("7495575", 100000),
        Part("695668", 50000),
        Part("8988777", 40000),
        Part("74450", -50000),
    )
    assert sum(part.amount_minor or 0 for part in payments[6].parts) == payments[6].amount_minor
    assert payments[0].payer_name == "Kalles Plåt AB"
    assert {payment.currency for payment in payments} == {"SEK", "EUR"}


def test_the_deduction_and_the_tabs_of_the_bgmax_sample() -> None:
    payments = parse(sample(f"bgmax/{LEVEL_3}")).payments

    assert (payments[1].kind, payments[1].amount_minor) == (Kind.DEDUCTION, -50000)
    assert payments[2].parts[3] == Part("657965", None)


@pytest.mark.parametrize("name", ["camt/genkgo_camt054.v2.xml", "camt/genkgo_camt054.v8.xml"])
def test_money_out_is_noted(name: str) -> None:
    (note,) = parse(sample(name)).notes

    assert note.endswith("was left out: it is money paid out.")


def test_the_payment_of_the_camt_sample() -> None:
    (payment,) = parse(sample("camt/genkgo_camt053.v2.minimal.xml")).payments

    assert payment.reference == "4654654654654654"
    assert (payment.payer_name, payment.payer_account) == ("NAME NAME", "NL56AGDH9619008421")
    assert (payment.currency, payment.code) == ("EUR", "544")
    assert payment.booked_on.isoformat() == "2014-12-31"
