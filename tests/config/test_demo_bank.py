"""The demo's bank: what it damages is refused, in both countries' formats."""

import pytest

from config.demo.bank import bank_file, damaged
from invoices.errors import FormatError
from payments.formats import parse
from tests.build import a_biller

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("how", ["cut", "flipped"])
@pytest.mark.parametrize("amount", [50_000, 77_700, 100, 1_234_567])
@pytest.mark.parametrize("country", ["NO", "SE"])
def test_what_it_damages_is_refused(country: str, amount: int, how: str) -> None:
    _name, raw = bank_file(a_biller("norrsken", country), [("4711", amount, "Anna")])
    assert parse(raw).sum_minor == amount

    with pytest.raises(FormatError):
        parse(damaged(raw, how))


@pytest.mark.parametrize("country", ["NO", "SE"])
def test_what_is_sent_again_is_the_same_to_the_byte(country: str) -> None:
    _name, raw = bank_file(a_biller("norrsken", country), [("4711", 50_000, "Anna")])

    assert damaged(raw, "again") == raw
