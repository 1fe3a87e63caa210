"""The records of OCR giro and of the mandate assignments that travel with it, as field tables.

Layouts: "OCR giro system manual" and "System specification AvtaleGiro" v3.3 of Mastercard
Payment Services (the former Nets).
"""

from payments.formats.fixed_width import A, Layout, N, R

START_TRANSMISSION = Layout(
    "start of transmission",
    {1: "NY000010"},
    (N("sender", 9, 16), N("transmission_no", 17, 23), N("receiver", 24, 31)),
    "0",
)
START_ASSIGNMENT = Layout(
    "start of assignment",
    {1: "NY090020"},
    (N("agreement", 9, 17), N("assignment_no", 18, 24), N("account", 25, 35)),
    "0",
)
AMOUNT_1 = Layout(
    "amount item 1",
    {1: "NY09", 7: "30"},
    (
        N("type_code", 5, 6),
        N("transaction_no", 9, 15),
        N("booked", 16, 21),
        A("settlement", 22, 31),  # centre, day, partial settlement number, serial number
        A("sign", 32, 32),
        N("amount", 33, 49),
        R("kid", 50, 74),
    ),
    "0",
)
AMOUNT_2 = Layout(
    "amount item 2",
    {1: "NY09", 7: "31"},
    (
        N("type_code", 5, 6),
        N("transaction_no", 9, 15),
        A("form_no", 16, 25),
        A("archive_ref", 26, 34),
        A("bank_date", 42, 47),
        N("debit_account", 48, 58),
    ),
    "0",
)
AMOUNT_3 = Layout(
    "amount item 3",
    {1: "NY09", 7: "32"},
    (N("type_code", 5, 6), N("transaction_no", 9, 15), A("text", 16, 55)),
    "0",
)
_ASSIGNMENT_TOTALS = (
    N("transactions", 9, 16),
    N("records", 17, 24),
    N("sum", 25, 41),
    N("settled", 42, 47),
    N("earliest", 48, 53),
    N("latest", 54, 59),
)
END_ASSIGNMENT = Layout("end of assignment", {1: "NY090088"}, _ASSIGNMENT_TOTALS, "0")
END_TRANSMISSION = Layout(
    "end of transmission", {1: "NY000089"}, (*_ASSIGNMENT_TOTALS[:3], N("written", 42, 47)), "0"
)
START_MANDATES = Layout(
    "start of mandates",
    {1: "NY212420"},
    (N("assignment_no", 18, 24), N("account", 25, 35)),
    "0",
)
MANDATE = Layout(
    "mandate",
    {1: "NY219470"},
    (
        N("serial", 9, 15),
        N("registration", 16, 16),  # 0 listed, 1 new or changed, 2 deleted
        R("kid", 17, 41),
        A("notice", 42, 42),  # J or N: does the payer want written notice
    ),
    "0",
)
END_MANDATES = Layout("end of mandates", {1: "NY212488"}, _ASSIGNMENT_TOTALS[:2], "0")
