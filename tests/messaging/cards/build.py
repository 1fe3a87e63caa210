"""Cards, proposed as an agent does."""

import uuid
from datetime import timedelta
from typing import Any

from invoices import clock
from invoices.billers.roles import Role
from invoices.changes.actions import Asker
from invoices.documents.models import Invoice
from invoices.history.actors import staff
from messaging.cards import actions
from messaging.cards.models import Card
from messaging.cards.states import What
from messaging.threads import actions as threads
from messaging.threads.models import Thread
from tests.build import a_member

WORDS = "Vi foreslår dette."


def an_agent(invoice: Invoice, role: Role = Role.AGENT, email: str = "") -> Asker:
    """Somebody who answers the customers of the invoice's biller."""
    return Asker("staff", a_member(invoice.biller, role, email).pk, role)


def a_thread(invoice: Invoice, agent: Asker) -> Thread:
    """The invoice's thread."""
    assert agent.user_id is not None
    return threads.begin(invoice, actor=staff(agent.user_id))


def terms_of(invoice: Invoice, what: What) -> dict[str, Any]:
    """Something that can be proposed: ten days more, two halves, a hundred off."""
    if what == What.MOVE:
        return {"to_on": (invoice.due_on + timedelta(days=10)).isoformat()}
    if what == What.SPLIT:
        half = invoice.total_minor // 2
        days = [clock.today() + timedelta(days=ahead) for ahead in (20, 50)]
        return {
            "parts": [
                [days[0].isoformat(), half],
                [days[1].isoformat(), invoice.total_minor - half],
            ]
        }
    if what == What.AUTOPAY:
        return {"schemes": ["AvtaleGiro" if invoice.biller.country == "NO" else "Autogiro"]}
    return {"text": f"Faktura {invoice.number}", "amount_minor": 10_000}


def a_card(
    invoice: Invoice,
    what: What = What.MOVE,
    *,
    agent: Asker | None = None,
    card_id: uuid.UUID | None = None,
    **terms: Any,
) -> Card:
    """An open card on the invoice."""
    agent = agent or an_agent(invoice)
    draft = actions.Draft(what, terms or terms_of(invoice, what), WORDS)
    thread = a_thread(invoice, agent)
    return actions.propose(thread, draft, actor=agent, card_id=card_id or uuid.uuid4())
