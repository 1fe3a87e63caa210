"""Administrators set the inbox up on their own pages; agents and strangers find no door."""

import pytest
from django.test import Client

from invoices.billers.models import Biller, User
from invoices.billers.roles import Role
from messaging.canned.models import Macro, Reply
from messaging.sorting.models import Tag
from messaging.teams.models import InboxRules, Team
from tests.build import a_biller, a_member

pytestmark = pytest.mark.django_db

SETUP = "/staff/fjordfiber/inbox/setup/"


@pytest.fixture
def fjord() -> Biller:
    return a_biller()


@pytest.fixture
def boss(fjord: Biller) -> Client:
    return signed_in(a_member(fjord, Role.ADMIN))


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["nota_language"] = "en"
    return client


def test_everything_is_made_changed_and_put_out_of_use(fjord: Biller, boss: Client) -> None:
    cia = a_member(fjord)
    boss.post(f"{SETUP}tags/", {"name": "VIP"})
    boss.post(f"{SETUP}teams/", {"name": "Billing", "people": [cia.email], "gives_out": "on"})
    boss.post(f"{SETUP}replies/", {"key": "hi", "title": "Hello", "text_nb": "Hei {first_name}"})
    reply, tag, team = Reply.objects.get(), Tag.objects.get(), Team.objects.get()
    fields = {"name": "Do it", "reply": reply.public_id, "tag": tag.public_id, "closes": "on"}
    boss.post(f"{SETUP}macros/", fields)
    boss.post(f"{SETUP}rules/", {"gives_out": "on", "most_each": "5", "first_answer_min": "30"})
    page = boss.get(SETUP).text

    for words in ("/hi", "VIP", "Billing", "1 people", "Do it", "30 min"):
        assert words in page, words
    for kind, row in (("replies", reply), ("tags", tag), ("teams", team)):
        assert boss.get(f"{SETUP}{kind}/{row.public_id}/").status_code == 200
    macro = Macro.objects.get()
    boss.post(f"{SETUP}macros/{macro.public_id}/", {"retire": "1"})
    boss.post(f"{SETUP}tags/{tag.public_id}/", {"name": "Very important"})
    assert Macro.objects.get().retired
    assert Tag.objects.get().name == "Very important"
    assert InboxRules.objects.get().next_answer_min is None


def test_what_cannot_be_is_said_and_what_was_entered_stays(boss: Client) -> None:
    wrong = boss.post(f"{SETUP}replies/", {"key": "hi", "text_nb": "Hei {fornavn}"})
    empty = boss.post(f"{SETUP}macros/", {"name": "Nothing"})

    assert (wrong.status_code, empty.status_code) == (422, 422)
    assert "There is no “fornavn” to put in" in wrong.text
    assert "Hei {fornavn}" in wrong.text
    assert "at least one thing" in empty.text


def test_agents_and_other_billers_find_no_door(fjord: Biller, boss: Client) -> None:
    boss.post(f"{SETUP}replies/", {"key": "hi", "text_nb": "Hei"})
    path = f"{SETUP}replies/{Reply.objects.get().public_id}/"
    others = signed_in(a_member(a_biller("norrsken", "SE"), Role.ADMIN))

    for client in (signed_in(a_member(fjord)), others):
        for place in (SETUP, f"{SETUP}replies/", path):
            assert client.get(place).status_code == 404, place
        assert client.post(path, {"retire": "1"}).status_code == 404
    own = path.replace("fjordfiber", "norrsken")
    assert others.get(own).status_code == 404
    assert boss.get(f"{SETUP}nothing/").status_code == 404
