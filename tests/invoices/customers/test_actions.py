"""Customers are registered once, with a number of ours that a KID can hold."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from invoices.billers.models import Biller
from invoices.customers.actions import CustomerDraft, register_customers
from invoices.customers.models import ContactPoint, Customer
from tests.build import a_biller

pytestmark = pytest.mark.django_db

ANNA = CustomerDraft(
    "K1", "Anna Berg", "nb", contact_points=(("email", "anna@example.com"), ("phone", "+4790"))
)
BO = CustomerDraft("K2", "Bo Dahl AS", "en", kind="business")


@pytest.fixture
def biller() -> Biller:
    return a_biller()


def test_new_customers_are_kept_with_their_ways_to_be_reached(biller: Biller) -> None:
    known = register_customers([ANNA, BO], biller=biller)

    anna, bo = Customer.objects.order_by("pk")
    assert known == {"K1": (anna.pk, 1), "K2": (bo.pk, 2)}
    assert (anna.name, anna.language, anna.kind) == ("Anna Berg", "nb", "person")
    assert (bo.name, bo.language, bo.kind) == ("Bo Dahl AS", "en", "business")
    points = ContactPoint.objects.values_list("customer", "kind", "value", "rank")
    assert list(points) == [
        (anna.pk, "email", "anna@example.com", 1),
        (anna.pk, "phone", "+4790", 2),
    ]


def test_a_known_customer_keeps_name_and_contact_points(biller: Biller) -> None:
    first = register_customers([ANNA], biller=biller)
    changed = CustomerDraft("K1", "Anna Lie", "en", contact_points=(("email", "x@example.com"),))

    again = register_customers([changed, BO], biller=biller)

    assert again["K1"] == first["K1"]
    assert again["K2"][1] == 2
    assert Customer.objects.get(number="K1").name == "Anna Berg"
    assert ContactPoint.objects.count() == 2


def test_a_number_that_comes_twice_is_one_customer(biller: Biller) -> None:
    known = register_customers([ANNA, ANNA, BO], biller=biller)

    assert len(known) == Customer.objects.count() == 2
    assert Biller.objects.get().next_customer_no == 3


def test_a_contact_point_that_comes_twice_is_one(biller: Biller) -> None:
    points = (("email", "a@example.com"), ("phone", "+4790"), ("email", "a@example.com"))

    register_customers([CustomerDraft("K1", "Anna", "nb", contact_points=points)], biller=biller)

    assert list(ContactPoint.objects.values_list("kind", "rank")) == [("email", 1), ("phone", 2)]


def test_the_same_number_at_two_billers_is_two_customers(biller: Biller) -> None:
    other = a_biller("nordnett")

    ours, theirs = (register_customers([ANNA], biller=each) for each in (biller, other))

    assert ours["K1"][0] != theirs["K1"][0]
    assert ours["K1"][1] == theirs["K1"][1] == 1


def test_a_hundred_customers_take_as_many_queries_as_one(biller: Biller) -> None:
    counts = []

    for start, size in ((1000, 1), (2000, 100)):
        drafts = [CustomerDraft(f"K{start + n}", "Bo", "nb") for n in range(size)]
        with CaptureQueriesContext(connection) as queries:
            register_customers(drafts, biller=biller)
        counts.append(len(queries))

    assert counts[0] == counts[1]
