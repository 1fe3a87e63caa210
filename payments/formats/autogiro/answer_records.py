"""The records that Bankgirot sends, as field tables, in the new layout and the old.

Layout: Autogiro technical manual (Bankgirot), as open source code renders it; the totals were
checked against the examples of that manual.
"""

from payments.formats.fixed_width import A, Field, Layout, N

# --- Openings ---------------------------------------------------------------------------------

OPENING = Layout(
    "opening (01)",
    {1: "01AUTOGIRO"},
    (A("written", 25, 44), A("content", 45, 64), A("customer_no", 65, 70), N("payee", 71, 80)),
    " ",
)
OLD_OPENING = Layout(
    "opening (01)",
    {1: "01", 11: "AUTOGIRO9900"},
    (A("written", 3, 10), A("content", 23, 62), A("customer_no", 63, 68), N("payee", 69, 78)),
    " ",
)
_PLAIN = (A("written", 3, 10), N("payee", 15, 24))
OLD_MANDATES = Layout("opening (01)", {1: "01", 11: "9900", 25: "AG-MEDAVI"}, _PLAIN, " ")
SIGNUPS = Layout("opening (51)", {1: "51", 11: "9900", 25: "AG-EMEDGIV"}, _PLAIN, " ")

# --- Mandates ---------------------------------------------------------------------------------

_PAYER = (
    N("payee", 3, 12),
    N("payer", 13, 28),
    A("account", 29, 44),  # clearing number 4, account 12; zeros or blanks where not told
    A("id_no", 45, 56),
)
MANDATE = Layout(
    "mandate (73)",
    {1: "73"},
    (*_PAYER, A("info", 62, 63), A("comment", 64, 65), A("reported", 66, 73)),
    " ",
)
SIGNUP = Layout("mandate asked for (52)", {1: "52"}, (*_PAYER, A("reminder", 62, 62)), " ")
SIGNUP_NAME = Layout("name (54)", {1: "54"}, (A("name", 3, 38), A("address", 39, 74)), " ")
_COUNT = (A("written", 3, 10), N("count", 15, 21))
END_MANDATES = Layout("end (09)", {1: "09", 11: "9900"}, _COUNT, " ")
END_SIGNUPS = Layout("end (59)", {1: "59", 11: "9900"}, _COUNT, " ")

# --- Payment specification --------------------------------------------------------------------

SECTION = Layout(
    "section (15, 16, 17)",
    {},
    (
        N("kind", 1, 2),  # 15 draws, 16 pay-outs, 17 refunds
        A("account", 3, 37),
        N("booked", 38, 45),
        N("serial", 46, 50),
        N("sum", 51, 68),  # of what was settled
        A("currency", 69, 71),  # SEK or blank
        N("count", 72, 79),
    ),
    " ",
)
_DRAW: tuple[Field, ...] = (
    N("kind", 1, 2),  # 82 draw, 32 pay-out, 77 refund
    A("due", 3, 10),
    A("period", 11, 11),
    A("repeats", 12, 14),
    N("payer", 16, 31),
    N("amount", 32, 43),
    N("payee", 44, 53),
    A("reference", 54, 69),
)
DRAW = Layout("payment (82, 32)", {}, (*_DRAW, A("status", 80, 80)), " ")
REFUND = Layout("refund (77)", {}, (*_DRAW, A("refunded", 70, 77), A("reason", 78, 79)), " ")
END_SPECIFICATION = Layout(
    "end (09)",
    {1: "09", 11: "9900"},
    (
        A("written", 3, 10),
        N("draw_sections", 15, 20),
        N("draws", 21, 32),
        N("credit_sections", 33, 38),
        N("credits", 39, 50),
        N("refund_sections", 51, 56),
        N("refunds", 57, 68),
    ),
    " ",
)

# --- What was not taken, cancelled, moved -------------------------------------------------------

REJECTED = Layout(
    "rejected payment (82, 32)",
    {},
    (
        N("kind", 1, 2),
        A("due", 3, 10),
        A("period", 11, 11),
        A("repeats", 12, 14),
        N("payer", 15, 30),  # one column further left than in every other record
        N("amount", 31, 42),
        A("reference", 43, 58),
        A("comment", 59, 60),
    ),
    " ",
)
END_REJECTED = Layout(
    "end (09)",
    {1: "09", 11: "9900"},
    (
        A("written", 3, 10),
        N("credits", 15, 20),
        N("credit_sum", 21, 32),
        N("draws", 33, 38),
        N("draw_sum", 39, 50),
    ),
    " ",
)
CHANGED = Layout(
    "cancelled or moved payment (03, 11, 21-29)",
    {},
    (
        N("kind", 1, 2),
        A("due", 3, 10),
        A("payer", 11, 26),  # blank where all payers are meant
        A("direction", 27, 28),  # 82, 32; 00 where several payments are told of in sum
        N("amount", 29, 40),
        A("text", 41, 48),
        A("moved_to", 49, 56),
        A("reference", 57, 72),
        A("comment", 73, 74),
    ),
    " ",
)
# The end of cancellations, and of payments in the old layout. Sums may end in an overpunched sign.
END_SUMS = Layout(
    "end (09)",
    {1: "09", 11: "9900"},
    (
        A("written", 3, 10),
        A("credit_sum", 29, 40),
        N("credits", 41, 46),
        N("draws", 47, 52),
        A("draw_sum", 57, 68),
    ),
    " ",
)
