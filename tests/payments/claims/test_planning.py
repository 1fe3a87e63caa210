"""What becomes of a draw when its invoice changes: the rules, as tables."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from payments.claims.planning import Do, Due, Planned, Setting, Step, Why, replan
from payments.claims.states import ClaimState
from payments.schemes.terms import AUTOGIRO, DEFAULTS, OSLO, days_for

TERMS = DEFAULTS[AUTOGIRO]
DAY = date(2026, 10, 30)  # notice by the 20th, sent from the 26th, closed on the 28th at 19:00
EARLY = datetime(2026, 10, 12, 9, tzinfo=OSLO)
LATE = datetime(2026, 10, 22, 9, tzinfo=OSLO)  # too late for a notice, not for the bank
CLOSED = datetime(2026, 10, 29, 9, tzinfo=OSLO)
S = ClaimState


def setting(now: datetime = EARLY, **more: object) -> Setting:
    base = Setting(TERMS, "SE", now, now.date())
    return replace(base, **more)  # type: ignore[arg-type]


def due(amount: int = 500, on: date = DAY, plan: int = 0, part: int = 0) -> Due:
    return Due(plan, part, on, amount)


def claim(
    state: ClaimState = S.PLANNED, amount: int = 500, on: date = DAY, **more: object
) -> Planned:
    days = days_for(TERMS, on, "SE")
    told = state != S.PLANNED
    made = Planned(7, 0, 0, state, amount, days.draw_on, days.cancel_by, told=told)
    return replace(made, **more)  # type: ignore[arg-type]


def done(steps: list[Step]) -> list[tuple[Do, str]]:
    return [(step.do, step.why) for step in steps]


@pytest.mark.parametrize(
    ("what", "now", "notice", "planned"),
    [
        (due(), EARLY, True, True),
        (due(), LATE, True, False),
        (due(), LATE, False, True),
        (due(), CLOSED, False, False),
        (due(0), EARLY, True, False),
    ],
)
def test_what_is_due_is_planned_while_there_is_time(
    what: Due, now: datetime, notice: bool, planned: bool
) -> None:
    steps = replan([what], [], setting(now, notice=notice), Why.PAID)

    assert done(steps) == ([(Do.PLAN, "")] if planned else [])


def test_nothing_is_drawn_before_the_mandate_lets_it() -> None:
    assert not replan([due()], [], setting(not_before=DAY + timedelta(days=1)), Why.PAID)
    assert replan([due()], [], setting(not_before=DAY), Why.PAID)


def test_every_instalment_is_a_draw() -> None:
    parts = [due(200, DAY, 1, 1), due(300, DAY + timedelta(days=30), 1, 2)]

    steps = replan(parts, [], setting(), Why.PAID)

    assert [(step.do, step.due) for step in steps] == [(Do.PLAN, part) for part in parts]


@pytest.mark.parametrize("state", [S.PLANNED, S.NOTIFIED, S.SENT, S.ACCEPTED, S.RETRYING])
def test_what_fits_is_left_alone(state: ClaimState) -> None:
    assert replan([due()], [claim(state)], setting(LATE), Why.PAID) == []


@pytest.mark.parametrize(
    ("what", "now", "expected"),
    [
        (due(300), LATE, (Do.REPLAN, "")),  # less: nobody is surprised
        (due(500, DAY + timedelta(days=4)), LATE, (Do.REPLAN, "")),  # later
        (due(700), EARLY, (Do.REPLAN, "")),  # more, and time to say so
        (due(700), LATE, None),  # more, and no time: what was told of is drawn
        (due(500, DAY - timedelta(days=2)), EARLY, (Do.REPLAN, "")),  # sooner, told anew
        (due(500, DAY - timedelta(days=2)), LATE, (Do.WITHDRAW, Why.MOVED)),
        (due(0), LATE, (Do.WITHDRAW, Why.PAID)),
    ],
)
def test_a_draw_that_was_told_of(what: Due, now: datetime, expected: tuple[Do, str] | None) -> None:
    steps = replan([what], [claim(S.NOTIFIED)], setting(now), Why.PAID)

    assert done(steps) == ([expected] if expected else [])


def test_less_or_later_needs_no_new_notice_but_more_does() -> None:
    (less,) = replan([due(300)], [claim(S.NOTIFIED)], setting(), Why.PAID)
    (more,) = replan([due(700)], [claim(S.NOTIFIED)], setting(), Why.PAID)

    assert less.keeps_notice
    assert not more.keeps_notice


@pytest.mark.parametrize(
    ("what", "now", "expected"),
    [
        (due(0), LATE, (Do.CANCEL, Why.PAID)),
        (due(200), LATE, (Do.CANCEL, Why.LOWERED)),
        (due(500, DAY + timedelta(days=7)), LATE, (Do.CANCEL, Why.LOWERED)),
        (due(700), LATE, None),  # the rest is paid by hand
        (due(0), CLOSED, (Do.TELL, "")),
        (due(200), CLOSED, (Do.TELL, "")),
    ],
)
def test_a_draw_that_is_at_the_bank(
    what: Due, now: datetime, expected: tuple[Do, str] | None
) -> None:
    steps = replan([what], [claim(S.SENT)], setting(now), Why.PAID)

    assert done(steps) == ([expected] if expected else [])


def test_a_draw_that_the_bank_tries_again_is_never_taken_back() -> None:
    assert done(replan([], [claim(S.RETRYING)], setting(LATE), Why.PAID)) == [(Do.TELL, "")]


def test_what_was_taken_back_to_draw_less_is_planned_anew_without_another_notice() -> None:
    (step,) = replan([due(200)], [claim(S.CANCELLING)], setting(LATE), Why.PAID)

    assert (step.do, step.keeps_notice) == (Do.PLAN, True)


@pytest.mark.parametrize("state", [S.STOPPED, S.CANCELLING, S.CANCELLED])
def test_what_somebody_did_not_want_is_not_planned_again(state: ClaimState) -> None:
    assert replan([due()], [claim(state, by_wish=True)], setting(), Why.PAID) == []


def test_without_a_mandate_all_goes_that_can() -> None:
    claims = [claim(S.NOTIFIED), claim(S.SENT, id=8, part=1)]

    steps = replan([], claims, setting(LATE, terms=None), Why.MANDATE)

    assert sorted(done(steps)) == [(Do.CANCEL, Why.MANDATE), (Do.WITHDRAW, Why.MANDATE)]


def test_a_split_takes_the_planned_draw_over_as_its_first_part() -> None:
    parts = [due(200, DAY, 1, 1), due(300, DAY + timedelta(days=30), 1, 2)]

    steps = replan(parts, [claim(S.NOTIFIED)], setting(), Why.PAID)

    assert [(step.do, step.claim, step.due) for step in steps] == [
        (Do.REPLAN, 7, parts[0]),
        (Do.PLAN, None, parts[1]),
    ]


def test_deciding_again_on_what_was_decided_does_nothing() -> None:
    (step,) = replan([due()], [], setting(), Why.PAID)
    assert step.days is not None
    made = claim(S.PLANNED, draw_on=step.days.draw_on)

    assert replan([due()], [made], setting(), Why.PAID) == []
