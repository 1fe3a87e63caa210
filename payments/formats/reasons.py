"""What the codes of Autogiro mean, in words a customer understands.

REASONS is keyed by family and code, as answers carry it and as it can be stored: 'draw.1',
'rejected.24', 'mandate.32'. The meanings are English templates of the catalogues (gettext).

Families: ``draw`` what became of a draw (status of TK82/32); ``refund`` why money went back
(TK77); ``rejected`` why Bankgirot did not take a draw; ``change`` what became of a cancellation
or move, ``changed_by`` what it goes back to (the transaction code); ``mandate`` the comment of a
mandate answer (TK73), ``mandate_by`` its information code; ``signup`` a mandate asked for in the
internet bank (TK52). Sources: Bankgirot's Autogiro technical manual as open source code renders
it; draw.4 comes from one vendor only. AvtaleGiro has no codes.
"""

from dataclasses import dataclass

from invoices.errors import N_


@dataclass(frozen=True, slots=True)
class Reason:
    """A code: what it means, whether asking again can help, and whether it is the last word."""

    meaning: str
    retry: bool = False  # the same request can succeed later, or with the data put right
    final: bool = True  # the bank is done with it


_ENDED_BY_BANK = N_("You or your bank ended the agreement on automatic payment.")
_WRONG_PAYER_NUMBER = N_("The payer number is wrong.")
_WRONG_PAYEE = N_("The bankgiro number of the biller is wrong.")
_WRONG_AMOUNT = N_("The amount is wrong.")
_MOVED = N_("The payment was moved to another day.")
_NO_MONEY = N_("There was not enough money on the account.")
_CANCELLED_ON_ORDER = N_("The biller asked for it to be cancelled.")
_MOVED_ON_ORDER = N_("The biller asked for it to be moved.")

_DRAWS = {
    "0": Reason(N_("The money was drawn.")),
    "1": Reason(_NO_MONEY, retry=True),
    "2": Reason(N_("The account, or the agreement on automatic payment, has ended.")),
    "4": Reason(
        N_("The agreement on automatic payment is being changed."), retry=True, final=False
    ),
    "9": Reason(
        N_("There was not enough money on the account. The bank tries again."),
        retry=True,
        final=False,
    ),
}

_REFUNDS = {
    "01": Reason(N_("The bank found no agreement on automatic payment.")),
    "02": Reason(N_("The agreement on automatic payment had been revoked.")),
    "03": Reason(N_("The amount was higher than you could expect.")),
}

_REJECTED = {
    "01": Reason(N_("There is no agreement on automatic payment for this account.")),
    "02": Reason(N_("The account is closed, or cannot be used for automatic payment.")),
    "03": Reason(N_("The agreement on automatic payment is stopped.")),
    "04": Reason(N_("The bankgiro number of the payer is wrong.")),
    "05": Reason(_WRONG_PAYEE, retry=True),
    "06": Reason(N_("The period of the payment is wrong."), retry=True),
    "07": Reason(N_("The number of payments is wrong."), retry=True),
    "08": Reason(_WRONG_AMOUNT, retry=True),
    "09": Reason(N_("The biller may not pay out money this way.")),
    "10": Reason(N_("The bankgiro number is unknown."), retry=True),
    "12": Reason(N_("The day of the payment is wrong."), retry=True),
    "13": Reason(N_("The day of the payment had passed."), retry=True),
    "15": Reason(N_("The payment names another biller than its file."), retry=True),
    "24": Reason(N_("The amount is higher than the most that was agreed on.")),
}

