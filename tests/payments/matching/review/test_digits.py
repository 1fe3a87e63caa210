"""The digits that differ, as finance sees them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.matching.review.digits import Piece, differing


def told(written: str, reference: str) -> str:
    """Missing digits in +, extra ones in -."""
    marks = {Piece.SAME: "{}", Piece.MISSING: "+{}", Piece.EXTRA: "-{}"}
    return "".join(marks[each.piece].format(each.text) for each in differing(written, reference))


@pytest.mark.parametrize(
    ("written", "reference", "expected"),
    [
        ("1234574", "12345674", "12345+674"),
        ("123455674", "12345674", "12345-5674"),
        ("KID 1234567", "12345674", "1234567+4"),
        ("takk for 1234 5774", "12345674", "12345+6-774"),
        ("12345674", "12345674", ""),
        ("1234-5674", "12345674", ""),
        ("99", "12345674", ""),
        ("takk", "12345674", ""),
        ("", "12345674", ""),
        ("1" * 60, "12345674", ""),
    ],
)
def test_what_is_missing_and_what_is_too_much_is_marked(
    written: str, reference: str, expected: str
) -> None:
    assert told(written, reference) == expected


digits = st.text("0123456789", min_size=1, max_size=30)


@given(written=digits, reference=digits)
def test_the_pieces_are_both_of_what_they_compare(written: str, reference: str) -> None:
    pieces = differing(written, reference)

    if pieces:
        assert "".join(p.text for p in pieces if p.piece != Piece.MISSING) == written
        assert "".join(p.text for p in pieces if p.piece != Piece.EXTRA) == reference
