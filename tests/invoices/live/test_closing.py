"""A closed topic: its sockets are closed in every process, and no token opens it again."""

import contextlib
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection

from invoices.documents.links.actions import replace_link, revoke_link
from invoices.documents.links.levels import Level
from invoices.documents.links.queries import trusted_emails
from invoices.history.actors import SYSTEM
from invoices.live.hub import Hub
from invoices.live.listener import Listener
from invoices.live.ring import close, ring
from invoices.live.tokens import page_token
from tests.build import a_link, an_invoice, an_ocr_file, receive
from tests.people import link_behind

from .conftest import listener_pids, wait_until
from .test_socket import heard, silent

type OpenPage = Callable[..., ClientConnection]


@pytest.fixture(autouse=True)
def _nothing_is_closed_for_good(transactional_db: None) -> None:
    """These tests write rows, and are cleaned up after."""


def closed_code(page: ClientConnection) -> int:
    """What the server says when it closes; rings may come before."""
    with contextlib.suppress(ConnectionClosed):
        for _ in range(5):
            page.recv(timeout=5)
    assert page.close_code is not None
    return page.close_code


def test_closing_reaches_the_sockets_of_the_topic_alone(open_page: OpenPage) -> None:
    gone, stays = open_page("i1", "l901"), open_page("i1", "l902")

    with transaction.atomic():
        close(["l901"])
        assert silent(gone)

    assert closed_code(gone) == 4410
    ring({"i1": 3}, ["balance"])
    assert heard(stays) == {"panels": ["balance"], "v": 3}


def test_a_rollback_closes_nothing(open_page: OpenPage) -> None:
    page = open_page("i1", "l903")

    with transaction.atomic():
        close(["l903"])
        transaction.set_rollback(True)

    ring({"i1": 3}, ["balance"])
    assert heard(page)["v"] == 3
    assert open_page("i1", "l903")


def test_a_token_kept_from_before_opens_no_socket(open_page: OpenPage) -> None:
    page = open_page("i1", "l904")
    close(["l904"])
    closed_code(page)

    with pytest.raises(InvalidStatus) as refusal:
        open_page(token=page_token(["i1", "l904"], "customer"))

    assert refusal.value.response.status_code == 403


def test_a_process_that_starts_later_or_lost_its_connection_knows_it_too(
    open_page: OpenPage,
) -> None:
    import asyncio

    close(["l905"])
    hub = Hub()

    async def listen() -> None:
        listener = Listener(hub)
        listener.start()
        for _ in range(200):
            await asyncio.sleep(0.02)
            if hub.is_closed(["l905"]):
                break
        await listener.stop()

    asyncio.run(listen())

    assert hub.is_closed(["i1", "l905"])
    assert not hub.is_closed(["i1", "l906"])
    wait_until(lambda: len(listener_pids()) == 1)


def test_what_was_closed_long_ago_is_forgotten() -> None:
    close(["l907"])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE invoices_closedtopic SET at = now() - interval '2 days'")

    close(["l908"])

    with connection.cursor() as cursor:
        cursor.execute("SELECT topic FROM invoices_closedtopic")
        assert cursor.fetchall() == [("l908",)]


@pytest.mark.parametrize("how", ["revoked", "replaced"])
def test_a_killed_link_takes_its_socket_with_it(open_page: OpenPage, how: str) -> None:
    invoice = an_invoice()
    link, other = link_behind(a_link(invoice)), link_behind(a_link(invoice))
    leaked, hers = (open_page(f"i{invoice.pk}", f"l{each.pk}") for each in (link, other))

    if how == "revoked":
        revoke_link(link, actor=SYSTEM)
    else:
        email = trusted_emails(invoice.customer)[0]
        replace_link(link, contact_point=email, actor=SYSTEM)

    assert closed_code(leaked) == 4410
    receive(invoice.biller, an_ocr_file((invoice, 20_000)))
    while "balance" not in heard(hers)["panels"]:
        pass  # before it, that links were made and closed


def test_a_payer_hears_of_amount_and_payment_without_a_version(open_page: OpenPage) -> None:
    invoice = an_invoice()
    link = link_behind(a_link(invoice, Level.PAY_ONLY))
    token = page_token([f"i{invoice.pk}", f"l{link.pk}"], "payer", ["balance", "pay"])
    payer = open_page(token=token)

    ring({f"i{invoice.pk}": 40}, ["history", "messages"])
    ring({f"i{invoice.pk}": 41}, ["balance", "history", "lines", "pay"])

    assert heard(payer) == {"panels": ["balance", "pay"], "v": 0}
    assert silent(payer)
