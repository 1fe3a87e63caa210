"""Who gets what: every URL pattern x actor x method against a table. An unlisted URL fails."""

import re
from collections import Counter

import pytest
from django.test import Client

from invoices.live.tokens import read_page_token
from tests.people import World, link_behind
from tests.security import doors
from tests.security.doors.actors import CUSTOMERS, DESK, LOGIN, STAFF
from tests.security.walk import METHODS, METHODS_OF, Answer, Walked, patterns, targets

pytestmark = pytest.mark.django_db

# The account pages that need no signing in; all others lead there.
OPEN_ACCOUNT_PAGES = (
    "accounts/login/",
    "accounts/logout/",
    "accounts/inactive/",
    "accounts/signup/",
    "accounts/confirm-email/",
    "accounts/login/code/confirm/",
    "accounts/^confirm-email/",
    "accounts/password/reset/",
    "accounts/^password/reset/key/",
    "accounts/2fa/authenticate/",
    "accounts/2fa/webauthn/login/",
)


def outcome(answer: Answer) -> int | str:
    if answer.status == 302 and answer.location.startswith("/accounts/login/"):
        return LOGIN
    if answer.status == 302 and answer.location.startswith("/staff/"):
        return DESK
    return answer.status


def fault(answer: Answer) -> str:
    """What is wrong with an answer; '' for nothing."""
    pattern, got = answer.target.pattern, outcome(answer)
    if answer.status >= 500:
        return f"{answer.status}"
    if pattern.startswith("admin/"):
        return "" if answer.actor == "superuser" or _kept_out(answer) else f"in the admin: {got}"
    if pattern.startswith("accounts/"):
        is_open = pattern.startswith(OPEN_ACCOUNT_PAGES)
        own = answer.actor in STAFF or got in (LOGIN, 404)
        return "" if is_open or own else f"expected login: {got}"
    expected = _expected(answer)
    return "" if got == expected else f"expected {expected}, got {got}"


def _expected(answer: Answer) -> int | str:
    pattern, whose = answer.target.pattern, answer.target.whose
    if answer.method in ("GET", "HEAD") and pattern in doors.GET:
        return doors.GET[pattern][whose][answer.actor]
    if pattern == "language/" and answer.method not in ("GET", "HEAD"):
        # Django's own view: every method leads back, only POST sets the language.
        return 302
    if answer.method == "POST" and pattern in doors.POST:
        return doors.POST[pattern][whose][answer.actor]
    return 302 if pattern == "language/" else 405


def _kept_out(answer: Answer) -> bool:
    led = ("/admin/login/", "/admin/", "/accounts/login/")
    return answer.status in (403, 405) or (
        answer.status == 302 and answer.location.split("?")[0] in led
    )


def test_every_url_is_in_the_table() -> None:
    grouped = ("admin/", "accounts/")
    unlisted = [
        pattern
        for pattern in patterns()
        if not pattern.startswith(grouped)
        and pattern not in doors.GET
        and pattern not in doors.POST
    ]

    assert unlisted == []


def test_every_actor_gets_what_the_table_says(
    world: World, walked: Walked, capsys: pytest.CaptureFixture[str]
) -> None:
    urls, actors = len(patterns()), len(world.actors)
    leaks = [
        f"{a.method} {a.target.pattern} ({a.target.whose}) as {a.actor}: {wrong}"
        for a in walked.answers
        if (wrong := fault(a))
    ]

    with capsys.disabled():
        print(
            f"\n{urls} URLs x {actors} actors x {len(METHODS)} methods"
            f" ({len(walked.answers)} answers), {len(leaks)} leaks"
        )
    assert not leaks, "\n".join(leaks)
    per_actor = sum(len(METHODS_OF.get(t.whose, METHODS)) for t in targets(world))
    assert len(walked.answers) == per_actor * actors
    assert {a.target.pattern for a in walked.answers} == set(patterns())
    assert actors == len(CUSTOMERS + STAFF)


def test_the_superuser_reaches_every_page_of_the_admin(walked: Walked) -> None:
    seen = Counter(
        a.status
        for a in walked.pages
        if a.actor == "superuser" and a.target.pattern.startswith("admin/")
    )

    assert seen[200] > 30, seen


