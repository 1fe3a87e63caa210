"""Decides what is drawn of an invoice, and what becomes of a draw when the invoice changes. Pure.

An invoice, or each of its instalments, is one draw on the day it is due. ``replan`` compares what
is open now with the claims there are, and says step by step what to do; doing it twice does
nothing the second time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from payments.claims.states import BEFORE, IN_FLIGHT, UNWANTED, ClaimState
from payments.schemes.terms import Days, Terms, days_for, in_time


class Why(StrEnum):
    """Why nothing is drawn, or no more."""

    PAID = "paid"
    CREDITED = "credited"
    DISPUTED = "disputed"
    CANCELLED = "cancelled"
    COLLECTED = "collected"  # somebody else collects it now
    MANDATE = "mandate"  # it has ended, or is paused
    MOVED = "moved"  # there is not enough time before the new day
    MISSED = "missed"  # it was not sent in time
    HELD = "held"  # a payment was under way when it had to be sent
    WISH = "wish"  # somebody wanted it so
    LOWERED = "lowered"  # it will be drawn anew, with less
    UNBOOKED = "unbooked"  # it was drawn, and its booking undone


@dataclass(frozen=True, slots=True)
class Due:
    """What is open and when: an instalment of a plan, or (0, 0) where there is none."""

    plan: int
    part: int
    due_on: date
    open_minor: int

    @property
    def key(self) -> tuple[int, int]:
        return self.plan, self.part


@dataclass(frozen=True, slots=True)
class Planned:
    """A claim as it stands, as far as planning looks at it."""

    id: int
    plan: int
    part: int
    state: ClaimState
    amount_minor: int
    draw_on: date
    cancel_by: datetime
    by_wish: bool = False
    told: bool = False  # the payer knows the day and the amount, or does not want to

    @property
    def key(self) -> tuple[int, int]:
        return self.plan, self.part


@dataclass(frozen=True, slots=True)
class Setting:
    """What holds for all draws of one customer: None for ``terms`` where nothing is drawn."""

    terms: Terms | None
    country: str
    now: datetime
    today: date
    notice: bool = True  # the payer wants to be told, or the scheme has it so
    not_before: date | None = None


class Do(StrEnum):
    PLAN = "plan"
    REPLAN = "replan"
    WITHDRAW = "withdraw"
    CANCEL = "cancel"
    TELL = "tell"  # it is drawn all the same: say what becomes of what is too much


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. ``claim`` is the claim's id, None for a new one."""

    do: Do
    claim: int | None = None
    due: Due | None = None
    days: Days | None = None
    why: str = ""
    keeps_notice: bool = False


def replan(
    dues: Sequence[Due], claims: Sequence[Planned], setting: Setting, why_not: str
) -> list[Step]:
    """What to do so that the claims fit what is open. ``why_not`` says why a claim goes that
    nothing is open for any more.
    """
    open_dues = {due.key: due for due in dues if due.open_minor > 0}
    steps: list[Step] = []
    # A draw on a day may be known by another number after a split: the day tells.
    for claim in claims:
        if claim.state in IN_FLIGHT:
            due = open_dues.pop(claim.key, None) or _of_day(open_dues, claim, setting)
            steps += _in_flight(claim, due, setting, why_not)
    for claim in claims:
        if claim.state in UNWANTED and claim.by_wish:
            open_dues.pop(claim.key, None)
    before = [claim for claim in claims if claim.state in BEFORE]
    pairs = [(claim, open_dues.pop(claim.key, None)) for claim in before]
    rest = sorted(open_dues.values(), key=lambda due: due.due_on)
    for claim, due in pairs:
        steps += _before(claim, due or (rest.pop(0) if rest else None), setting, why_not)
    for due in rest:
        told = any(_was_told(claim, due, setting) for claim in claims)
        days = _days(due, replace(setting, notice=setting.notice and not told))
        if days is not None:
            steps.append(Step(Do.PLAN, due=due, days=days, keeps_notice=told))
    return steps


def _was_told(claim: Planned, due: Due, setting: Setting) -> bool:
    """Whether the payer knows of this draw from one that was taken back to draw less."""
    if claim.state not in (ClaimState.CANCELLING, ClaimState.CANCELLED) or setting.terms is None:
        return False
    days = days_for(setting.terms, due.due_on, setting.country)
    return claim.draw_on == days.draw_on and claim.amount_minor >= due.open_minor


def _of_day(open_dues: dict[tuple[int, int], Due], claim: Planned, setting: Setting) -> Due | None:
    for key, due in open_dues.items():
        if setting.terms and days_for(setting.terms, due.due_on, setting.country).draw_on == (
            claim.draw_on
        ):
            return open_dues.pop(key)
    return None


def _days(due: Due, setting: Setting) -> Days | None:
    """The days of a draw that there is time for; None where there is not."""
    if setting.terms is None:
        return None
    days = days_for(setting.terms, due.due_on, setting.country)
    early = setting.not_before is not None and days.draw_on < setting.not_before
    if early or not in_time(days, setting.today, setting.now, notice=setting.notice):
        return None
    return days


def _before(claim: Planned, due: Due | None, setting: Setting, why_not: str) -> Iterable[Step]:
    if due is None or setting.terms is None:
        yield Step(Do.WITHDRAW, claim.id, why=why_not if due is None else Why.MANDATE)
        return
    to_be = days_for(setting.terms, due.due_on, setting.country)
    same_day = to_be.draw_on == claim.draw_on
    if same_day and due.key == claim.key and due.open_minor == claim.amount_minor:
        return
    told = claim.told
    milder = to_be.draw_on >= claim.draw_on and due.open_minor <= claim.amount_minor
    if told and milder and setting.now < to_be.send_by:  # less, or later: nobody is surprised
        yield Step(Do.REPLAN, claim.id, due, to_be, keeps_notice=True)
        return
    if days := _days(due, setting):
        yield Step(Do.REPLAN, claim.id, due, days)
    elif told and same_day and due.open_minor > claim.amount_minor:
        return  # there is no time to tell of more: what was told of is drawn
    else:
        yield Step(Do.WITHDRAW, claim.id, why=Why.MOVED)


def _in_flight(claim: Planned, due: Due | None, setting: Setting, why_not: str) -> Iterable[Step]:
    """What is at the bank is taken back where it would draw too much, or on the wrong day."""
    enough = due is not None and due.open_minor >= claim.amount_minor
    if enough and due is not None and _same_day(claim, due, setting):
        return
    too_late = setting.now >= claim.cancel_by or claim.state == ClaimState.RETRYING
    if not too_late:
        left = Why.LOWERED if due else why_not
        yield Step(Do.CANCEL, claim.id, due, why=left if setting.terms else Why.MANDATE)
    elif not enough:
        yield Step(Do.TELL, claim.id, due)


def _same_day(claim: Planned, due: Due, setting: Setting) -> bool:
    if setting.terms is None:
        return False  # the mandate is gone
    days = days_for(setting.terms, due.due_on, setting.country)
    return days.draw_on == claim.draw_on or due.due_on <= setting.today
