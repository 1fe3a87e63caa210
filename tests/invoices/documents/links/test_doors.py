"""Coming in: scanners change nothing, guessing is limited, openings count once, old links help."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client

from invoices import clock
from invoices.documents.links import limits
from invoices.documents.links.actions import replace_link, revoke_link
from invoices.documents.links.levels import Channel, Level
from invoices.documents.links.models import SecretLink, Tally
from invoices.documents.links.queries import trusted_emails
from invoices.documents.models import Invoice
from invoices.history.actors import SYSTEM
from invoices.history.models import HistoryEntry
from tests.build import a_customer, a_link, an_invoice
from tests.invoices.documents.links.conftest import Visitor
from tests.jobs import run_letters
from tests.people import expire, link_behind
from tests.security.walk import rows

type Enter = Callable[..., Visitor]


def changed_by(action: Callable[[], object]) -> set[str]:
    before = rows()
    action()
    after = rows()
    return {table for table in before if before[table] != after[table]}


@pytest.mark.parametrize("purpose", ["", "prefetch", "prefetch;prerender"])
@pytest.mark.parametrize("method", ["get", "head"])
def test_a_scanner_changes_nothing_and_counts_for_nothing(
    invoice: Invoice, method: str, purpose: str
) -> None:
    path, page = a_link(invoice), f"/invoice/{invoice.public_id}/"
    headers = {"Sec-Purpose": purpose} if purpose else {}

    def scan() -> None:
        client = Client(headers=headers)
        assert getattr(client, method)(path).status_code == 302
        assert getattr(client, method)(page).status_code == 200
        assert getattr(client, method)(f"{page}panels/").status_code == 200
        assert getattr(client, method)(f"{page}access/").status_code == 200
        assert getattr(client, method)(f"{page}opened/").status_code == 405

    assert changed_by(scan) == set()
    assert link_behind(path).opened_count == 0


def test_a_page_fetched_ahead_of_time_is_not_opened(anna: Visitor) -> None:
    answer = anna.client.post(f"{anna.page}opened/", headers={"Sec-Purpose": "prefetch"})

    anna.link.refresh_from_db()
    assert (answer.status_code, anna.link.opened_count) == (204, 0)


def test_an_opening_takes_the_token_against_forgery(anna: Visitor) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = anna.client.cookies

    assert strict.post(f"{anna.page}opened/").status_code == 403


def test_a_page_that_ran_counts_once_per_visit(anna: Visitor) -> None:
    with time_machine.travel(clock.now(), tick=False) as now:
        for _ in range(3):
            assert anna.status("opened/", "post") == 204
        anna.link.refresh_from_db()
        assert (anna.link.opened_count, anna.link.last_opened_at) == (1, clock.now())

        now.shift(timedelta(minutes=31))
        anna.status("opened/", "post")

    anna.link.refresh_from_db()
    assert anna.link.opened_count == 2
    assert anna.link.first_opened_at is not None
    assert anna.link.last_opened_at is not None
    assert anna.link.first_opened_at < anna.link.last_opened_at


def test_the_customer_reads_when_and_from_where_it_was_opened(visitor: Enter) -> None:
    by_mail, by_text = visitor(channel=Channel.EMAIL), visitor(channel=Channel.SMS)

    by_mail.status("opened/", "post")
    by_text.status("opened/", "post")

    page = by_mail.get()
    assert "The invoice was opened from the e-mail." in page
    assert "The invoice was opened from the text message." in page


def test_the_history_tells_the_first_opening_of_a_day(anna: Visitor) -> None:
    with time_machine.travel("2026-11-22T06:00:00Z", tick=False) as now:
        inside = Visitor(a_link(anna.link.invoice))
        for _ in range(4):
            inside.status("opened/", "post")
            now.shift(timedelta(hours=1))
        now.shift(timedelta(hours=20))
        Visitor(inside.path).status("opened/", "post")

    inside.link.refresh_from_db()
    assert inside.link.opened_count == 5
    assert HistoryEntry.objects.filter(kind="invoice.opened").count() == 2


def test_an_opening_is_counted_for_the_link_it_came_by(visitor: Enter) -> None:
    own, shared = visitor(), visitor(level=Level.PAY_ONLY, channel=Channel.SHARED)

    shared.status("opened/", "post")

    counts = {link.pk: link.opened_count for link in SecretLink.objects.all()}
    assert counts == {own.link.pk: 0, shared.link.pk: 1}
    assert "A shared link to pay only was opened." in own.get()


def test_one_link_is_not_counted_without_end(anna: Visitor) -> None:
    for _ in range(limits.OPENINGS_OF_LINK.most + 5):
        Visitor(anna.path).status("opened/", "post")

    anna.link.refresh_from_db()
    assert anna.link.opened_count == limits.OPENINGS_OF_LINK.most


def test_a_stranger_cannot_tell_that_a_page_was_opened(anna: Visitor) -> None:
    assert Client().post(f"{anna.page}opened/").status_code == 404


# ------------------------------------------------------------------ guessing


def guess(client: Client, times: int) -> None:
    for number in range(times):
        assert client.get(f"/i/{number:032}").status_code == 404


def test_after_a_hundred_wrong_tokens_even_the_right_one_is_404_from_there(
    invoice: Invoice,
) -> None:
    path = a_link(invoice)
    guesser = Client(REMOTE_ADDR="203.0.113.7")
    guess(guesser, limits.WRONG_TOKENS.most - 1)
    assert Client(REMOTE_ADDR="203.0.113.7").get(path).status_code == 302

    guess(guesser, 1)

    right = Client(REMOTE_ADDR="203.0.113.7").get(path)
    wrong = guesser.get("/i/" + "A" * 32)
    assert (right.status_code, right.content) == (404, wrong.content)
    assert dict(right.items()) == dict(wrong.items())
    assert Client(REMOTE_ADDR="203.0.113.8").get(path).status_code == 302


def test_whoever_is_inside_is_not_shut_out_by_a_guesser_next_door(
    invoice: Invoice, anna: Visitor
) -> None:
    guess(Client(), limits.WRONG_TOKENS.most)

    assert anna.status() == 200
    assert anna.client.get(a_link(invoice)).status_code == 302
    assert Client().get(a_link(invoice)).status_code == 404


def test_an_hour_later_the_right_token_opens_again(invoice: Invoice) -> None:
    with time_machine.travel(clock.now(), tick=False) as now:
        guess(Client(), limits.WRONG_TOKENS.most)
        now.shift(timedelta(hours=1))

        assert Client().get(a_link(invoice)).status_code == 302


def test_a_whole_household_of_ipv6_addresses_counts_as_one(invoice: Invoice) -> None:
    for number in range(limits.WRONG_TOKENS.most):
        Client(REMOTE_ADDR=f"2001:db8:1:2::{number:x}").get("/i/" + "A" * 32)

    assert Client(REMOTE_ADDR="2001:db8:1:2:ffff::1").get(a_link(invoice)).status_code == 404
    assert Client(REMOTE_ADDR="2001:db8:1:3::1").get(a_link(invoice)).status_code == 302


def test_what_is_counted_names_nobody(invoice: Invoice) -> None:
    Client(REMOTE_ADDR="203.0.113.7").get("/i/wrong")

    assert "203.0.113.7" not in str(list(Tally.objects.values()))


# ------------------------------------------------------------------ old links


def test_the_true_token_of_an_expired_link_leads_to_help_and_a_wrong_one_to_404(
    anna: Visitor,
) -> None:
    expire(anna.path)

    answer = Client().get(anna.path)
    anna_now = anna.client.get(anna.path, follow=True)

    assert answer["Location"] == f"/link/{anna.link.public_id}/"
    assert anna.path.split("/")[2] not in answer["Location"]
    assert anna_now.status_code == 410
    assert "Send me a new link" in anna_now.text
    assert anna.link.invoice.customer.name not in anna_now.text
    assert "500.00" not in anna_now.text
    assert Client().get("/i/" + "A" * 32).status_code == 404
    assert Client().get(f"/link/{anna.link.public_id}/").status_code == 404


def test_a_page_that_was_open_when_the_link_expired_leads_there_too(anna: Visitor) -> None:
    expire(anna.path)

    answer = anna.client.get(anna.page)

    assert answer["Location"] == f"/link/{anna.link.public_id}/"
    assert anna.status("panels/") == 404


def test_a_link_that_somebody_revoked_is_silent_for_good(anna: Visitor) -> None:
    expire(anna.path)
    revoke_link(anna.link, actor=SYSTEM)

    assert Client().get(anna.path).status_code == 404
    assert anna.status() == 404
    assert anna.client.get(f"/link/{anna.link.public_id}/").status_code == 404
    assert anna.client.post(f"/link/{anna.link.public_id}/renew/").status_code == 404


def test_a_dead_pay_only_link_has_nobody_to_send_a_new_one_to(visitor: Enter) -> None:
    payer = visitor(level=Level.PAY_ONLY, channel=Channel.SHARED)
    expire(payer.path)

    assert Client().get(payer.path).status_code == 404
    assert payer.status() == 404


def renew(visitor: Visitor) -> tuple[int, str, str]:
    answer = visitor.client.post(f"/link/{visitor.link.public_id}/renew/", follow=True)
    return answer.status_code, answer.redirect_chain[0][0], answer.text


def test_a_new_link_goes_to_the_address_on_file_and_opens(anna: Visitor) -> None:
    expire(anna.path)

    assert renew(anna)[0] == 410
    assert run_letters() == 1

    letter = mail.outbox[0]
    assert letter.to == [trusted_emails(anna.link.invoice.customer)[0].value]
    path = str(letter.body).split("http://127.0.0.1:8000")[1].split()[0]
    assert Client().get(path).status_code == 302
    assert Client().get(anna.path)["Location"] == f"/link/{anna.link.public_id}/"
    assert link_behind(path).contact_point is not None


def test_a_renewed_link_goes_where_the_old_one_went_if_that_is_trusted(invoice: Invoice) -> None:
    second = invoice.customer.contact_points.create(
        kind="email", value="second@example.com", rank=9, verified_at=clock.now()
    )
    untrusted = invoice.customer.contact_points.create(
        kind="email", value="thief@example.com", rank=10, added_by="customer"
    )
    for point in (second, untrusted):
        inside = Visitor(a_link(invoice, contact_point=point))
        expire(inside.path)
        renew(inside)
        run_letters()

    first = trusted_emails(invoice.customer)[0].value
    assert [letter.to for letter in mail.outbox] == [["second@example.com"], [first]]


def test_the_answer_is_the_same_with_an_address_without_one_and_too_often(
    invoice: Invoice,
) -> None:
    nobody = an_invoice(a_customer(invoice.biller, "Bo Lund"))
    nobody.customer.contact_points.all().delete()
    with_one, without = Visitor(a_link(invoice)), Visitor(a_link(nobody))
    expire(with_one.path)
    expire(without.path)

    askers = [with_one] * (limits.RENEWALS_OF_LINK.most + 2) + [without]
    answers = [(asker, *renew(asker)) for asker in askers]

    assert {status for _, status, _, _ in answers} == {410}
    assert len({_alike(text, asker) for asker, _, _, text in answers}) == 1
    run_letters()
    assert len(mail.outbox) == limits.RENEWALS_OF_LINK.most


def _alike(html: str, asker: Visitor) -> str:
    """A page without what differs by nature: ids, and the tokens of forms and styles."""
    html = re.sub(r'(csrfmiddlewaretoken" value|nonce)="[^"]+"', "", html)
    return html.replace(str(asker.link.public_id), "")


def test_a_replaced_link_leads_to_help_at_once(anna: Visitor) -> None:
    email = trusted_emails(anna.link.invoice.customer)[0]

    replace_link(anna.link, contact_point=email, actor=SYSTEM)

    assert anna.status() == 302
    assert anna.status("panels/") == 404
    assert Client().get(anna.path)["Location"] == f"/link/{anna.link.public_id}/"


def test_asking_for_a_new_link_writes_nothing_but_the_job(anna: Visitor) -> None:
    expire(anna.path)

    changed = changed_by(lambda: renew(anna))

    assert changed <= {"procrastinate_jobs", "procrastinate_events"}
