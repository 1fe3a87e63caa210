"""What takes a code: details, contact points, all invoices."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail

from invoices import clock
from invoices.customers.models import ContactPoint
from invoices.documents.links.levels import Channel
from invoices.documents.links.queries import trusted_emails
from invoices.history.models import HistoryEntry
from tests.build import a_biller, a_customer, a_link, an_invoice
from tests.invoices.documents.links.conftest import Visitor, sent_code


@pytest.fixture
def proved(anna: Visitor) -> Visitor:
    anna.prove()
    return anna


def points(visitor: Visitor) -> list[ContactPoint]:
    return list(ContactPoint.objects.filter(customer=visitor.link.invoice.customer))


def add(visitor: Visitor, value: str, kind: str = "email") -> tuple[int, str, str]:
    return visitor.post("you/add/", **{"contact-kind": kind, "contact-value": value})


def point(visitor: Visitor, value: str) -> ContactPoint:
    return ContactPoint.objects.get(customer=visitor.link.invoice.customer, value=value)


CHANGES = ("you/add/", "you/{}/remove/", "you/{}/first/", "you/{}/confirm/", "you/{}/confirm/send/")


@pytest.mark.parametrize("path", CHANGES)
def test_without_a_code_nothing_changes(anna: Visitor, path: str) -> None:
    before = [str(each) for each in points(anna)]

    _, where, _ = anna.post(
        path.format(points(anna)[-1].public_id),
        **{"contact-kind": "email", "contact-value": "thief@example.com"},
    )

    assert where == f"{anna.page}code/?next=you"
    assert [str(each) for each in points(anna)] == before


@pytest.mark.parametrize("path", CHANGES[1:])
def test_another_customers_contact_points_are_not_here(proved: Visitor, path: str) -> None:
    bo = a_customer(proved.link.invoice.biller, "Bo Lund")
    theirs = ContactPoint.objects.filter(customer=bo).first()
    assert theirs is not None

    assert proved.post(path.format(theirs.public_id))[0] == 404


def test_an_address_that_was_added_is_last_unconfirmed_and_not_written_to(
    proved: Visitor,
) -> None:
    assert add(proved, "Ny@Example.COM")[0] == 302

    new = point(proved, "Ny@example.com")
    assert points(proved)[-1] == new
    assert new not in trusted_emails(proved.link.invoice.customer)
    assert "Not confirmed yet" in proved.get("you/")
    assert HistoryEntry.objects.get(kind="contact.added").data == {"contact": "email"}


def test_a_code_sent_there_confirms_it(proved: Visitor) -> None:
    add(proved, "ny@example.com")
    new = point(proved, "ny@example.com")
    assert proved.post(f"you/{new.public_id}/confirm/send/")[0] == 302
    code = sent_code()
    assert mail.outbox[-1].to == ["ny@example.com"]

    status, where, _ = proved.post(f"you/{new.public_id}/confirm/", code=code)

    assert (status, where) == (302, f"{proved.page}you/?done=confirmed")
    assert new in trusted_emails(proved.link.invoice.customer)


def test_a_code_for_one_address_confirms_no_other(proved: Visitor) -> None:
    add(proved, "mine@example.com")
    add(proved, "yours@example.com")
    mine, yours = point(proved, "mine@example.com"), point(proved, "yours@example.com")
    proved.post(f"you/{mine.public_id}/confirm/send/")
    code = sent_code()

    proved.post(f"you/{yours.public_id}/confirm/", code=code)

    yours.refresh_from_db()
    assert yours.verified_at is None


def test_a_code_that_confirms_an_address_opens_no_personal_data(proved: Visitor) -> None:
    add(proved, "ny@example.com")
    new = point(proved, "ny@example.com")
    proved.post(f"you/{new.public_id}/confirm/send/")
    code = sent_code()
    proved.post("code/forget/")

    assert proved.post("code/?next=you", code=code)[0] == 422


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        ("phone", "+47 900 00 111", "+4790000111"),
        ("phone", "(08) 123-45.67", "081234567"),
        ("address", "  Storgata 1,  0155   Oslo ", "Storgata 1, 0155 Oslo"),
    ],
)
def test_what_is_added_is_kept_tidy(proved: Visitor, kind: str, value: str, kept: str) -> None:
    assert add(proved, value, kind)[0] == 302

    assert points(proved)[-1].value == kept


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("email", "no"),
        ("email", "a@b"),
        ("email", "a@example.com\nBcc: all@example.com"),
        ("email", "<script>alert(1)</script>@example.com"),
        ("phone", "call me"),
        ("phone", "12"),
        ("pigeon", "x"),
        ("email", ""),
    ],
)
def test_what_is_no_address_is_refused_where_it_was_typed(
    proved: Visitor, kind: str, value: str
) -> None:
    before = len(points(proved))

    status, _, text = add(proved, value, kind)

    assert status == 422
    assert "<script>alert" not in text
    assert 'class="error-summary"' in text
    assert len(points(proved)) == before


def test_an_address_is_text_on_every_page(proved: Visitor) -> None:
    evil = '<img src=x onerror="alert(1)">'
    assert add(proved, evil, "address")[0] == 302

    page = proved.get("you/")
    assert evil not in page
    assert "&lt;img src=x" in page


def test_adding_twice_is_once(proved: Visitor) -> None:
    add(proved, "ny@example.com")
    add(proved, "ny@EXAMPLE.com")

    assert len(points(proved)) == 3


def test_there_is_an_end_to_adding(proved: Visitor) -> None:
    for number in range(20):
        add(proved, f"ny{number}@example.com")

    assert len(points(proved)) == 8


def test_the_order_can_be_changed(proved: Visitor) -> None:
    add(proved, "ny@example.com")
    before = [str(each) for each in points(proved)]

    proved.post(f"you/{point(proved, 'ny@example.com').public_id}/first/")

    assert [str(each) for each in points(proved)] == [before[-1], *before[:-1]]
    assert [each.rank for each in points(proved)] == [1, 2, 3]


def test_the_only_confirmed_address_cannot_be_removed(proved: Visitor) -> None:
    email = trusted_emails(proved.link.invoice.customer)[0]
    add(proved, "ny@example.com")  # unconfirmed: does not count

    status, _, text = proved.post(f"you/{email.public_id}/remove/")

    assert (status, "only confirmed e-mail address" in text) == (422, True)
    assert email in points(proved)


def test_removing_an_address_closes_the_links_that_were_sent_there(proved: Visitor) -> None:
    customer = proved.link.invoice.customer
    old = customer.contact_points.create(
        kind="email", value="ex@example.com", rank=9, verified_at=clock.now()
    )
    theirs = Visitor(a_link(an_invoice(customer), channel=Channel.EMAIL, contact_point=old))

    proved.post(f"you/{old.public_id}/remove/")

    assert theirs.status() == 404
    assert proved.status() == 200
    assert HistoryEntry.objects.filter(kind="contact.removed").count() == 1


def test_all_invoices_at_this_biller_are_listed_and_open(proved: Visitor) -> None:
    customer = proved.link.invoice.customer
    second = an_invoice(customer)
    bos = an_invoice(a_customer(customer.biller, "Bo Lund"))
    elsewhere = an_invoice(a_customer(a_biller("norrsken", "SE"), "Anna Berg"))

    page = proved.get("all/")

    assert f"/invoice/{second.public_id}/" in page
    for foreign in (bos, elsewhere):
        assert str(foreign.public_id) not in page
        assert proved.client.get(f"/invoice/{foreign.public_id}/").status_code == 404
    for rest in ("", "panels/", "access/", "all/", "you/"):
        assert proved.client.get(f"/invoice/{second.public_id}/{rest}").status_code == 200, rest


def test_half_an_hour_later_another_invoice_asks_for_a_code_again(anna: Visitor) -> None:
    second = an_invoice(anna.link.invoice.customer)
    page = f"/invoice/{second.public_id}/"
    with time_machine.travel(clock.now(), tick=False) as now:
        anna.prove()
        assert anna.client.get(page).status_code == 200
        now.shift(timedelta(minutes=31))

        answer = anna.client.get(page)
        assert answer["Location"] == f"{anna.page}code/?next={second.public_id}"
        assert anna.client.get(f"{page}panels/").status_code == 404

        code = anna.ask_for_code()
        assert anna.post(f"code/?next={second.public_id}", code=code)[1] == page
