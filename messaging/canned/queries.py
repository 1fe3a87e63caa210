"""Replies and macros of a biller, and a reply as it reads in one conversation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language_info

from invoices import clock
from invoices.billers.models import User
from invoices.documents.models import Invoice
from invoices.documents.queries import figures
from invoices.money import Money, format_money
from invoices.page.words import long_date
from messaging.canned.models import Macro, Reply
from messaging.canned.words import fill, in_language


@dataclass(frozen=True, slots=True)
class Ready:
    """A reply with everything put in. ``language`` is the name of the one it is written in."""

    key: str
    title: str
    language: str
    text: str


def replies_of(biller_id: int) -> Sequence[Reply]:
    """The biller's replies that are in use, by their key."""
    return list(Reply.objects.filter(biller_id=biller_id, retired=False))


def macros_of(biller_id: int) -> Sequence[Macro]:
    """The biller's macros that are in use, by name."""
    found = Macro.objects.filter(biller_id=biller_id, retired=False)
    return list(found.select_related("reply", "tag", "team"))


def ready_replies(invoice: Invoice, agent: User, query: str = "") -> Sequence[Ready]:
    """The replies whose key begins with ``query``, or whose title holds it, in the customer's
    language. Two questions, however many there are."""
    wanted = query.casefold()
    found = [
        reply
        for reply in replies_of(invoice.biller_id)
        if reply.key.startswith(wanted) or wanted in reply.title.casefold()
    ]
    facts: dict[str, Mapping[str, str]] = {}
    ready = []
    left = figures(invoice).left if found else 0
    for reply in found:
        language, text = in_language(reply.texts, _languages(invoice))
        if language not in facts:
            facts[language] = facts_of(invoice, agent, language, left)
        ready.append(Ready(reply.key, reply.title, _named(language), fill(text, facts[language])))
    return ready


def text_for(reply: Reply, invoice: Invoice, agent: User) -> str:
    """The reply as the customer of the invoice will read it."""
    language, text = in_language(reply.texts, _languages(invoice))
    return fill(text, facts_of(invoice, agent, language, figures(invoice).left))


def facts_of(invoice: Invoice, agent: User, language: str, left_minor: int) -> Mapping[str, str]:
    """What can be put into a reply, said in the language."""
    customer, biller = invoice.customer, invoice.biller
    page = reverse("invoice_page", args=[invoice.public_id])
    business = customer.kind == customer.Kind.BUSINESS
    with translation.override(language):
        return {
            "first_name": customer.name if business else customer.name.split(" ")[0],
            "name": customer.name,
            "invoice": invoice.number,
            "amount_left": format_money(Money(left_minor, invoice.currency), language),
            "due_date": long_date(invoice.due_on, language, today=clock.today()),
            "kid": invoice.reference,
            "account": invoice.agreement.account.number,
            "link": settings.BASE_URL.rstrip("/") + page,
            "agent": agent.get_short_name() if agent.name else biller.name,
            "biller": biller.name,
        }


def _languages(invoice: Invoice) -> Sequence[str]:
    return (invoice.customer.language, *invoice.biller.languages)


def _named(language: str) -> str:
    return str(get_language_info(language)["name_local"]) if language else ""
