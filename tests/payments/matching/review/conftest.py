"""A biller with two customers, and finance's own Finn."""

import pytest

from invoices.billers.models import Biller
from invoices.billers.roles import Role
from invoices.customers.models import Customer
from invoices.history.actors import Actor, staff
from tests.build import (
    a_biller,
    a_customer,
    a_member,
)


@pytest.fixture
def biller() -> Biller:
    return a_biller()


@pytest.fixture
def anna(biller: Biller) -> Customer:
    return a_customer(biller, "Anna Berg")


@pytest.fixture
def bo(biller: Biller) -> Customer:
    return a_customer(biller, "Bo Dahl")


@pytest.fixture
def finn(biller: Biller) -> Actor:
    return staff(a_member(biller, Role.FINANCE).pk)
