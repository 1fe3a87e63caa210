"""What is said to banks and services about mandates, and only ever outside of a transaction.

A mandate is stored before anybody hears of it, and its id is the key of every call. Whoever dies
in between loses nothing and makes nothing twice: the same call again is the same agreement.
"""

import logging
from typing import Final
from urllib.parse import urljoin

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from invoices import clock
from invoices.documents.models import Invoice
from invoices.history.actors import SYSTEM
from payments.mandates import actions
from payments.mandates.models import Mandate
from payments.mandates.states import MandateState
from payments.providers.base import ProviderError
from payments.providers.seal import unseal
from payments.schemes.base import Answered, Proof, Scheme, Wanted
from payments.schemes.queries import scheme_account
from payments.schemes.registry import SCHEMES, connect

log = logging.getLogger(__name__)

LEFT_AFTER_S: Final = 3600  # the service gives the customer ten minutes; then it says EXPIRED
LONGEST_WAIT_S: Final = 60
# One that is active is asked about now and then: customers stop agreements in their app.
ACTIVE_WAIT_S: Final = 6 * 3600


def scheme_of(mandate: Mandate) -> Scheme:
    """The mandate's other side, with its keys opened."""
    account = scheme_account(mandate.biller_id, mandate.scheme)
    assert account is not None
    scheme = connect(mandate.scheme, unseal(account.sealed))
    assert scheme is not None
    return scheme


def wanted_of(mandate: Mandate) -> Wanted:
    """The mandate as the other side knows it."""
    invoice: Invoice | None = mandate.invoice
    back = ""
    if invoice is not None:
        path = reverse("autopay_back", args=[invoice.public_id, mandate.public_id])
        back = urljoin(settings.BASE_URL, path)
    return Wanted(
        reference=mandate.reference,
        biller_name=mandate.biller.name,
        what_for=mandate.biller.name,
        payee_account=mandate.payee.number,
        kid=invoice.reference if invoice else "",
        amount_minor=invoice.total_minor if invoice else 0,
        currency=mandate.biller.currency,
        language=mandate.language,
        return_url=back,
        scheme_ref=mandate.scheme_ref,
        wants_notice=mandate.wants_notice,
    )


def hand_over(mandate_id: int) -> Mandate:
    """Tell the other side, and keep where the customer goes on. One that says no refuses it; one
    that does not answer is asked again by ``look``."""
    mandate = _read(mandate_id)
    if mandate.state != MandateState.REQUESTED or mandate.handover_url:
        return mandate
    try:
        begun = scheme_of(mandate).begin(wanted_of(mandate))
    except ProviderError as error:
        _log(mandate, error)
        if error.permanent:
            actions.refuse(mandate_id, error.code, actor=SYSTEM)
        return _read(mandate_id)
    actions.note_handed_over(
        mandate_id,
        url=begun.url,
        scheme_ref=begun.scheme_ref,
        waits=SCHEMES[mandate.scheme].proof == Proof.BANK,
        actor=SYSTEM,
    )
    return _read(mandate_id)


def look(mandate_id: int) -> int | None:
    """Ask the service how it stands, and follow it; seconds until the next time, None for never."""
    mandate = _read(mandate_id)
    if SCHEMES[mandate.scheme].proof != Proof.APP:
        return None
    if mandate.state == MandateState.REQUESTED and not mandate.scheme_ref:
        mandate = hand_over(mandate_id)  # whoever should have told it has died
    try:
        if mandate.state == MandateState.STOPPED:
            scheme_of(mandate).stop(wanted_of(mandate))
        seen = scheme_of(mandate).find(wanted_of(mandate)) if mandate.scheme_ref else None
    except ProviderError as error:
        _log(mandate, error)
        seen = None
    if seen is not None:
        _follow(mandate, seen)
    return _wait(_read(mandate_id))


def _follow(mandate: Mandate, seen: Answered) -> None:
    state = MandateState(mandate.state)
    asked = state in (MandateState.REQUESTED, MandateState.PENDING)
    if seen == Answered.ACTIVE and asked:
        actions.activate(mandate.pk, actor=SYSTEM)
    elif seen == Answered.STOPPED and asked:
        actions.refuse(mandate.pk, "stopped", actor=SYSTEM)
    elif seen == Answered.EXPIRED and asked:
        actions.leave(mandate.pk, "expired", actor=SYSTEM)
    elif seen in (Answered.STOPPED, Answered.EXPIRED, Answered.UNKNOWN):
        actions.end(mandate.pk, str(seen), actor=SYSTEM)


def _wait(mandate: Mandate) -> int | None:
    untold = mandate.state == MandateState.REQUESTED and not mandate.scheme_ref
    if untold and (clock.now() - mandate.asked_at).total_seconds() > LEFT_AFTER_S:
        actions.leave(mandate.pk, "silent", actor=SYSTEM)
        return None
    if mandate.state in (MandateState.REQUESTED, MandateState.PENDING, MandateState.STOPPED):
        wait: int = actions.FIRST_LOOK_S * 2 ** min(mandate.looks, 10)
        return min(wait, LONGEST_WAIT_S)
    if mandate.state in (MandateState.ACTIVE, MandateState.PAUSED):
        return ACTIVE_WAIT_S
    return None


def _read(mandate_id: int) -> Mandate:
    """Read it afresh. Durable: Django refuses this inside of a transaction, and so every call."""
    with transaction.atomic(durable=True):
        mandates = Mandate.objects.select_related("biller", "customer", "payee", "invoice")
        return mandates.get(pk=mandate_id)


def _log(mandate: Mandate, error: ProviderError) -> None:
    log.warning("%s, mandate %s: %s", mandate.scheme, mandate.reference, error.code)
