"""How the story tells staff of a message that came from another address than the customer's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from invoices.billers.roles import ANSWERS
from invoices.page.facts import EntryFact
from invoices.page.story import Told, register_teller
from invoices.page.view import InvoiceView
from messaging.mail.models import Outcome


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where it came from. The history itself holds no address."""

    sentence: str
    address: str
    look: str = "note"


def tell(view: InvoiceView, entries: Sequence[EntryFact]) -> Mapping[str, Told]:
    """The sentence of the kind, with the address for whoever answers customers."""
    if view.viewer not in ANSWERS:
        return {}
    ids = [entry.data["mail_id"] for entry in entries]
    found = Outcome.objects.filter(mail__in=ids).values_list("mail_id", "elsewhere")
    addresses = dict(found)
    sentence = _("The message came by e-mail, from another address than the customer's.")
    return {
        entry.public_id: Told(
            "messaging/mail/_elsewhere.html",
            Elsewhere(sentence, addresses.get(entry.data["mail_id"], "")),
            sentence,
        )
        for entry in entries
    }


register_teller(("mail.elsewhere",), tell)
