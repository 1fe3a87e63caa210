"""An invoice, and browsers that have opened links to it."""

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client

from invoices.documents.links.models import SecretLink
from invoices.documents.models import Invoice
from tests.build import a_link, an_invoice
from tests.jobs import run_letters
from tests.people import link_behind


@pytest.fixture
def invoice(db: None) -> Invoice:
    return an_invoice()


class Visitor:
    """Somebody with a browser of their own, inside by a link."""

    def __init__(self, path: str) -> None:
        self.client = Client()
        self.client.cookies["nota_language"] = "en"
        self.path = path
        self.link: SecretLink = link_behind(path)
        self.page = f"/invoice/{self.link.invoice.public_id}/"
        assert self.client.get(path).status_code == 302

    def get(self, rest: str = "") -> str:
        """A page below the invoice's, which must answer."""
        answer = self.client.get(self.page + rest)
        assert answer.status_code == 200, (rest, answer.status_code)
        return answer.text

    def status(self, rest: str = "", method: str = "get", **data: str) -> int:
        return int(getattr(self.client, method)(self.page + rest, data).status_code)

    def post(self, rest: str, **data: str) -> tuple[int, str, str]:
        """Post; the status, where it leads, and what it says."""
        answer = self.client.post(self.page + rest, data)
        return answer.status_code, answer.get("Location", ""), answer.text

    def ask_for_code(self, place: str = "you") -> str:
        """Have a code sent, and read it."""
        assert self.post("code/send/", next=place)[0] == 302
        return sent_code()

    def prove(self) -> None:
        """Enter the right code."""
        code = self.ask_for_code()
        status, where, _ = self.post("code/?next=you", code=code)
        assert (status, where) == (302, f"{self.page}you/")


def sent_code() -> str:
    """The code in the e-mail that is sent now."""
    before = len(mail.outbox)
    assert run_letters() == 1
    assert len(mail.outbox) == before + 1
    found = re.search(r"^ {4}(\d{6})$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found, mail.outbox[-1].body
    return found[1]


@pytest.fixture
def visitor(invoice: Invoice) -> Callable[..., Visitor]:
    """Lets somebody in by a fresh link, to the invoice if no other is given."""
    return lambda to=None, **how: Visitor(a_link(to or invoice, **how))


@pytest.fixture
def anna(visitor: Callable[..., Visitor]) -> Visitor:
    """The customer, by her own link."""
    return visitor()
