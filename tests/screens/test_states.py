"""Every state that is pictured can be built, and its page answers as it should: what keeps it live
has its place on it, and brings all of it.
"""

import html
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.screens.camera import LOOKS
from tests.screens.house import House, Shot, the_houses
from tests.screens.states import STATES, State
from tests.screens.validity import HOW, JAR, faults

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.screens.urls")]


LIVE = re.compile(r'data-panels-url="([^"]+)"')
PANEL = re.compile(r'data-panel="([^"]+)"')


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def houses(django_db_setup: None, django_db_blocker: Any, data: Path) -> Iterator[dict[str, House]]:
    """Built once; each state is built upon them and taken back."""
    with (
        django_db_blocker.unblock(),
        pytest.MonkeyPatch.context() as patch,
        transaction.atomic(),
    ):
        patch.setattr("django.conf.settings.DATA_DIR", data)
        kept = {"default": {"BACKEND": "config.demo.mail.Kept"}}
        patch.setattr("django.conf.settings.MAILERS", kept)
        yield the_houses()
        transaction.set_rollback(True)


def somebody(shot: Shot) -> Client:
    browser = Client(raise_request_exception=False)
    for name, value in shot.cookies.items():
        browser.cookies[name] = value
    return browser


@pytest.mark.parametrize("country", ["NO", "SE"])
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_a_state_is_built_and_its_page_answers(
    state: State, country: str, houses: dict[str, House]
) -> None:
    shot = state.build(houses[country])
    browser = somebody(shot)

    answer = browser.get(shot.path, follow=True)

    assert answer.status_code == shot.status
    page = answer.content.decode()
    if live := LIVE.search(page):
        brought = browser.get(html.unescape(live[1]), answer.wsgi_request.GET.dict())
        assert sorted(PANEL.findall(brought.content.decode())) == sorted(PANEL.findall(page))


@pytest.mark.skipif(not JAR.exists() or shutil.which("java") is None, reason=HOW)
def test_every_state_is_valid_html(houses: dict[str, House], tmp_path: Path) -> None:
    for state in STATES:
        with transaction.atomic():  # each is built upon the same houses
            shot = state.build(houses["NO"])
            page = somebody(shot).get(shot.path, follow=True)
            transaction.set_rollback(True)
        (tmp_path / f"{state.name}.html").write_bytes(page.content)

    assert faults(tmp_path) == []


def test_names_tell_states_apart_and_looks_exist() -> None:
    assert len({state.name for state in STATES}) == len(STATES)
    assert {state.look for state in STATES} <= set(LOOKS)
