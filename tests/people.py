"""The people of the tests: two billers, whoever works for them, and whoever owes them money."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from PIL import Image

from invoices import clock
from invoices.billers.models import Biller, User
from invoices.billers.roles import Role
from invoices.changes.actions import Asker
from invoices.documents.links.actions import revoke_link
from invoices.documents.links.levels import Channel, Level
from invoices.documents.links.models import SecretLink
from invoices.documents.links.session import keep, session_of
from invoices.documents.links.tokens import token_hash
from invoices.documents.models import Invoice
from invoices.history.actors import CUSTOMER, SYSTEM, staff
from invoices.history.record import Draft, record_many
from invoices.ledger.actions import (
    TransferDraft,
    biller_account,
    credit_accounts,
    post_transfers,
)
from invoices.ledger.codes import AccountKind, Code
from messaging.canned.actions import save_reply
from messaging.cards.actions import Draft as CardDraft
from messaging.cards.actions import propose
from messaging.cards.states import What
from messaging.files.checks import check_all
from messaging.incidents.actions import begin_incident
from messaging.threads.actions import begin, post
from payments.providers.actions import note_status
from payments.providers.base import Seen, Status
from payments.providers.sandbox.actions import open_payment
from payments.providers.work import order_of
from payments.refunds.accounts import destination
from payments.refunds.actions import approve, ask
from payments.refunds.files.actions import make_file
from tests.build import (
    a_biller,
    a_customer,
    a_link,
    a_member,
    a_payment,
    an_invoice,
    an_ocr_file,
    receive,
)
from tests.payments.mandates.house import pending, sent_orders, with_direct_debit


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody with a browser: logged in as ``user``, or holding what a link gave, or neither."""

    name: str
    user: User | None = None
    cookies: dict[str, str] = field(default_factory=dict)

    def client(self, *, enforce_csrf_checks: bool = False) -> Client:
        """A fresh browser in which the actor has come in already. Faults show as 500, as live."""
        client = Client(enforce_csrf_checks=enforce_csrf_checks, raise_request_exception=False)
        if self.user is not None:
            client.force_login(self.user, backend=settings.AUTHENTICATION_BACKENDS[0])
        for name, value in self.cookies.items():
            client.cookies[name] = value
        return client


@dataclass(frozen=True, slots=True)
class World:
    """Everybody, and what belongs to whom. Links are given by their paths."""

    fjord: Biller
    other: Biller
    annas: Invoice
    bos: Invoice
    namesakes: Invoice  # of a customer of the other biller, who is called Anna Berg too
    annas_link: str
    expired_link: str
    revoked_link: str
    actors: dict[str, Actor]

    def client(self, name: str) -> Client:
        """A fresh browser of the actor."""
        return self.actors[name].client()


def the_world() -> World:
    """Build it, through the actions of the product.

    ``expired`` and ``revoked`` opened Anna's invoice while their links still lived.
    """
    fjord, other = a_biller("fjordfiber"), a_biller("norrsken", "SE")
    fjord.logo = a_picture()
    fjord.save(update_fields=["logo"])
    cia = a_member(fjord, Role.AGENT, "cia@example.com")
    annas = an_invoice(a_customer(fjord, "Anna Berg"))
    bos = an_invoice(a_customer(fjord, "Bo Lund"))
    namesakes = an_invoice(a_customer(other, "Anna Berg"))
    _say_paid(annas)
    _wanted_to_pay(annas)
    _signed_autogiro(namesakes)
    picture = check_all([("bilde.png", a_picture())])
    for invoice, files in ((annas, picture), (namesakes, [])):
        post(invoice, "Hva er dette for?", actor=CUSTOMER, message_id=uuid4(), files=files)
    # A payment that finds no invoice.
    receive(fjord, an_ocr_file(("4711", 700), biller=fjord))
    _paid_back(annas)
    _was_proposed_something(annas, cia)
    _writes_a_reply(fjord)
    annas_link, expired, revoked = a_link(annas), a_link(annas), a_link(annas)
    people = [
        Actor("anonymous"),
        opener("anna", annas_link),
        proved(opener("anna_with_code", annas_link), link_behind(annas_link)),
        opener("payer", a_link(annas, Level.PAY_ONLY, Channel.SHARED)),
        opener("bo", a_link(bos)),
        opener("namesake", a_link(namesakes)),
        opener("expired", expired),
        opener("revoked", revoked),
        Actor("cia_agent", cia),
        Actor("marketer", a_member(fjord, Role.MARKETER, "mia@example.com")),
        Actor("finance", a_member(fjord, Role.FINANCE, "finn@example.com")),
        Actor("admin", a_member(fjord, Role.ADMIN, "ada@example.com")),
        Actor("dag_elsewhere", a_member(other, Role.ADMIN, "dag@example.com")),
        Actor("superuser", User.objects.create_superuser("root@example.com", "password")),
    ]
    expire(expired)
    revoke(revoked)
    return World(
        fjord=fjord,
        other=other,
        annas=annas,
        bos=bos,
        namesakes=namesakes,
        annas_link=annas_link,
        expired_link=expired,
        revoked_link=revoked,
        actors={actor.name: actor for actor in people},
    )


