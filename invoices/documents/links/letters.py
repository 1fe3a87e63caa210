"""The messages of this room: a code, a new link. Plain text, in the customer's language.

Sent here and not by the upper floor's notices, since they must work wherever a link does.
"""

from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.template import Context, Engine
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from invoices.customers.models import ContactPoint
from invoices.documents.links import sms
from invoices.documents.models import Invoice


def code(invoice: Invoice, to: ContactPoint, digits: str, purpose: str) -> None:
    """Send a code, by e-mail or as a text message."""
    with translation.override(invoice.customer.language):
        if to.kind == ContactPoint.Kind.PHONE:
            words = _("{code} is your code for invoices from {biller}. Give it to nobody.")
            sms.send(to.value, words.format(code=digits, biller=invoice.biller.name))
            return
        subject = _("{code} is your code").format(code=digits)
        _send(
            invoice,
            to.value,
            subject,
            "invoices/links/letters/code.txt",
            {"code": digits, "purpose": purpose},
        )


def new_link(invoice: Invoice, to: str, token: str) -> None:
    """Send a link."""
    with translation.override(invoice.customer.language):
        subject = _("Your link to the invoice from {biller}").format(biller=invoice.biller.name)
        url = settings.BASE_URL.rstrip("/") + reverse("open_link", args=[token])
        _send(
            invoice,
            to,
            subject,
            "invoices/links/letters/new_link.txt",
            {"url": url, "invoice": invoice},
        )


def _send(
    invoice: Invoice, to: str, subject: str, template: str, context: dict[str, object]
) -> None:
    biller = invoice.biller
    # Plain text: an ampersand is an ampersand.
    words = Context({**context, "biller": biller}, autoescape=False)
    body = Engine.get_default().get_template(template).render(words)
    sender = formataddr((biller.name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))
    reply_to = [biller.support_email] if biller.support_email else None
    EmailMessage(subject, body, sender, [to], reply_to=reply_to).send()
