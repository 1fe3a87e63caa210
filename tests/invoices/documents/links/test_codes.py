"""Step-up codes: once, ten minutes, five tries, one browser; and no more than so many."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import ClassVar

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client, override_settings

from invoices import clock
from invoices.documents.links import limits, sms
from invoices.documents.links.actions import revoke_link
from invoices.documents.links.codes.actions import OPEN_FOR, TRIES
from invoices.documents.links.codes.queries import masked_email
from invoices.documents.links.models import StepUpCode, Tally
from invoices.documents.links.session import PROVED_FOR
from invoices.documents.links.tasks import send_code
from invoices.documents.models import Invoice
from invoices.errors import Refused
from invoices.history.actors import SYSTEM
from invoices.history.models import HistoryEntry
from tests.build import a_customer, a_link, an_invoice
from tests.invoices.documents.links.conftest import Visitor, sent_code
from tests.jobs import run_letters

type Enter = Callable[..., Visitor]


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def enter(visitor: Visitor, code: str) -> tuple[int, str]:
    status, _, text = visitor.post("code/?next=you", code=code)
    return status, text


def test_a_link_alone_opens_no_personal_data(anna: Visitor) -> None:
    for page, place in (("you/", "you"), ("all/", "invoices")):
        answer = anna.client.get(anna.page + page)
        assert answer["Location"] == f"{anna.page}code/?next={place}"


def test_the_right_code_opens_it_for_half_an_hour(anna: Visitor) -> None:
    with time_machine.travel(clock.now(), tick=False) as now:
        anna.prove()
        assert "Anna Berg" in anna.get("you/")

        now.shift(PROVED_FOR - timedelta(seconds=1))
        assert anna.status("you/") == 200
        now.shift(timedelta(seconds=1))
        assert anna.status("you/") == 302


def test_the_code_goes_to_the_address_on_file_which_is_shown_masked(anna: Visitor) -> None:
    address = anna.link.invoice.customer.contact_points.get(kind="email").value

    page = anna.get("code/?next=you")
    anna.ask_for_code()

    assert mail.outbox[0].to == [address]
    assert address not in page + anna.get("code/")
    assert masked_email(address) in page


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("lina@example.com", "l•••@e•••.com"),
        ("x@y.no", "x•••@y•••.no"),
        ("a.b@mail.firma.se", "a•••@m•••.se"),
        ("nonsense", "•••"),
        ("@", "•••"),
    ],
)
def test_an_address_is_masked(address: str, shown: str) -> None:
    assert masked_email(address) == shown


def test_the_field_takes_what_phones_offer_and_pasting(anna: Visitor) -> None:
    code = anna.ask_for_code()

    page = anna.get("code/")
    assert 'autocomplete="one-time-code"' in page
    assert 'inputmode="numeric"' in page
    assert "onpaste" not in page
    assert enter(anna, f" {code[:3]} {code[3:]} ")[0] == 302


def test_only_a_keyed_hash_of_the_code_is_kept_and_none_in_the_queue(anna: Visitor) -> None:
    code = anna.ask_for_code()

    with connection.cursor() as cursor:
        for table in ("procrastinate_jobs", "invoices_stepupcode", "invoices_historyentry"):
            columns = "args" if table == "procrastinate_jobs" else "t.*"
            cursor.execute(
                f"SELECT coalesce(string_agg(({columns})::text, ' '), '') FROM {table} t"
            )
            assert f'"{code}"' not in cursor.fetchone()[0]
    kept = StepUpCode.objects.get()
    assert len(bytes(kept.code_hmac or b"")) == 32


def test_a_code_is_used_up(anna: Visitor) -> None:
    code = anna.ask_for_code()
    assert enter(anna, code)[0] == 302
    anna.post("code/forget/")

    status, text = enter(anna, code)

    assert status == 422
    assert "No code has been sent to you in this browser" in text


def test_a_code_is_too_old_after_ten_minutes(anna: Visitor) -> None:
    with time_machine.travel(clock.now(), tick=False) as now:
        code = anna.ask_for_code()
        now.shift(OPEN_FOR)

        status, text = enter(anna, code)

    assert (status, "too old" in text) == (422, True)
    assert anna.status("you/") == 302


def test_a_code_works_until_the_last_second(anna: Visitor) -> None:
    with time_machine.travel(clock.now(), tick=False) as now:
        code = anna.ask_for_code()
        now.shift(OPEN_FOR - timedelta(seconds=1))

        assert enter(anna, code)[0] == 302


def test_after_five_wrong_tries_the_right_one_is_wrong_too(anna: Visitor) -> None:
    code = anna.ask_for_code()

    said = [enter(anna, other_than(code)) for _ in range(TRIES)]

    assert {status for status, _ in said} == {422}
    assert "4 more times" in said[0][1]
    assert "once more" in said[3][1]
    assert "no longer works" in said[4][1]
    assert enter(anna, code)[0] == 422
    assert HistoryEntry.objects.filter(kind="link.code_locked").count() == 1
    assert anna.status("you/") == 302


@pytest.mark.parametrize("odd", ["", "12345", "1234567", "abcdef", "１２３４５６", "12345٣"])
def test_what_is_no_code_is_said_so_and_costs_no_try(anna: Visitor, odd: str) -> None:
    code = anna.ask_for_code()

    status, text = enter(anna, odd)

    assert status == 422
    assert 'href="#id_code"' in text
    assert StepUpCode.objects.get().tries == 0
    assert enter(anna, code)[0] == 302


def test_another_browser_cannot_use_the_code(anna: Visitor) -> None:
    thief = Visitor(anna.path)
    code = anna.ask_for_code()

    assert enter(thief, code)[0] == 422
    assert StepUpCode.objects.get().tries == 0
    assert enter(anna, code)[0] == 302
    assert thief.status("you/") == 302


def test_a_cookie_from_before_the_code_gains_nothing(anna: Visitor) -> None:
    before = anna.client.cookies["nota_links"].value
    code = anna.ask_for_code()
    enter(anna, code)
    after = anna.client.cookies["nota_links"].value
    replay = Client()
    replay.cookies["nota_links"] = before

    assert after != before
    assert replay.get(f"{anna.page}you/").status_code == 302
    assert replay.post(f"{anna.page}code/", {"code": code}).status_code == 422


def test_a_new_code_voids_the_one_before(anna: Visitor) -> None:
    first = anna.ask_for_code()
    second = anna.ask_for_code()
    assert first != second or StepUpCode.objects.count() == 2

    if first != second:
        assert enter(anna, first)[0] == 422
    assert enter(anna, second)[0] == 302


def test_a_closed_link_takes_what_its_code_opened_with_it(anna: Visitor) -> None:
    anna.prove()

    revoke_link(anna.link, actor=SYSTEM)

    for page in ("you/", "all/", "code/", ""):
        assert anna.status(page) == 404


def test_a_code_for_one_customer_opens_nothing_of_another(anna: Visitor) -> None:
    biller = anna.link.invoice.biller
    bos = an_invoice(a_customer(biller, "Bo Lund"))
    anna.prove()

    assert anna.client.get(f"/invoice/{bos.public_id}/").status_code == 404
    assert anna.client.get(a_link(bos)).status_code == 302  # Anna was sent Bo's link by mistake
    assert anna.client.get(f"/invoice/{bos.public_id}/").status_code == 200
    assert anna.client.get(f"/invoice/{bos.public_id}/you/").status_code == 302


def test_codes_are_sent_three_times_a_quarter_and_then_not(anna: Visitor) -> None:
    for _ in range(limits.CODES_OF_LINK.most):
        anna.ask_for_code()

    status, _, text = anna.post("code/send/", next="you")

    assert status == 429
    assert "too often" in text
    assert run_letters() == 0


def test_many_links_of_a_customer_are_one_customer(visitor: Enter) -> None:
    sent = 0
    for _ in range(4):
        inside = visitor()
        sent += sum(inside.post("code/send/")[0] == 302 for _ in range(2))

    assert sent == limits.CODES_OF_CUSTOMER.most


def test_wrong_codes_of_a_customer_add_up_over_codes_and_browsers(visitor: Enter) -> None:
    wrong = 0
    while wrong < limits.WRONG_CODES_OF_CUSTOMER.most:
        inside = visitor()
        code = inside.ask_for_code()
        for _ in range(TRIES):
            enter(inside, other_than(code))
            wrong += 1

    last = visitor()
    code = last.ask_for_code()
    status, text = enter(last, code)

    assert (status, "too often" in text) == (422, True)
    with time_machine.travel(clock.now() + timedelta(hours=1), tick=False):
        again = visitor()
        assert enter(again, again.ask_for_code())[0] == 302


def test_wrong_codes_from_one_address_add_up_over_customers(invoice: Invoice) -> None:
    tries = 0
    while tries < limits.WRONG_CODES_BY_ADDRESS.most:
        bo = Visitor(a_link(an_invoice(a_customer(invoice.biller, "Bo Lund"))))
        code = bo.ask_for_code()
        for _ in range(TRIES):
            enter(bo, other_than(code))
            tries += 1

    anna = Visitor(a_link(invoice))
    code = anna.ask_for_code()
    assert "too often" in enter(anna, code)[1]
    anna.client.defaults["REMOTE_ADDR"] = "203.0.113.9"
    assert enter(anna, code)[0] == 302


def test_without_an_address_the_page_says_whom_to_ask(anna: Visitor) -> None:
    anna.link.invoice.customer.contact_points.all().delete()

    page = anna.get("code/?next=you")
    anna.post("code/send/")

    assert "We cannot send you a code" in page
    assert run_letters() == 0


def test_a_code_leads_on_only_to_our_own_pages(anna: Visitor) -> None:
    for odd in ("https://evil.example/", "//evil.example", "you/../..", "javascript:alert(1)"):
        code = anna.ask_for_code()
        _, where, _ = anna.post(f"code/?next={odd}", code=code)
        assert where == anna.page
        anna.post("code/forget/")
        Tally.objects.all().delete()


def test_locking_again_closes_what_was_open(anna: Visitor) -> None:
    anna.prove()

    anna.post("code/forget/")

    assert anna.status("you/") == 302


def test_the_customer_reads_that_a_code_was_used(anna: Visitor) -> None:
    anna.prove()

    assert "Personal data was opened with a code" in anna.get()


def test_a_code_shows_that_its_address_is_read(anna: Visitor) -> None:
    anna.prove()

    point = anna.link.invoice.customer.contact_points.get(kind="email")
    assert point.verified_at is not None


def test_a_letter_that_could_not_be_sent_leaves_no_code_and_is_made_anew(anna: Visitor) -> None:
    nobody_listens: dict[str, object] = {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {"host": "127.0.0.1", "port": 9},
    }
    anna.post("code/send/")

    with (
        override_settings(MAILERS={"default": nobody_listens}),
        pytest.raises(ConnectionRefusedError),
    ):
        run_letters()

    assert StepUpCode.objects.get().code_hmac is None
    assert enter(anna, "000000")[0] == 422
    assert enter(anna, sent_code())[0] == 302


def test_a_job_that_runs_twice_sends_a_second_code_and_only_that_holds(anna: Visitor) -> None:
    anna.post("code/send/")
    first = sent_code()

    send_code.func(StepUpCode.objects.get().pk)

    found = re.search(r"^ {4}(\d{6})$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found
    if first != found[1]:
        assert enter(anna, first)[0] == 422
    assert enter(anna, found[1])[0] == 302


def test_codes_of_yesterday_are_forgotten(anna: Visitor) -> None:
    anna.ask_for_code()
    with time_machine.travel(clock.now() + timedelta(days=1, hours=1), tick=False):
        Visitor(anna.path).ask_for_code()

    assert StepUpCode.objects.count() == 1


class Outbox:
    """A sender of text messages that keeps them."""

    sent: ClassVar[list[tuple[str, str]]] = []

    def send(self, to: str, text: str) -> None:
        self.sent.append((to, text))


@pytest.fixture
def texts() -> Iterator[list[tuple[str, str]]]:
    Outbox.sent.clear()
    with override_settings(SMS_SENDER=f"{__name__}.Outbox"):
        yield Outbox.sent


def without_email(visitor: Visitor) -> Visitor:
    visitor.link.invoice.customer.contact_points.filter(kind="email").delete()
    return visitor


def test_who_has_only_a_telephone_gets_the_code_there(
    anna: Visitor, texts: list[tuple[str, str]]
) -> None:
    page = without_email(anna).get("code/?next=you")
    assert "•••00" in page

    anna.post("code/send/", next="you")
    assert run_letters() == 1

    ((to, text),) = texts
    assert to == "+4790000000"
    assert "Fjordfiber" in text
    assert len(text) <= 160
    code = re.findall(r"[0-9]{6}", text)[0]
    assert enter(anna, code)[0] == 302
    assert anna.status("you/") == 200
    assert mail.outbox == []


def test_an_email_address_is_preferred_to_a_telephone(
    anna: Visitor, texts: list[tuple[str, str]]
) -> None:
    anna.prove()

    assert len(mail.outbox) == 1
    assert texts == []


def test_a_telephone_that_only_the_customer_has_named_gets_no_code(
    anna: Visitor, texts: list[tuple[str, str]]
) -> None:
    anna.link.invoice.customer.contact_points.filter(kind="phone").update(added_by="customer")

    assert "We cannot send you a code" in without_email(anna).get("code/?next=you")
    anna.post("code/send/", next="you")
    assert run_letters() == 0


def test_without_a_sender_a_telephone_is_no_way_to_get_a_code(anna: Visitor) -> None:
    assert "We cannot send you a code" in without_email(anna).get("code/?next=you")
    with pytest.raises(Refused, match="no sender is configured"):
        sms.send("+4790000000", "123456")
