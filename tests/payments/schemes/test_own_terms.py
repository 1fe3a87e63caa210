"""A biller's own days and limits: from a day on, checked, kept, and used by what is planned."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction

from invoices.errors import Refused
from invoices.history.actors import SYSTEM
from invoices.history.models import HistoryEntry
from payments.schemes.models import SchemeTerms
from payments.schemes.own.actions import set_terms
from payments.schemes.queries import terms_of
from payments.schemes.terms import AUTOGIRO, AVTALEGIRO, DEFAULTS
from tests.build import a_biller, an_invoice
from tests.payments.claims.house import a_house, at, work

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 10, 5)


@pytest.fixture(autouse=True)
def _on_monday() -> Iterator[None]:
    with time_machine.travel(at(MONDAY), tick=False):
        yield


def test_they_hold_from_their_day_on_and_the_defaults_before() -> None:
    biller = a_biller("mobilo", "SE")
    later = MONDAY + timedelta(days=10)

    set_terms(biller, AUTOGIRO, {"retries": 1}, valid_from=later, actor=SYSTEM)

    assert terms_of(biller.pk, AUTOGIRO, MONDAY) == DEFAULTS[AUTOGIRO]
    assert terms_of(biller.pk, AUTOGIRO, later).retries == 1
    assert terms_of(biller.pk, AUTOGIRO, later).notice_bank_days == 8
    assert terms_of(biller.pk, AVTALEGIRO, later) == DEFAULTS[AVTALEGIRO]


def test_a_later_row_replaces_an_earlier_one_as_a_whole_and_the_same_adds_none() -> None:
    biller = a_biller()
    first = set_terms(biller, AVTALEGIRO, {"retries": 2}, valid_from=MONDAY, actor=SYSTEM)
    again = set_terms(biller, AVTALEGIRO, {"retries": 2}, valid_from=MONDAY, actor=SYSTEM)
    set_terms(biller, AVTALEGIRO, {"send_by_hour": 10}, valid_from=MONDAY, actor=SYSTEM)

    assert first.pk == again.pk
    terms = terms_of(biller.pk, AVTALEGIRO, MONDAY)
    assert (terms.retries, terms.send_by_hour) == (0, 10)
    told = HistoryEntry.objects.filter(kind="scheme.terms_set", biller=biller)
    assert [entry.data["own"] for entry in told.order_by("pk")] == [
        {"retries": 2},
        {"send_by_hour": 10},
    ]


@pytest.mark.parametrize(
    ("scheme", "own", "days"),
    [
        ("bankgiro", {}, 0),
        (AUTOGIRO, {"retrys": 1}, 0),
        (AUTOGIRO, {"retries": -1}, 0),
        (AUTOGIRO, {"notice_days": 401}, 0),
        (AUTOGIRO, {"send_by_hour": 24}, 0),
        (AUTOGIRO, {"cancel_by_bank_days": 3}, 0),  # no longer than until it is sent
        (AUTOGIRO, {"retries": 1}, -1),
    ],
)
def test_what_makes_no_sense_is_refused(scheme: str, own: Mapping[str, int], days: int) -> None:
    with pytest.raises(Refused):
        set_terms(a_biller(), scheme, own, valid_from=MONDAY + timedelta(days=days), actor=SYSTEM)

    assert not SchemeTerms.objects.exists()


def test_what_was_set_is_never_changed() -> None:
    row = set_terms(a_biller(), AUTOGIRO, {"retries": 1}, valid_from=MONDAY, actor=SYSTEM)

    for change in (lambda: row.delete(), lambda: row.save()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_what_is_planned_follows_them() -> None:
    house = a_house(due_in=30)
    by_default = house.claim
    own = {"send_from_bank_days": 10}
    set_terms(house.biller, AUTOGIRO, own, valid_from=MONDAY, actor=SYSTEM)

    an_invoice(house.customer, due_in=30)
    work()

    assert house.claim.draw_on == by_default.draw_on
    assert house.claim.send_from < by_default.send_from
