"""What the demo's customers have written, and what they were answered."""

import uuid
from datetime import timedelta

from invoices import clock
from invoices.documents.models import Invoice
from invoices.history.actors import CUSTOMER, Actor
from messaging.threads import actions

type _Talks = tuple[list[tuple[int, str, str, str]], ...]

# (minutes ago, who, what, about what); the invoices are those of November after the first one.
_NORWEGIAN: _Talks = (
    [
        (2_890, "customer", "Hei, jeg betalte i går. Er det kommet frem?", ""),
        (2_871, "staff", "Hei Omar. Ja, betalingen er kommet, og fakturaen er betalt.", ""),
        (2_860, "customer", "Så bra, takk for hjelpen 🙂", ""),
        (2_859, "close", "", ""),
    ],
    [
        (96, "customer", "Hvorfor er det kommet en ruter på fakturaen?", "line-1"),
        (95, "note", "Ruteren ble byttet av montøren. Hun kan få den avskrevet.", ""),
    ],
    [],
    [(18, "customer", "Hello, can I pay half now and the rest after the 20th?", "")],
    [(4, "customer", "Vi har betalt for mye. Hva skjer med det?", "")],
)
_SWEDISH: _Talks = (
    [
        (2_890, "customer", "Hej, jag betalade i går. Har det kommit fram?", ""),
        (2_871, "staff", "Hej Omar. Ja, betalningen har kommit och fakturan är betald.", ""),
        (2_860, "customer", "Vad bra, tack för hjälpen 🙂", ""),
        (2_859, "close", "", ""),
    ],
    [
        (96, "customer", "Varför har det kommit en router på fakturan?", "line-1"),
        (95, "note", "Routern byttes av teknikern. Hon kan få den avskriven.", ""),
    ],
    [],
    [(18, "customer", "Hello, can I pay half now and the rest after the 20th?", "")],
    [(4, "customer", "Vi har betalat för mycket. Vad händer med det?", "")],
)


def talk(invoices: list[Invoice], agent: Actor, country: str) -> None:
    """Let the customers of these invoices and the agent have written to each other."""
    now = clock.now()
    said = _SWEDISH if country == "SE" else _NORWEGIAN
    for invoice, lines in zip(invoices, said, strict=True):
        for minutes, who, text, about in lines:
            with clock.standing_at(now - timedelta(minutes=minutes)):
                _say(invoice, who, text, about, agent)


def _say(invoice: Invoice, who: str, text: str, about: str, agent: Actor) -> None:
    if who == "close":
        actions.close(actions.begin(invoice, actor=agent), actor=agent)
    elif who == "note":
        actions.note(invoice, text, actor=agent, message_id=uuid.uuid4())
    else:
        by = agent if who == "staff" else CUSTOMER
        actions.post(invoice, text, actor=by, message_id=uuid.uuid4(), about=about)
