"""Swish: what the QR says, and which numbers there are."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from invoices.documents.swish import shown_number, swish_number, swish_text
from invoices.errors import Refused
from tests.build import a_biller


def test_the_qr_says_what_swish_gives_as_its_example() -> None:
    assert swish_text("1237856901", 10_000, "12229445") == "C1237856901;100,00;12229445;0"


def test_a_message_is_url_encoded_and_ore_are_two_digits() -> None:
    assert swish_text("1231181189", 12_305, "Faktura 1;å") == (
        "C1231181189;123,05;Faktura%201%3B%C3%A5;0"
    )


@pytest.mark.parametrize("written", ["1231181189", "123 118 11 89", "123-118 11 89"])
def test_a_number_is_read_however_it_is_written(written: str) -> None:
    assert swish_number(written) == "1231181189"


@pytest.mark.parametrize("written", ["", "0701234567", "123118118", "12311811899", "1231181x89"])
def test_what_is_no_companys_number_is_refused(written: str) -> None:
    with pytest.raises(Refused, match="ten digits"):
        swish_number(written)


def test_it_is_shown_as_swish_prints_it() -> None:
    assert shown_number("1231181189") == "123 118 11 89"


@pytest.mark.django_db
def test_a_norwegian_biller_has_none() -> None:
    biller = a_biller()
    biller.swish_number = "1231181189"

    with pytest.raises(ValidationError, match="biller_swish_number"):
        biller.validate_constraints()
    with pytest.raises(IntegrityError):
        biller.save()
