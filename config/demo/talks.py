"""What the demo's customers have written, and what they were answered."""

import uuid
from datetime import time, timedelta

from invoices import clock
from invoices.billers.models import Biller, Membership
from invoices.billers.roles import Role
from invoices.changes.actions import Asker
from invoices.documents.models import Invoice
from invoices.history.actors import CUSTOMER, SYSTEM, Actor, staff
from messaging.cards import actions as cards
from messaging.cards.states import What
from messaging.faq.actions import write_answer
from messaging.hours.actions import set_week
from messaging.hours.calendar import Period
from messaging.threads import actions
from messaging.threads.models import Thread

NEWEST = 6  # November's invoices, one of each customer

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


# (language, question, answer, other words for it)
_ASKED = {
    "NO": (
        (
            "nb",
            "Kan jeg utsette betalingen?",
            "Ja. Velg «Endre» på fakturaen, så ser du hvilke dager du kan flytte forfall til.",
            "henstand utsettelse senere forfall",
        ),
        (
            "nb",
            "Hvorfor er fakturaen høyere enn forrige?",
            "Trykk «Hvorfor?» ved beløpet på fakturaen: der står hva som er nytt.",
            "dyrere økt mer regning",
        ),
        (
            "en",
            "Can I postpone the payment?",
            "Yes. Choose “Change” on the invoice to see the days you can move it to.",
            "later due date extension",
        ),
    ),
    "SE": (
        (
            "sv",
            "Kan jag skjuta upp betalningen?",
            "Ja. Välj ”Ändra” på fakturan, så ser du vilka dagar du kan flytta förfallodagen till.",
            "anstånd senare förfallodag",
        ),
        (
            "en",
            "Can I postpone the payment?",
            "Yes. Choose “Change” on the invoice to see the days you can move it to.",
            "later due date extension",
        ),
    ),
}


def seed_talks() -> None:
    """Let customers and agents have written to each other: once, after all else that happened."""
    if Thread.objects.exists():
        return
    for member in Membership.objects.filter(role=Role.AGENT).select_related("biller"):
        newest = list(Invoice.objects.filter(biller=member.biller).order_by("-pk")[:NEWEST])
        if len(newest) == NEWEST:
            first, *others = reversed(newest)
            _answer_phone(member.biller)
            _talk(others, staff(member.user_id), member.biller.country)
            _propose(first, staff(member.user_id), member.biller.country)


def _talk(invoices: list[Invoice], agent: Actor, country: str) -> None:
    now = clock.now()
    said = _SWEDISH if country == "SE" else _NORWEGIAN
    for invoice, lines in zip(invoices, said, strict=True):
        for minutes, who, text, about in lines:
            with clock.standing_at(now - timedelta(minutes=minutes)):
                _say(invoice, who, text, about, agent)


def _answer_phone(biller: Biller) -> None:
    """Say when customer service is open, and answer what is often asked."""
    weekdays = {day: [Period(time(8), time(20))] for day in range(5)}
    set_week(biller, weekdays | {5: [Period(time(10), time(16))]}, actor=SYSTEM)
    for language, question, answer, keywords in _ASKED[biller.country]:
        write_answer(biller, language, question, answer, keywords=keywords, actor=SYSTEM)


_MORE_TIME = {
    "NO": (
        "Hei, lønnen kommer litt senere denne måneden. Kan jeg få noen dager til?",
        "Hei Lina, det går fint. Passer dette?",
    ),
    "SE": (
        "Hej, lönen kommer lite senare den här månaden. Kan jag få några dagar till?",
        "Hej Lina, det går bra. Passar det här?",
    ),
}


def _propose(invoice: Invoice, agent: Actor, country: str) -> None:
    """The customer at the phone has asked for more time, and was proposed a new due date."""
    asked, answered = _MORE_TIME[country]
    now = clock.now()
    with clock.standing_at(now - timedelta(minutes=52)):
        _say(invoice, "customer", asked, "", agent)
    with clock.standing_at(now - timedelta(minutes=44)):
        to_on = invoice.due_on + timedelta(days=9)
        draft = cards.Draft(What.MOVE, {"to_on": to_on.isoformat()}, answered)
        asker = Asker(agent.kind, agent.user_id, Role.AGENT)
        thread = actions.begin(invoice, actor=agent)
        cards.propose(thread, draft, actor=asker, card_id=uuid.uuid4())


def _say(invoice: Invoice, who: str, text: str, about: str, agent: Actor) -> None:
    if who == "close":
        actions.close(actions.begin(invoice, actor=agent), actor=agent)
    elif who == "note":
        actions.note(invoice, text, actor=agent, message_id=uuid.uuid4())
    else:
        by = agent if who == "staff" else CUSTOMER
        actions.post(invoice, text, actor=by, message_id=uuid.uuid4(), about=about)
