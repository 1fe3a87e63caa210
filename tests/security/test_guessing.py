"""Guessing: odd tokens, odd arguments, and how often somebody may try."""

from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.test import Client

from tests.people import World

pytestmark = pytest.mark.django_db

ODD_TOKENS = [
    "x",
    "A" * 31,
    "A" * 33,
    "A" * 5_000,
    "æøå",
    "\N{PILE OF POO}" * 8,
    "\u202eevil",
    "%00",
    "a\x00b",
    "..",
    ".env",
    "..%2f..%2fetc%2fpasswd",
    "' OR 1=1 --",
    "{{7*7}}",
    "<script>alert(1)</script>",
    "-1",
    "None",
    " ",
    "\r\nSet-Cookie: a=b",
]


@pytest.mark.parametrize("token", ODD_TOKENS)
def test_an_odd_token_opens_nothing_and_breaks_nothing(world: World, token: str) -> None:
    for path in (f"/i/{quote(token, safe='')}", f"/i/{quote(token)}", f"/i/{token}/"):
        answer = Client(raise_request_exception=False).get(path)

        assert answer.status_code == 404, path
        assert "Set-Cookie" not in answer.headers


def test_a_token_must_fit_to_the_last_character(world: World) -> None:
    link = world.annas_link
    flipped = link[:-1] + ("A" if link[-1] != "A" else "B")

    for wrong in (link[:-1], link + "A", flipped, link.swapcase(), f"{link}%20", f"{link}%00"):
        assert Client().get(wrong).status_code == 404, wrong
    assert Client().get(link).status_code == 302


ODD_QUERIES = ["%2500", "%", "_", "'", "%F0%9F%92%A9", "%E2%80%AE", "a" * 5000, "%FF%FE"]


@pytest.mark.parametrize("odd", ODD_QUERIES)
def test_odd_questions_break_no_page(world: World, odd: str) -> None:
    finance, anna = world.client("finance"), world.client("anna")
    desk, page = "/staff/fjordfiber/", f"/invoice/{world.annas.public_id}/"
    for query in (f"q={odd}", f"before={odd}", f"names={odd}", f"v={odd}&on={odd}"):
        for client, path in ((finance, desk), (anna, page)):
            assert client.get(f"{path}?{query}").status_code == 200, (path, query)
            assert client.get(f"{path}panels/?{query}").status_code in (200, 204), (path, query)


@pytest.mark.parametrize("name", ["anonymous", "anna", "finance", "superuser"])
def test_what_the_database_cannot_hold_never_reaches_it(world: World, name: str) -> None:
    for path in ("/staff/fjordfiber/", "/admin/invoices/invoice/", "/accounts/login/"):
        for query in ("q=%00", "q=a%00b", "%00=a", "before=\0"):
            assert world.client(name).get(f"{path}?{query}").status_code == 400, (path, query)
    for path in ("/admin/invoices/invoice/%00/change/", "/staff/%00/", "/i/a%00b"):
        assert world.client(name).get(path).status_code == 404, path
    for cookie in ("nota_staff", "nota_links", "nota_language", "nota_csrf"):
        client = world.client(name)
        answer = client.get("/accounts/login/", headers={"Cookie": f'{cookie}="a\\000b"'})
        assert answer.status_code == 400, cookie


@pytest.mark.parametrize("before", ["٣", "-1", "1e9", "9" * 17, "9" * 40, "0x1", "²"])
def test_an_odd_place_to_go_on_from_breaks_no_list(world: World, before: str) -> None:
    assert world.client("finance").get("/staff/fjordfiber/", {"before": before}).status_code == 200


@pytest.mark.parametrize("cookie", ["", "x", "W10:1abc:forged", "\x7f", "WzFd" * 400])
def test_a_forged_cookie_opens_nothing(world: World, cookie: str) -> None:
    client = Client()
    client.cookies["nota_links"] = cookie

    assert client.get(f"/invoice/{world.annas.public_id}/").status_code == 404


def _guess(client: Client, email: str = "cia@example.com") -> str:
    answer = client.post("/accounts/login/", {"login": email, "password": "wrong"})
    return "too many" if "too many" in answer.text.lower() else str(answer.status_code)


def test_failed_sign_ins_are_counted_over_all_browsers(world: World) -> None:
    cache.clear()
    one, other = Client(), Client()

    first = [_guess(browser) for browser in (one, other, one, other, one)]

    assert first == ["200"] * 5
    assert _guess(other) == "too many"
    right = other.post("/accounts/login/", {"login": "cia@example.com", "password": "password"})
    assert right.status_code == 200
    assert _guess(other, "mia@example.com") == "200"


def test_a_header_does_not_make_a_new_visitor(world: World) -> None:
    cache.clear()
    said = []
    for guess in range(12):
        answer = Client().post(
            "/accounts/login/",
            {"login": f"nobody{guess}@example.com", "password": "wrong"},
            headers={"X-Forwarded-For": f"10.0.0.{guess}"},
        )
        said.append("too many" in answer.text.lower())

    assert said[-1]


def test_nobody_learns_who_has_an_account(world: World) -> None:
    cache.clear()
    known, unknown = (
        Client().post("/accounts/login/", {"login": email, "password": "wrong"})
        for email in ("cia@example.com", "who@example.com")
    )
    reset_known, reset_unknown = (
        Client().post("/accounts/password/reset/", {"email": email})
        for email in ("cia@example.com", "who@example.com")
    )

    assert known.context["form"].errors == unknown.context["form"].errors
    assert (reset_known.status_code, reset_known["Location"]) == (
        reset_unknown.status_code,
        reset_unknown["Location"],
    )
