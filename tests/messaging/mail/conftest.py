"""Mail that is taken in: our domain, and somebody who can be answered."""

import uuid
from typing import Any

import pytest

from invoices.documents.models import Invoice
from invoices.history.actors import staff
from messaging.threads import actions as threads
from tests.build import a_member, an_invoice
from tests.messaging.mail.answering import DOMAIN, SECRET


@pytest.fixture
def taken_in(settings: Any) -> None:
    """Addresses of ours lead in, and a provider may hand mail in."""
    settings.REPLY_DOMAIN = DOMAIN
    settings.MAIL_HOOK_SECRET = SECRET


@pytest.fixture
def invoice() -> Invoice:
    """Somebody of staff has written, and the customer has an e-mail to answer."""
    made = an_invoice()
    user = a_member(made.biller)
    threads.post(made, "Hei Anna", actor=staff(user.pk), message_id=uuid.uuid4())
    return made
