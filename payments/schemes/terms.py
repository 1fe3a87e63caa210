"""The days and limits of each scheme of direct debit. Pure.

``DEFAULTS`` is what holds until a biller's own agreement with the bank says otherwise (dated rows,
``schemes.models.SchemeTerms``). Where they come from (S: the scheme's specification, W: a public
page of the bank or scheme, U: not confirmed anywhere, so ask the bank):

Autogiro (Bankgirot)
    notice      8 banking days before the draw the payer knows day and amount (W: texts differ
                between "vardagar" and "bankdagar"; banking days are the longer)
    send_by     by 19:00 two banking days before (W: by 19:00 the banking day before, but banks may
                close earlier)
    send_from   four banking days before: what is sent early can still be taken back
    cancel_by   two banking days before, through the payee (W)
    retries     up to three more tries on the banking days that follow (W)
    refund      8 weeks for an amount that was not to be expected, 13 months without a mandate (W)
    setup       a new mandate is answered within about six banking days (W: one provider plans so)
AvtaleGiro (Mastercard Payment Services)
    notice      8 days before the draw (W: banks say "at least seven" and "at least eight")
    send_from   10 days before, send_by four banking days before at 14:00 (W: one system that runs
                sends so; the hour is U)
    cancel_by   two banking days before at 14:00 (U: the manual's chapter is not public)
    retries     none: the bank tries within the day and reports nothing (U)
    refund      while notice was given late; 4 weeks of notice end that right (W). Nothing comes
                back by file but a reversal
    setup       one to six weeks are reported (W); here a week, and the page says "about"
Vipps recurring
    notice      a charge is asked for at least 2 days before it is due, and the app tells (W)
    send_by     two days before at 12:00; cancel_by the same
    retries     Vipps tries for ``retryDays`` of the charge: 5 here (W)
"""

from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from invoices.bankdays import next_bank_day, shift_bank_days

NOTICE_SPREAD_BANK_DAYS: Final = 5  # a notice may go so long before it must
OSLO: Final = ZoneInfo("Europe/Oslo")  # Stockholm keeps the same time
AUTOGIRO, AVTALEGIRO, VIPPS = "autogiro", "avtalegiro", "vipps"


@dataclass(frozen=True, slots=True)
class Terms:
    """One scheme's limits. Days count back from the day of the draw; ``bank`` ones are banking
    days, and where both are given both hold.
    """

    notice_bank_days: int = 0
    notice_days: int = 0
    send_from_bank_days: int = 0
    send_from_days: int = 0
    send_by_bank_days: int = 2
    send_by_hour: int = 19
    cancel_by_bank_days: int = 2
    cancel_by_hour: int = 19
    retries: int = 0
    unanswered_bank_days: int = 2  # after the draw (and its retries): then it counts as unpaid
    refund_days: int = 56
    unauthorised_refund_days: int = 396
    failures_to_pause: int = 2  # so many failed draws in a row pause the mandate; 0: never
    setup_bank_days: int = 6  # from asking for a mandate to the bank's yes, as it usually goes


DEFAULTS: Final[dict[str, Terms]] = {
    AUTOGIRO: Terms(notice_bank_days=8, send_from_bank_days=4, retries=3),
    AVTALEGIRO: Terms(
        notice_days=8,
        send_from_days=10,
        send_by_bank_days=4,
        send_by_hour=14,
        cancel_by_hour=14,
        setup_bank_days=5,
    ),
    VIPPS: Terms(
        notice_days=3,
        send_from_days=6,
        send_by_hour=12,
        cancel_by_hour=12,
        retries=5,
        unanswered_bank_days=3,
        setup_bank_days=0,
    ),
}
NAMES: Final = frozenset(field.name for field in fields(Terms))


def with_own(terms: Terms, own: dict[str, Any]) -> Terms:
    """The terms with what a biller's agreement says differently."""
    return replace(terms, **{name: value for name, value in own.items() if name in NAMES})


@dataclass(frozen=True, slots=True)
class Days:
    """When what must happen for a draw on ``draw_on``. A moment is aware."""

    draw_on: date
    notice_from: date
    notice_by: date
    send_from: date
    send_by: datetime
    cancel_by: datetime
    answer_by: date


def days_for(terms: Terms, due_on: date, country: str) -> Days:
    """The days of a draw for money that is due: on that day, or the first banking day after."""
    draw_on = next_bank_day(due_on, country)

    def back(bank_days: int, days: int) -> date:
        by_bank = shift_bank_days(draw_on, -bank_days, country)
        return min(by_bank, draw_on - timedelta(days=days))

    send_by = back(terms.send_by_bank_days, 0)
    notice_by = back(terms.notice_bank_days, terms.notice_days)
    return Days(
        draw_on=draw_on,
        notice_from=shift_bank_days(notice_by, -NOTICE_SPREAD_BANK_DAYS, country),
        notice_by=notice_by,
        send_from=min(back(terms.send_from_bank_days, terms.send_from_days), send_by),
        send_by=datetime.combine(send_by, time(terms.send_by_hour), OSLO),
        cancel_by=datetime.combine(
            back(terms.cancel_by_bank_days, 0), time(terms.cancel_by_hour), OSLO
        ),
        answer_by=shift_bank_days(draw_on, terms.retries + terms.unanswered_bank_days, country),
    )


def in_time(days: Days, today: date, now: datetime, *, notice: bool) -> bool:
    """Whether a draw can still be planned: ``notice``, the payer must be told of it first."""
    return now < days.send_by and (not notice or today <= days.notice_by)
