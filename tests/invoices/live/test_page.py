"""The whole way: an action commits, the page's socket rings, the panels come with the version."""

import http.cookiejar
import json
import re
import urllib.request
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from websockets.sync.client import ClientConnection

from tests.build import a_link, an_invoice, an_ocr_file, receive

pytestmark = pytest.mark.django_db(transaction=True)


class Browser:
    """A browser without scripts: cookies, pages, panels."""

    def __init__(self, port: int) -> None:
        self.base = f"http://localhost:{port}"
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(jar)

    def get(self, path: str) -> tuple[int, Any, str]:
        with self._opener.open(self.base + path, timeout=10) as answer:
            return answer.status, answer.headers, answer.read().decode()


def attribute(html: str, name: str) -> str:
    found = re.search(rf'{name}="([^"]*)"', html)
    assert found, name
    return unescape(found[1])


def test_a_payment_rings_the_page_and_the_panels_bring_it(
    live_port: int, open_page: Callable[..., ClientConnection]
) -> None:
    invoice, other = an_invoice(), None
    browser = Browser(live_port)
    _, _, html = browser.get(a_link(invoice))
    page = open_page(token=attribute(html, "data-token"), origin=browser.base)
    other = open_page(f"i{invoice.pk + 1}")
    version, on = int(attribute(html, "data-v")), attribute(html, "data-on")
    panels_url = attribute(html, "data-panels-url")
    assert browser.get(f"{panels_url}?v={version}&on={on}")[0] == 204

    receive(invoice.biller, an_ocr_file((invoice, 20_000)))

    ring = json.loads(page.recv(timeout=5))
    assert ring["v"] > version
    assert {"balance", "history"} <= set(ring["panels"])
    _, headers, html = browser.get(f"{panels_url}?names={','.join(ring['panels'])}")
    assert int(headers["X-Nota-Version"]) >= ring["v"]
    assert 'hx-swap-oob="true"' in html
    assert attribute(html, "data-left-minor") == "30000"
    other.send("ping")
    assert json.loads(other.recv(timeout=5)) == {"panels": [], "v": 0}
    status, headers, html = browser.get(f"{panels_url}?v={version}&on={on}")
    assert status == 200
    assert browser.get(f"{panels_url}?v={headers['X-Nota-Version']}&on={on}")[0] == 204
