"""The records of AvtaleGiro claims and cancellations as field tables.

Layout: "System specification AvtaleGiro" v3.3 of Mastercard Payment Services (the former Nets).
The start of a transmission is the same as that of OCR giro.
"""

from payments.formats.fixed_width import A, Layout, N, R

_ASSIGNMENT = (N("assignment_no", 18, 24), N("account", 25, 35))
START_CLAIMS = Layout("start of claims", {1: "NY210020"}, _ASSIGNMENT, "0")
START_CANCELLATIONS = Layout("start of cancellations", {1: "NY213620"}, _ASSIGNMENT, "0")

AMOUNT_1 = Layout(
    "amount item 1",
    {1: "NY21", 7: "30"},
    (
        N("type_code", 5, 6),  # 02 the payee notifies, 21 the bank notifies, 93 cancellation
        N("transaction_no", 9, 15),
        N("due", 16, 21),
        A("unused", 22, 32),  # blanks
        N("amount", 33, 49),
        R("kid", 50, 74),
    ),
    "0",
)
AMOUNT_2 = Layout(
    "amount item 2",
    {1: "NY21", 7: "31"},
    (
        N("type_code", 5, 6),
        N("transaction_no", 9, 15),
        A("payer_name", 16, 25),
        A("unused", 26, 50),  # blanks
        A("external_ref", 51, 75),  # what the payer's statement shows
    ),
    "0",
)
SPECIFICATION = Layout(
    "specification",
    {1: "NY212149", 16: "4"},
    (
        N("transaction_no", 9, 15),
        N("line", 17, 19),  # 1 to 42
        N("column", 20, 20),  # 1 the left 40 characters of a line, 2 the right 40
        A("text", 21, 60),
    ),
    "0",
)

_TOTALS = (
    N("transactions", 9, 16),
    N("records", 17, 24),
    N("sum", 25, 41),
    N("first_due", 42, 47),
)
_ASSIGNMENT_TOTALS = (*_TOTALS, N("last_due", 48, 53))
END_CLAIMS = Layout("end of claims", {1: "NY210088"}, _ASSIGNMENT_TOTALS, "0")
END_CANCELLATIONS = Layout("end of cancellations", {1: "NY213688"}, _ASSIGNMENT_TOTALS, "0")
END_TRANSMISSION = Layout("end of transmission", {1: "NY000089"}, _TOTALS, "0")
