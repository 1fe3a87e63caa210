"""Signs between open pages: who hears that somebody types, over a real server and a real NOTIFY."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from websockets.sync.client import ClientConnection

from invoices.live.tokens import Voice, page_token

pytestmark = pytest.mark.usefixtures("ringing")

type OpenPage = Callable[..., ClientConnection]


def voice(side: str, name: str = "", topic: str = "i5") -> str:
    return page_token([topic], side, voice=Voice(topic, side, name))


def heard(page: ClientConnection) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(page.recv(timeout=5))
    return message


def silent(page: ClientConnection) -> bool:
    """Nothing has come, and what is rung now comes first."""
    page.send("ping")
    return heard(page) == {"panels": [], "v": 0}


def test_staff_hear_the_customer_type_and_the_customer_hears_staff(open_page: OpenPage) -> None:
    anna = open_page(token=voice("customer"))
    cia = open_page(token=voice("staff", "Cia"))

    anna.send("typing")
    assert heard(cia) == {"sign": "typing", "side": "customer", "name": "", "at": ""}
    cia.send("typing")

    assert heard(anna) == {"sign": "typing", "side": "staff", "name": "Cia"}


def test_the_customer_hears_neither_notes_nor_who_looks(open_page: OpenPage) -> None:
    anna = open_page(token=voice("customer"))
    cia, per = open_page(token=voice("staff", "Cia")), open_page(token=voice("staff", "Per"))

    for sign in ("noting", "here"):
        cia.send(sign)
        assert heard(per) == {"sign": sign, "side": "staff", "name": "Cia", "at": ""}
        time.sleep(0.3)

    assert silent(anna)


def test_pages_without_a_voice_give_and_hear_none(open_page: OpenPage) -> None:
    payer = open_page(token=page_token(["i5"], "payer", ["balance"]))
    cia = open_page(token=voice("staff", "Cia"))
    elsewhere = open_page(token=voice("staff", "Dag", "i6"))

    payer.send("typing")
    assert silent(cia)
    cia.send("typing")
    assert heard(cia)["sign"] == "typing"

    assert silent(payer)
    assert silent(elsewhere)


def test_an_inbox_hears_where_its_colleagues_are_and_nothing_of_another_billers(
    open_page: OpenPage,
) -> None:
    def at_a_thread(topic: str, name: str, room: str, at: str) -> str:
        return page_token([topic, room], "staff", voice=Voice(topic, "staff", name, room, at))

    def at_the_list(name: str, room: str) -> str:
        return page_token([room], "staff", voice=Voice("", "staff", name, room))

    cia, per = (
        open_page(token=at_a_thread("i5", "Cia", "b1", "t5")),
        open_page(token=at_the_list("Per", "b1")),
    )
    dag, eva = (
        open_page(token=at_a_thread("i9", "Dag", "b2", "t9")),
        open_page(token=at_the_list("Eva", "b2")),
    )

    cia.send("typing")
    assert heard(per) == {"sign": "typing", "side": "staff", "name": "Cia", "at": "t5"}
    dag.send("here")
    assert heard(eva) == {"sign": "here", "side": "staff", "name": "Dag", "at": "t9"}

    assert (heard(cia)["name"], heard(dag)["name"]) == ("Cia", "Dag")  # their own, as ever
    assert all(silent(page) for page in (per, cia, dag, eva))


def test_what_is_no_sign_is_passed_on_to_nobody(open_page: OpenPage) -> None:
    anna, cia = open_page(token=voice("customer")), open_page(token=voice("staff", "Cia"))

    for sent in ("<script>", '{"sign":"typing"}', "TYPING", "typing "):
        anna.send(sent)

    assert silent(cia)
