"""The records of files to Bankgirot, as field tables.

Layout: Autogiro technical manual (Bankgirot), as open source code renders it. Fields that an
order does not use are blank, as in the examples of that manual.
"""

from payments.formats.fixed_width import A, Layout, N

OPENING = Layout(
    "opening (01)",
    {1: "01", 11: "AUTOGIRO"},
    (N("written", 3, 10), A("unused", 19, 62), N("customer_no", 63, 68), N("payee", 69, 78)),
    " ",
)

# --- Mandates ---------------------------------------------------------------------------------

_PAYER = (N("payee", 3, 12), N("payer", 13, 28))
END_MANDATE = Layout("end a mandate (03)", {1: "03"}, _PAYER, " ")
MANDATE = Layout(
    "mandate (04)",
    {1: "04"},
    (
        *_PAYER,
        A("account", 29, 44),  # clearing number 4, account 12; blank to answer the payer's wish
        A("id_no", 45, 56),
        A("answer", 77, 78),  # AV: the payer's wish is refused
    ),
    " ",
)
RENUMBER = Layout(
    "another payer number (05)",
    {1: "05"},
    (*_PAYER, N("new_payee", 29, 38), N("new_payer", 39, 54)),
    " ",
)

# --- Payments ---------------------------------------------------------------------------------

PAYMENT = Layout(
    "payment (82, 32)",
    {},
    (
        N("kind", 1, 2),  # 82 draw, 32 pay-out
        A("due", 3, 10),  # YYYYMMDD, or GENAST: at once
        N("period", 11, 11),
        A("repeats", 12, 14),  # blank: until further notice
        N("payer", 16, 31),
        N("amount", 32, 43),
        N("payee", 44, 53),
        A("reference", 54, 69),
    ),
    " ",
)

# --- Cancellations (23-25) and moves (26-29) ----------------------------------------------------

CHANGE = Layout(
    "cancellation or move (23-29)",
    {},
    (
        N("kind", 1, 2),
        N("payee", 3, 12),
        A("payer", 13, 28),
        A("due", 29, 36),
        A("amount", 37, 48),
        A("direction", 49, 50),  # 82, 32
        A("moved_to", 51, 58),
        A("reference", 59, 74),
    ),
    " ",
)