def test_anonymous_visitors_cannot_tell_whether_a_biller_exists(client: Client) -> None:
    for path in ("/staff/{}/", "/staff/{}/panels/"):
        ours, nobodys = (client.get(path.format(slug)) for slug in ("fjordfiber", "nobodyyy"))

        assert ours["Location"].replace("fjordfiber", "nobodyyy") == nobodys["Location"]
        assert (ours.status_code, ours.content) == (nobodys.status_code, nobodys.content)


def test_every_404_looks_the_same(world: World) -> None:
    strangers = world.client("bo"), world.client("dag_elsewhere"), Client()
    paths = [
        "/i/" + "A" * 32,
        world.revoked_link,
        f"/link/{link_behind(world.expired_link).public_id}/",
        f"/invoice/{world.annas.public_id}/",
        f"/invoice/{world.namesakes.public_id}/",
        "/no/such/page",
    ]
    answers = [client.get(path) for client in strangers for path in paths]
    for slug in ("fjordfiber", "nobody"):
        answers.append(strangers[1].get(f"/staff/{slug}/"))
        answers.append(strangers[1].get(f"/staff/{slug}/invoice/{world.annas.public_id}/"))
    refused = [a for a in answers if a.status_code == 404]

    assert len(refused) >= 16
    assert len({a.content for a in refused}) == 1
    unknown, revoked = (dict(strangers[2].get(path).items()) for path in paths[:2])
    assert unknown == revoked


def test_every_form_needs_the_token_against_forgery(world: World) -> None:
    let_in = []
    for name in ("anonymous", "finance"):
        client = world.actors[name].client(enforce_csrf_checks=True)
        for target in targets(world):
            if target.pattern.startswith("hooks/"):
                continue  # providers have no token: what they send is signed
            for method in ("POST", "DELETE"):
                if client.generic(method, target.path).status_code != 403:
                    let_in.append(f"{method} {target.path} as {name}")

    assert let_in == []


def test_a_browser_that_hides_its_origin_is_refused_and_our_own_pages_do_not(world: World) -> None:
    finance = world.actors["finance"].client(enforce_csrf_checks=True)
    page = finance.get("/staff/fjordfiber/")
    token = finance.cookies["nota_csrf"].value
    fields = {"csrfmiddlewaretoken": token}

    hidden = finance.post("/staff/fjordfiber/bankfiles/", fields, headers={"Origin": "null"})
    own = finance.post(
        "/staff/fjordfiber/bankfiles/", fields, headers={"Origin": "http://testserver"}
    )

    # Under no-referrer browsers hide the origin of our own forms too: never set it on pages.
    assert page["Referrer-Policy"] == "same-origin"
    assert (hidden.status_code, own.status_code) == (403, 302)


def test_the_customer_reads_nothing_that_is_for_staff_alone(world: World) -> None:
    page, panels = f"/invoice/{world.annas.public_id}/", f"/invoice/{world.annas.public_id}/panels/"
    anna, agent = world.client("anna"), world.client("cia_agent")
    for client in (anna, agent):
        client.cookies["nota_language"] = "en"

    ours = agent.get(f"/staff/fjordfiber{page}").text
    theirs = anna.get(page).text + anna.get(panels).text

    for word in ("A link was made for the e-mail", "Staff only", "channel"):
        assert word in ours, word
        assert word not in theirs, word


def test_a_socket_token_of_one_page_names_that_page_alone(world: World) -> None:
    pages = {
        # And the link that led there: it is closed with it.
        "anna": (
            f"/invoice/{world.annas.public_id}/",
            (f"i{world.annas.pk}", f"l{link_behind(world.annas_link).pk}"),
            "customer",
        ),
        "cia_agent": ("/staff/fjordfiber/", (f"b{world.fjord.pk}",), "agent"),
        "dag_elsewhere": ("/staff/norrsken/", (f"b{world.other.pk}",), "admin"),
    }
    for name, (path, topics, audience) in pages.items():
        found = re.findall(
            r'token=([\w:.-]+)|data-token="([^"]+)"', world.client(name).get(path).text
        )
        tokens = [read_page_token(one or other) for one, other in found]
        assert [(t.topics, t.audience) for t in tokens if t] == [(topics, audience)], name
