"""An error's sentence, as it reads in English and in logs."""

import pytest

from invoices.errors import Refused


@pytest.mark.parametrize(
    ("minor", "said"), [(12_345, "123.45"), (-50, "-0.50"), (-150, "-1.50"), (0, "0.00")]
)
def test_an_amount_in_a_sentence_is_written_with_two_decimals(minor: int, said: str) -> None:
    assert str(Refused("{amount} is not it.", amount_minor=minor)) == f"{said} is not it."
