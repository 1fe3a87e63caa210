"""Jobs that send what must be kept nowhere: codes and tokens are made here, as they are sent.

A job's arguments are ids. If sending fails, the transaction takes back what was made, and the
job's next run makes anew. Links go by e-mail; codes also as text messages, to who has no e-mail.
"""

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from invoices import clock
from invoices.documents.links import letters
from invoices.documents.links.actions import make_link, replace_link
from invoices.documents.links.codes.actions import OPEN_FOR, fill_code
from invoices.documents.links.levels import Channel
from invoices.documents.links.models import SecretLink, StepUpCode
from invoices.documents.links.queries import address_for, trusted_emails
from invoices.documents.models import Invoice
from invoices.history.actors import Actor

RETRIES = RetryStrategy(max_attempts=4, exponential_wait=3)


@app.task(queue="letters", retry=RETRIES)
def send_code(code_id: int) -> None:
    """Make a code's digits and send them; a code nobody waits for any more is left."""
    with transaction.atomic():
        code = (
            StepUpCode.objects.select_for_update(of=("self",))
            .select_related("contact_point", "link__invoice__biller", "link__invoice__customer")
            .filter(pk=code_id, used_at=None, asked_at__gt=clock.now() - OPEN_FOR)
            .first()
        )
        if code is not None:
            digits = fill_code(code)
            letters.code(code.link.invoice, code.contact_point, digits, code.purpose)


@app.task(queue="letters", retry=RETRIES)
def send_successor(link_id: int, actor_kind: str, user_id: int | None) -> None:
    """Replace a link and send its successor to the address on file; to nobody where none is."""
    with transaction.atomic():
        link = SecretLink.objects.select_related("invoice__biller", "invoice__customer").get(
            pk=link_id
        )
        to = address_for(link)
        if to is None:
            return
        token = replace_link(link, contact_point=to, actor=Actor(actor_kind, user_id))
        if token is not None:
            letters.new_link(link.invoice, to.value, token)


@app.task(queue="letters", retry=RETRIES)
def send_fresh_link(invoice_id: int, actor_kind: str, user_id: int | None) -> None:
    """Make the customer a further link and send it to the first address on file."""
    with transaction.atomic():
        invoice = Invoice.objects.select_related("biller", "customer").get(pk=invoice_id)
        to = next(iter(trusted_emails(invoice.customer)), None)
        if to is None:
            return
        token = make_link(
            invoice,
            actor=Actor(actor_kind, user_id),
            channel=Channel.EMAIL,
            contact_point=to,
        )
        letters.new_link(invoice, to.value, token)
