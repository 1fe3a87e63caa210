"""The e-mails of this room: a code, a new link. Plain text, in the customer's language.

Sent here and not by the upper floor's notices, since they must work wherever a link does.
"""

from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.template import Context, Engine
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from invoices.documents.models import Invoice


def code(invoice: Invoice, to: str, digits: str, purpose: str) -> None:
    """Send a code."""
    with translation.override(invoice.customer.language):
        subject = _("{code} is your code").format(code=digits)
        _send(
            invoice,
            to,
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
