"""What is said to BankID, and only ever outside of a transaction.

The try is stored first; then BankID is asked; then its answer is stored. Whoever dies in between
loses the try at most: the customer signs anew, and nothing was agreed on. A signature that was
given is collected again by the follower, for as long as BankID remembers it.
"""

import hashlib
import logging
from typing import Final
from urllib.parse import unquote, urljoin

import segno
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from invoices import clock
from invoices.documents.pdf.render import drawn
from invoices.documents.pdf.turns import a_seat
from invoices.history.actors import SYSTEM
from payments.mandates.models import Mandate, Signing
from payments.mandates.orders.actions import SEALED_FOR
from payments.mandates.paper import mandate_paper
from payments.mandates.queries import wording_of
from payments.mandates.signing import actions
from payments.mandates.signing.actions import Where
from payments.providers.base import ProviderError
from payments.providers.seal import unseal
from payments.schemes.bankid import CODE_LIVES, BankId, qr_text
from payments.schemes.queries import scheme_account
from payments.sealing import open_bytes

log = logging.getLogger(__name__)

State = Signing.State
NO_ORDER: Final = "notReached"


def bankid_of(biller_id: int) -> BankId:
    """The biller's BankID, with its keys opened."""
    account = scheme_account(biller_id, "autogiro")
    assert account is not None
    keys = unseal(account.sealed).get("bankid")
    assert isinstance(keys, dict)
    return BankId(**keys)


def begin(mandate_id: int, where: Where) -> Signing:
    """Let the customer sign: the document is drawn, the try stored, BankID asked."""
    mandate = _mandate(mandate_id)
    said = wording_of(mandate)
    with translation.override(said.language), a_seat():
        paper = mandate_paper(mandate, said)
        pdf = drawn("pdf/mandate.html", {"paper": paper})
    signing = actions.begin_signing(mandate_id, said=said, pdf=pdf, where=where, actor=SYSTEM)
    invoice = mandate.invoice
    assert invoice is not None
    back = urljoin(settings.BASE_URL, reverse("autopay_sign", args=[invoice.public_id]))
    try:
        started = bankid_of(mandate.biller_id).sign(
            ip=where.ip,
            visible=said.text,
            hidden=hashlib.sha256(pdf).hexdigest().encode(),
            return_url=back,
        )
    except ProviderError as error:
        log.warning("BankID, mandate %s: %s", mandate.public_id, error.code)
        actions.note_failed(signing.pk, NO_ORDER, actor=SYSTEM)
    else:
        actions.note_started(signing.pk, started, actor=SYSTEM)
    return _signing(signing.pk)


def collect(signing_id: int) -> Signing:
    """Ask BankID how it stands, and follow it."""
    signing = _signing(signing_id)
    if signing.state != State.PENDING:
        return signing
    try:
        found = bankid_of(signing.mandate.biller_id).collect(signing.order_ref)
    except ProviderError as error:
        log.warning("BankID, mandate %s: %s", signing.mandate.public_id, error.code)
        return signing
    actions.note_collected(signing_id, found, actor=SYSTEM)
    return _signing(signing_id)


def call_off(signing_id: int) -> None:
    """The customer does not want to sign now."""
    signing = _signing(signing_id)
    if signing.state == State.PENDING:
        try:
            bankid_of(signing.mandate.biller_id).cancel(signing.order_ref)
        except ProviderError as error:
            log.warning("BankID, mandate %s: %s", signing.mandate.public_id, error.code)
    actions.note_failed(signing_id, "userCancel", actor=SYSTEM)


def start_url(signing: Signing) -> str:
    """What opens BankID on this device; "" when there is nothing to open."""
    if signing.state != State.PENDING:
        return ""
    return bankid_of(signing.mandate.biller_id).start_url(signing.auto_start_token)


def code_of(signing: Signing) -> str:
    """What the code to scan says at this second; "" when it is over."""
    if signing.state != State.PENDING or signing.started_at is None or not signing.secret:
        return ""
    if clock.now() - signing.started_at > CODE_LIVES or signing.hint not in (
        "",
        "outstandingTransaction",
        "noClient",
    ):
        return ""
    secret = open_bytes(signing.secret, SEALED_FOR).decode()
    return qr_text(signing.qr_start_token, secret, signing.started_at, clock.now())


def drawn_code(text: str) -> bytes:
    """The code as a picture (SVG)."""
    return unquote(code_address(text).partition(",")[2]).encode()


def code_address(text: str) -> str:
    """The code as the data: address of a picture: dark on white, also where the page is dark."""
    code = segno.make(text, error="l", micro=False)
    address: str = code.svg_data_uri(border=4, dark="#000", light="#fff", scale=6)
    return address


def _mandate(mandate_id: int) -> Mandate:
    # Durable: Django refuses this inside of a transaction, and so every call that follows.
    with transaction.atomic(durable=True):
        mandates = Mandate.objects.select_related("biller", "customer", "payee", "invoice")
        return mandates.get(pk=mandate_id)


def _signing(signing_id: int) -> Signing:
    with transaction.atomic(durable=True):
        signings = Signing.objects.select_related("mandate__invoice", "mandate__biller")
        return signings.get(pk=signing_id)