_CHANGES = {
    "01": Reason(N_("The day of the payment is wrong."), retry=True),
    "02": Reason(_WRONG_PAYER_NUMBER, retry=True),
    "04": Reason(N_("It is not clear whether money was to be drawn or paid out."), retry=True),
    "05": Reason(_WRONG_AMOUNT, retry=True),
    "06": Reason(N_("The new day of the payment is wrong."), retry=True),
    "10": Reason(_WRONG_PAYEE, retry=True),
    "11": Reason(N_("The bankgiro number of the biller is missing."), retry=True),
    "12": Reason(N_("The payment was cancelled.")),
    "13": Reason(N_("The payment was not found, so nothing was changed.")),
    "14": Reason(_MOVED),
    "15": Reason(N_("A payment that renews itself cannot be moved.")),
    "18": Reason(_MOVED),
}

_CHANGED_BY = {
    "03": Reason(N_("The agreement on automatic payment has ended.")),
    "11": Reason(N_("You or your bank stopped the payment.")),
    "21": Reason(N_("The biller has left Autogiro.")),
    **{code: Reason(_CANCELLED_ON_ORDER) for code in ("22", "23", "24", "25")},
    **{code: Reason(_MOVED_ON_ORDER) for code in ("26", "27", "28", "29")},
}

_MANDATES = {
    "01": Reason(N_("The bank ended the agreement on automatic payment."), retry=True),
    "02": Reason(_ENDED_BY_BANK, retry=True),
    "03": Reason(N_("This kind of account cannot be used for automatic payment."), retry=True),
    "04": Reason(N_("Bankgirot has no agreement on automatic payment under this number.")),
    "05": Reason(
        N_("The account number, or the person it belongs to, is not what the bank knows."),
        retry=True,
    ),
    "06": Reason(N_("Bankgirot ended the agreement on automatic payment."), retry=True),
    "07": Reason(N_("The bank did not answer in time."), retry=True),
    "09": Reason(N_("The bankgiro number of the payer is unknown."), retry=True),
    "10": Reason(N_("The agreement on automatic payment exists already, or is being asked for.")),
    "11": Reason(N_("You stopped the automatic payment for a time."), final=False),
    "12": Reason(N_("You let the automatic payment go on again.")),
    "20": Reason(N_("The personal or organisation number is wrong."), retry=True),
    "21": Reason(_WRONG_PAYER_NUMBER, retry=True),
    "23": Reason(N_("The account number is wrong."), retry=True),
    "24": Reason(N_("An agreement with a highest amount is not allowed."), retry=True),
    "29": Reason(_WRONG_PAYEE, retry=True),
    "30": Reason(N_("The biller has left Autogiro.")),
    "32": Reason(N_("The agreement on automatic payment is active.")),
    "33": Reason(N_("The agreement on automatic payment has ended."), retry=True),
    "98": Reason(N_("The bankgiro number of the payer has ended."), retry=True),
}

_MANDATES_BY = {
    "03": Reason(N_("The biller asked for it to end.")),
    "04": Reason(N_("The biller asked for it.")),
    "05": Reason(N_("The biller asked for another payer number.")),
    "10": Reason(N_("The bankgiro number of the biller has ended.")),
    "42": Reason(N_("The bank answered about the account.")),
    "43": Reason(N_("The bank did not answer in time.")),
    "44": Reason(N_("The bankgiro number of the payer has ended.")),
    "46": Reason(_ENDED_BY_BANK),
    "93": Reason(N_("You ended the agreement on automatic payment.")),
}

_SIGNUPS = {
    "0": Reason(N_("You asked for automatic payment in your internet bank."), final=False),
    **{
        code: Reason(
            N_("The bank reminds: you asked for automatic payment in your internet bank."),
            final=False,
        )
        for code in ("1", "2")
    },
}

REASONS: dict[str, Reason] = {
    f"{family}.{code}": reason
    for family, codes in {
        "draw": _DRAWS,
        "refund": _REFUNDS,
        "rejected": _REJECTED,
        "change": _CHANGES,
        "changed_by": _CHANGED_BY,
        "mandate": _MANDATES,
        "mandate_by": _MANDATES_BY,
        "signup": _SIGNUPS,
    }.items()
    for code, reason in codes.items()
}
