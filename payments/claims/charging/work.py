"""Talking to services that draw: always between transactions, never inside one.

A draw is stored before anybody hears of it, and its id is the charge's name and the key of every
call: whoever dies at any line has asked for nothing twice, and ``look`` finds out what is there.
"""

import logging
from datetime import timedelta
from typing import Final

from django.db import transaction

from invoices import clock
from invoices.history.actors import SYSTEM
from payments.claims.charges import UNWANTED
from payments.claims.charging import actions
from payments.claims.models import Claim
from payments.claims.states import ClaimState
from payments.providers.base import ProviderError
from payments.providers.seal import unseal
from payments.schemes.base import Charge, Charged, Charges, ChargeSeen, Transport
from payments.schemes.queries import scheme_account, terms_of
from payments.schemes.registry import SCHEMES, connect

log = logging.getLogger(__name__)

# A call takes ten seconds at most: after these, one that left no trace was never made.
NEVER_HEARD_AFTER: Final = timedelta(seconds=60)


def charge_of(claim: Claim) -> Charge:
    """The draw as its adapter knows it."""
    invoice = claim.invoice
    terms = terms_of(claim.biller_id, claim.scheme, clock.today())
    return Charge(
        reference=claim.public_id.hex,
        agreement=claim.mandate.scheme_ref,
        amount_minor=claim.amount_minor,
        currency=invoice.currency,
        text=f"{claim.biller.name} {invoice.number}",
        due_on=claim.sent_on or claim.draw_on,
        retry_days=terms.retries,
    )


def look(claim_id: int) -> Claim:
    """Ask for the draw if nobody has, take it back if nobody wants it, and follow how it stands."""
    claim = _read(claim_id)
    if SCHEMES[claim.scheme].transport != Transport.API:
        return claim
    scheme, charge = _scheme_of(claim), charge_of(claim)
    try:
        seen = scheme.find_charge(charge)
        if seen.what == Charged.UNKNOWN:
            seen = _unheard_of(claim, scheme, charge)
        elif seen.what == Charged.WAITING and claim.state in UNWANTED:
            scheme.cancel_charge(charge)
            seen = scheme.find_charge(charge)
    except ProviderError as error:
        _log(claim, error)
        return actions.note_seen(claim_id, None, actor=SYSTEM)
    after = actions.note_seen(claim_id, seen, actor=SYSTEM)
    if after.state == ClaimState.CANCELLING != claim.state:
        return look(claim_id)  # somebody took it back while it was being asked for
    return after


def _unheard_of(claim: Claim, scheme: Charges, charge: Charge) -> ChargeSeen:
    """Ask for it; or see that it never was, once no call can be on its way any more."""
    if claim.state == ClaimState.CANCELLING:
        if claim.asked_at is None or clock.now() - claim.asked_at > NEVER_HEARD_AFTER:
            return ChargeSeen(Charged.CANCELLED)
        return ChargeSeen(Charged.UNKNOWN)
    if claim.state != ClaimState.SENT or not actions.take_to_ask(claim.pk, actor=SYSTEM):
        return ChargeSeen(Charged.UNKNOWN)
    try:
        scheme.charge(charge)
    except ProviderError as error:
        if not error.permanent:
            raise
        seen = scheme.find_charge(charge)
        if seen.what == Charged.UNKNOWN:
            _log(claim, error)
            actions.note_refused(claim.pk, error.code, actor=SYSTEM)
        return seen
    return scheme.find_charge(charge)


def _scheme_of(claim: Claim) -> Charges:
    account = scheme_account(claim.biller_id, claim.scheme)
    assert account is not None, "it was planned under an agreement"
    scheme = connect(claim.scheme, unseal(account.sealed))
    assert isinstance(scheme, Charges)
    return scheme


def _read(claim_id: int) -> Claim:
    """Read it afresh. Durable: Django refuses this inside of a transaction, and so every call."""
    with transaction.atomic(durable=True):
        return Claim.objects.select_related("mandate", "invoice", "biller").get(pk=claim_id)


def _log(claim: Claim, error: ProviderError) -> None:
    log.warning("%s, draw %s: %s", claim.scheme, claim.public_id.hex, error.code)
