"""The records of BgMax as field tables.

Layout: Bankgiro Inbetalningar, technical manual (Bankgirot).
"""

from payments.formats.fixed_width import A, Layout, N

OPENING = Layout(
    "opening (01)",
    {1: "01BGMAX"},
    (A("version", 23, 24), A("written_at", 25, 44), A("test", 45, 45)),
    " ",
)
SECTION = Layout(
    "section (05)",
    {1: "05"},
    (A("bankgiro", 3, 12), A("plusgiro", 13, 22), A("currency", 23, 25)),
    " ",
)


def _amount_record(title: str, mark: str) -> Layout:
    """Records 20 to 23 share one layout; only 21 fills column 71."""
    return Layout(
        title,
        {1: mark},
        (
            A("payer", 3, 12),
            A("reference", 13, 37),
            N("amount", 38, 55),
            A("reference_code", 56, 56),
            A("channel", 57, 57),
            A("serial", 58, 69),
            A("image", 70, 70),
            A("deduction_code", 71, 71),
        ),
        " ",
    )


PAYMENT = _amount_record("payment (20)", "20")
DEDUCTION = _amount_record("deduction (21)", "21")
REFERENCE = _amount_record("extra reference (22)", "22")
MINUS_REFERENCE = _amount_record("extra reference with deduction (23)", "23")
TEXT = Layout("text (25)", {1: "25"}, (A("text", 3, 52),), " ")
NAMES = Layout("name (26)", {1: "26"}, (A("name", 3, 37), A("extra_name", 38, 72)), " ")
DEPOSIT = Layout(
    "deposit (15)",
    {1: "15"},
    (
        N("account", 3, 37),
        N("booked", 38, 45),
        N("serial", 46, 50),
        N("sum", 51, 68),
        A("currency", 69, 71),
        N("count", 72, 79),
        A("type", 80, 80),
    ),
    " ",
)
END = Layout(
    "end (70)",
    {1: "70"},
    (N("payments", 3, 10), N("deductions", 11, 18), N("references", 19, 26), N("deposits", 27, 34)),
    " ",
)
