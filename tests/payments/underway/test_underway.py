"""Money on its way: one at a time, whoever moves it."""

import threading
from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from invoices.documents.actions import lock_invoice
from invoices.documents.models import Invoice
from invoices.errors import Refused
from payments.underway.actions import begin, end
from payments.underway.models import Underway
from payments.underway.queries import underway
from tests.build import an_invoice

PROVIDER, CLAIM = Underway.By.PROVIDER, Underway.By.CLAIM


@pytest.fixture
def invoice(db: None) -> Iterator[Invoice]:
    with transaction.atomic():
        yield an_invoice()


@pytest.mark.parametrize(("first", "second"), [(PROVIDER, CLAIM), (CLAIM, PROVIDER)])
def test_nothing_else_begins_while_something_moves(
    invoice: Invoice, first: Underway.By, second: Underway.By
) -> None:
    begin(invoice, 20_000, by=first, reference="1")

    with pytest.raises(Refused) as refused:
        begin(invoice, 30_000, by=second, reference="2")

    assert "200.00" in str(refused.value)
    assert [each.by for each in Underway.objects.all()] == [first]


def test_the_same_again_is_the_same(invoice: Invoice) -> None:
    first = begin(invoice, 20_000, by=PROVIDER, reference="1")

    assert begin(invoice, 20_000, by=PROVIDER, reference="1") == first


def test_what_has_ended_makes_room_and_ends_once(invoice: Invoice) -> None:
    begin(invoice, 20_000, by=PROVIDER, reference="1")

    assert end(by=PROVIDER, reference="1")
    assert not end(by=PROVIDER, reference="1")
    assert underway(invoice.pk) is None
    begin(invoice, 20_000, by=CLAIM, reference="2")
    assert Underway.objects.filter(until=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_that_begin_in_the_same_moment_are_one() -> None:
    invoice, said = an_invoice(), []

    def attempt(number: int) -> None:
        try:
            with transaction.atomic():
                begin(lock_invoice(invoice.pk), 100, by=PROVIDER, reference=str(number))
            said.append("begun")
        except Refused:
            said.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(said) == ["begun"] + ["refused"] * 7
