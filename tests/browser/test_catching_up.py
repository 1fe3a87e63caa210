"""Both write at once; sockets drop and the server goes meanwhile; both read the same."""

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from django.db import connection
from playwright.sync_api import Page, expect

from invoices.history.actors import CUSTOMER, Actor, staff
from messaging.threads import actions
from messaging.threads.models import Message, Thread
from tests.browser.conftest import Server
from tests.browser.test_conversation import DESK, Phone, in_english, is_live, sign_in
from tests.build import a_biller, a_customer, a_link, a_member, an_invoice
from tests.faults.test_conversation import write_all

TIMES = 200
LAST = str(2 * TIMES + 1)


def places(page: Page) -> list[int]:
    """The places in the thread of the messages that are on the page, as they stand there."""
    found = page.locator(".bubble[data-no]").evaluate_all("all => all.map(it => it.dataset.no)")
    return [int(no) for no in found]


def test_two_hundred_times_at_once_both_read_the_same_after_a_drop_and_a_restart(
    server: Server, a_phone: Phone
) -> None:
    fjord = a_biller()
    invoice = an_invoice(a_customer(fjord, "Anna Berg"))
    cia = a_member(fjord)
    actions.post(invoice, "First", actor=CUSTOMER, message_id=uuid.uuid4())
    anna = in_english(a_phone(), server)
    anna.goto(server.url + a_link(invoice))
    desk = sign_in(in_english(a_phone(viewport=DESK), server), server, cia)
    desk.goto(f"{server.url}/staff/fjordfiber/inbox/{Thread.objects.get().public_id}/")
    is_live(anna)
    is_live(desk)
    ids = {actor: [uuid.uuid4() for _ in range(TIMES)] for actor in (CUSTOMER, staff(cia.pk))}

    def write(actor: Actor, half: slice) -> None:
        try:
            write_all(invoice, actor, ids[actor][half])
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:

        def both(half: slice) -> None:
            list(pool.map(partial(write, half=half), ids))

        anna.context.set_offline(True)
        both(slice(0, TIMES // 2))
        anna.context.set_offline(False)
        server.kill()
        both(slice(TIMES // 2, TIMES))
        server.start()

    for page in (anna, desk):
        expect(page.locator(f".bubble[data-no='{LAST}']")).to_be_visible(timeout=60_000)
    kept = Message.objects.filter(thread__invoice=invoice)
    assert sorted(kept.values_list("no", flat=True)) == list(range(1, int(LAST) + 1))
    assert {each.public_id for each in kept} >= {each for all_ in ids.values() for each in all_}
    newest_first, oldest_first = places(anna), places(desk)
    shown = min(len(newest_first), len(oldest_first))
    assert shown >= 20
    assert newest_first[:shown] == oldest_first[::-1][:shown]
    assert newest_first[:shown] == list(range(int(LAST), int(LAST) - shown, -1))
    words = dict(kept.values_list("no", "text"))
    for page in (anna, desk):
        said = page.locator(f".bubble[data-no='{LAST}'] .words").inner_text()
        assert re.sub(r"\s+", " ", said).strip() == words[int(LAST)]
