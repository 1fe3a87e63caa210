"""The views of the inbox, page by page, and what a search finds."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from invoices.billers.models import Biller
from invoices.customers.models import Customer
from invoices.documents.models import Invoice
from invoices.history.actors import CUSTOMER, staff
from messaging.sorting import actions
from messaging.sorting.queries import Wanted, counts, cursor_from, page_of
from messaging.sorting.search import found_by
from messaging.threads import actions as threads
from messaging.threads.models import Thread
from messaging.threads.states import Box
from messaging.threads.topics import About
from tests.build import a_biller, a_customer, a_member, an_invoice

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


@pytest.fixture
def fjord() -> Biller:
    return a_biller()


def asks(customer: Customer, text: str = "Hei", **facts: str) -> Thread:
    invoice = an_invoice(customer, **facts)  # type: ignore[arg-type]
    threads.post(invoice, text, actor=CUSTOMER, message_id=uuid.uuid4())
    return Thread.objects.get(invoice=invoice)


def walk(wanted: Wanted, most: int) -> list[int]:
    """Every row of the list, read page by page."""
    seen: list[int] = []
    after = None
    for _ in range(20):
        page = page_of(wanted, after, most)
        seen += [thread.pk for thread in page.threads]
        if not page.after:
            return seen
        after = cursor_from(page.after)
    raise AssertionError("the list does not end")


@pytest.mark.parametrize("most", [1, 2, 3, 7])
@pytest.mark.parametrize("box", [Box.WAITING, Box.OPEN, Box.UNASSIGNED])
def test_pages_hold_every_row_once_in_the_order_of_the_whole(
    fjord: Biller, box: Box, most: int
) -> None:
    agent = staff(a_member(fjord).pk)
    with time_machine.travel(NOW, tick=False) as time:
        for number in range(7):
            thread = asks(a_customer(fjord, f"C{number}"))
            if number % 3 == 0:
                threads.settle(thread, actor=agent)
            if number % 2 == 0:  # two at one moment: the id tells them apart
                time.shift(timedelta(minutes=1))
    wanted = Wanted(fjord.pk, 0, box)

    whole = [thread.pk for thread in page_of(wanted).threads]

    assert len(whole) == (4 if box == Box.WAITING else 7)
    assert walk(wanted, most) == whole


def test_a_list_costs_the_same_however_long_it_is(
    fjord: Biller, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(3):
        asks(a_customer(fjord, f"C{number}"))

    for most in (1, 3):
        with django_assert_num_queries(1):
            page_of(Wanted(fjord.pk, 0, Box.WAITING), most=most)
        with django_assert_num_queries(2):
            found_by(Wanted(fjord.pk, 0, query="hei"), fjord, most=most)
    with django_assert_num_queries(2):  # those who wait, then the others
        page_of(Wanted(fjord.pk, 0, Box.OPEN))
    with django_assert_num_queries(1):
        counts(fjord.pk, 0)


def test_a_list_is_narrowed_by_tag_topic_and_box_together(fjord: Biller) -> None:
    agent = staff(a_member(fjord).pk)
    paid, due = asks(a_customer(fjord), "Jeg betalte i går"), asks(a_customer(fjord), "Forfall?")
    vip = actions.make_tag(fjord, "VIP", actor=agent)
    actions.tag_thread(paid, vip, actor=agent)

    def shown(**more: object) -> list[int]:
        wanted = Wanted(fjord.pk, 0, **more)  # type: ignore[arg-type]
        return [thread.pk for thread in page_of(wanted).threads]

    assert shown(tag=vip.public_id) == [paid.pk]
    assert shown(topic=About.DUE_DATE) == [due.pk]
    assert shown(topic=About.DUE_DATE, tag=vip.public_id) == []
    assert shown(tag=vip.public_id, box=Box.CLOSED) == []
    assert shown(tag=uuid.uuid4()) == []
    assert page_of(Wanted(fjord.pk, 0)).threads[0].tag_names == ["VIP"]  # type: ignore[attr-defined]


def test_the_counts_are_those_of_the_views(fjord: Biller) -> None:
    cia = a_member(fjord)
    agent = staff(cia.pk)
    first, second, third = (asks(a_customer(fjord)) for _ in range(3))
    threads.assign(first, cia, actor=agent, expected_id=None)
    actions.snooze(second, NOW + timedelta(days=3), "", actor=agent)
    asks(a_customer(a_biller("norrsken", "SE")))

    found = counts(fjord.pk, cia.pk)

    assert (found.waiting, found.mine, found.unassigned, found.snoozed) == (2, 1, 1, 1)
    for box, expected in ((Box.WAITING, 2), (Box.MINE, 1), (Box.UNASSIGNED, 1), (Box.SNOOZED, 1)):
        assert len(page_of(Wanted(fjord.pk, cia.pk, box)).threads) == expected, box
    assert third.pk


def names_found(biller: Biller, words: str) -> set[str]:
    found = found_by(Wanted(biller.pk, 0, query=words), biller)
    return {thread.customer.name for thread in found.threads}


@pytest.fixture
def annas(fjord: Biller) -> Invoice:
    customer = a_customer(fjord, "Anna-Lise Bergström", "K77")
    thread = asks(customer, "Ruteren blinker rødt, det står i epost fra per@example.no")
    asks(a_customer(fjord, "Bo Lund"), "Noe helt annet")
    return thread.invoice


@pytest.mark.parametrize(
    "words",
    [
        "ruteren RØDT",
        "rødt ruter",
        "blink",
        '"blinker rødt"',
        "ruteren -annet",
        "per@example.no",
        "anna",
        "bergst",
        "lise anna",
        "K77",
        "k77",
        "k77@example.com",
        "K77@EXAMPLE.com",
    ],
)
def test_a_search_finds_words_names_and_ways_to_reach(
    fjord: Biller, annas: Invoice, words: str
) -> None:
    assert names_found(fjord, words) == {annas.customer.name}


def test_a_search_finds_numbers_however_they_are_spaced(fjord: Biller, annas: Invoice) -> None:
    kid = annas.reference

    for words in (annas.number, kid, f" {kid[:4]} {kid[4:8]}  {kid[8:]} "):
        assert names_found(fjord, words) == {annas.customer.name}, words
    for phone in ("900 00 000", "90000000", "+47 900 00 000", "0047 90000000", "4790000000"):
        assert annas.customer.name in names_found(fjord, phone), phone


@pytest.mark.parametrize(
    "words",
    ["finnes ikke", "'", "\\", "&", "!", "a & | b", ":*", "((", "@", "%", "0000000"],
)
def test_a_search_for_anything_else_finds_nothing_and_breaks_nothing(
    fjord: Biller, annas: Invoice, words: str
) -> None:
    assert annas.customer.name not in names_found(fjord, words)


def test_whatever_is_written_is_kept_and_its_words_are_found(fjord: Biller) -> None:
    endless = "x" * 2_040
    text = f"Det er Ola's ruter i C:\\temp, b1/annet og 'sitat' {endless} slutt"
    asks(a_customer(fjord, "Ola Nord"), text)

    for words in ("ola's ruter", '"ola\'s ruter"', "temp", "sitat", "slutt -finnes"):
        assert names_found(fjord, words) == {"Ola Nord"}, words
    for words in ("-finnes", "-finnes -annet", '"', "finnes or -annet"):
        assert names_found(fjord, words) == set(), words


def test_a_word_of_another_biller_is_no_word_here(fjord: Biller) -> None:
    other = a_biller("norrsken", "SE")
    asks(a_customer(other, "Bo Lund"), f"{fjord.pk}/ruter")

    for words in ("ruter", f"{fjord.pk}/ruter", f'"{fjord.pk}/ruter"'):
        assert names_found(fjord, words) == set(), words


def test_a_search_never_leaves_the_biller(fjord: Biller, annas: Invoice) -> None:
    other = a_biller("norrsken", "SE")

    for words in ("ruteren", "anna", "K77", annas.number, annas.reference, "k77@example.com"):
        assert names_found(other, words) == set(), words


def test_the_pages_of_a_search_hold_everything_once(fjord: Biller) -> None:
    with time_machine.travel(NOW, tick=False) as time:
        for number in range(5):
            asks(a_customer(fjord, f"C{number}"), "Samme ord")
            time.shift(timedelta(minutes=number % 2))
    wanted = Wanted(fjord.pk, 0, query="samme")

    seen: list[int] = []
    after = None
    while True:
        page = found_by(wanted, fjord, after, most=2)
        seen += [thread.pk for thread in page.threads]
        if not page.after:
            break
        after = cursor_from(page.after)

    assert len(seen) == len(set(seen)) == 5