def _say_paid(invoice: Invoice) -> None:
    """Let the history tell of a payment, so that there is a receipt to ask for."""
    draft = Draft({"amount_minor": 100, "left_minor": 100}, invoice.pk, invoice.customer_id)
    with transaction.atomic():
        record_many("payment.matched", [draft], biller_id=invoice.biller_id, actor=SYSTEM)


def _wanted_to_pay(invoice: Invoice) -> None:
    """A payment in the sandbox that its customer declined."""
    intent = a_payment(invoice, 10_000)
    open_payment(order_of(intent))
    note_status(intent.pk, Status(Seen.DECLINED), actor=SYSTEM)


def _signed_autogiro(invoice: Invoice) -> None:
    """A mandate that waits for the bank, and the file that asks the bank for it."""
    with_direct_debit(invoice.biller)
    pending(invoice)
    sent_orders(invoice.biller)


def _paid_back(invoice: Invoice) -> None:
    """A krone of credit that is to be paid back: asked, approved and in a file for the bank."""
    credit = credit_accounts(invoice.biller_id, invoice.currency, [invoice.customer_id])
    held = credit[invoice.customer_id].pk
    with transaction.atomic():
        clearing = biller_account(invoice.biller_id, AccountKind.CLEARING, invoice.currency).pk
        over = TransferDraft(clearing, held, 100, Code.OVERPAYMENT, "people:over")
        post_transfers([over], biller_id=invoice.biller_id)
    to = destination("NO", "kontonr", "86011117947")
    refund = ask(invoice.pk, 100, to, request_id=uuid4(), actor=CUSTOMER)
    finance = staff(a_member(invoice.biller, Role.FINANCE, "fia@example.com").pk)
    approve(refund.pk, to, actor=finance)
    make_file(invoice.biller, request_id=uuid4(), actor=finance)


def _was_proposed_something(invoice: Invoice, by: User) -> None:
    """A card that waits for the customer's answer."""
    to_on = (invoice.due_on + timedelta(days=10)).isoformat()
    draft = CardDraft(What.MOVE, {"to_on": to_on}, "Går det bra?")
    asker = Asker("staff", by.pk, Role.AGENT)
    propose(begin(invoice, actor=asker), draft, actor=asker, card_id=uuid4())


def _writes_a_reply(biller: Biller) -> None:
    """A reply that stands ready at the biller, and an incident."""
    author = staff(a_member(biller, Role.ADMIN).pk)
    begin_incident(biller, "Brudd i Bergen", actor=author)
    save_reply(biller, "takk", "Takk", {"nb": "Takk, {first_name}."}, actor=author)


def a_picture(width: int = 8, height: int = 8, form: str = "PNG") -> bytes:
    """A small picture of one colour."""
    out = BytesIO()
    Image.new("RGB", (width, height), "#0b5d4e").save(out, form)
    return out.getvalue()


def opener(name: str, link: str) -> Actor:
    """A customer who has opened the link."""
    browser = Client()
    assert browser.get(link).status_code == 302, link
    return Actor(name, cookies={key: morsel.value for key, morsel in browser.cookies.items()})


def proved(actor: Actor, link: SecretLink) -> Actor:
    """The same, after entering the right code."""
    request = HttpRequest()
    request.COOKIES = actor.cookies
    session = session_of(request)
    assert session is not None, actor.name
    response = HttpResponse()
    keep(response, session.proved(link.pk))
    cookies = {key: morsel.value for key, morsel in response.cookies.items()}
    return replace(actor, cookies=actor.cookies | cookies)


def link_behind(link: str) -> SecretLink:
    """The row behind the path of a link."""
    return SecretLink.objects.get(token_sha256=_hash(link))


def expire(link: str) -> None:
    """Let the link be so old that no fact keeps it open."""
    long_ago = clock.now() - timedelta(days=367)
    SecretLink.objects.filter(token_sha256=_hash(link)).update(created_at=long_ago)


def revoke(link: str) -> None:
    """Revoke the link, as the product does."""
    revoke_link(link_behind(link), actor=SYSTEM)


def _hash(link: str) -> bytes:
    return token_hash(link.rsplit("/", 1)[1])
