"""What can have been proposed before a picture is taken, and what became of it."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

from config.demo.mail import latest
from invoices import clock
from invoices.billers.roles import Role
from invoices.documents.models import Invoice
from invoices.history.actors import CUSTOMER, SYSTEM
from messaging.cards import actions
from messaging.cards.models import Card
from messaging.cards.states import What
from messaging.mail import actions as mail
from messaging.threads.actions import begin
from messaging.threads.models import Thread
from tests.messaging.cards.build import terms_of
from tests.screens.house import House, Shot
from tests.screens.steps import Build, Step

type End = Callable[[Card], object]


def proposed(what: What, end: End | None = None) -> Step:
    """An agent has proposed this, and perhaps it was ended like that."""

    def did(house: House, invoice: Invoice) -> None:
        asker = house.asker(Role.AGENT)
        draft = actions.Draft(what, terms_of(invoice, what), "Går det bra slik?")
        thread = begin(invoice, actor=asker)
        card = actions.propose(thread, draft, actor=asker, card_id=uuid4())
        if end is not None:
            end(card)

    return did


def accepted(card: Card) -> None:
    actions.accept(card.pk, actor=CUSTOMER)


def declined(card: Card) -> None:
    actions.decline(card.pk, "", actor=CUSTOMER)


def withdrawn(card: Card) -> None:
    actions.withdraw(card.pk, actor=SYSTEM)


def expired(card: Card) -> None:
    with clock.standing_at(clock.now() + timedelta(days=9)):
        actions.expire(card.pk, actor=SYSTEM)


def reviewed(house: House, invoice: Invoice) -> None:
    """What no longer fits was taken back, as the worker does."""
    actions.review_all([invoice.pk], actor=SYSTEM)


def at_thread(*steps: Step, path: str = "") -> Build:
    """An agent at the thread of an invoice to which all this has happened."""

    def build(house: House) -> Shot:
        invoice = house.invoice()
        begin(invoice, actor=house.asker(Role.AGENT))
        for step in steps:
            step(house, invoice)
        thread = Thread.objects.get(invoice=invoice)
        return house.at_desk(f"inbox/{thread.public_id}/{path}", Role.AGENT)

    return build


def mailed(house: House) -> Shot:
    """The e-mail that tells of an answer with a proposal, as a mail program shows it."""
    invoice = house.invoice()
    proposed(What.SPLIT)(house, invoice)
    thread = Thread.objects.get(invoice=invoice)
    with clock.standing_at(clock.now() + timedelta(hours=1)):
        mail.tell_customer(thread.pk, actor=SYSTEM)
    return Shot(f"/demo/mail/{latest()[0].number}/")
