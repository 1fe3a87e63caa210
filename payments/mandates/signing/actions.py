"""The only writer of signatures: tries with BankID, and the evidence that comes of them."""

import hashlib
import json
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from invoices import clock
from invoices.errors import N_, Refused
from invoices.history.actors import CUSTOMER, Actor
from payments.mandates.actions import lock_mandate, move
from payments.mandates.models import Evidence, Mandate, MandateOrder, Signing
from payments.mandates.orders.actions import SEALED_FOR, order
from payments.mandates.states import MandateState
from payments.mandates.wording import Wording
from payments.schemes.bankid import Collected, Order, Seen
from payments.sealing import seal_bytes

State = Signing.State
OPEN: Final = (State.ASKED, State.PENDING)


@dataclass(frozen=True, slots=True)
class Where:
    """The browser that signs, and what let it in."""

    ip: str
    user_agent: str
    link_id: int | None
    level: str


@transaction.atomic
def begin_signing(
    mandate_id: int, *, said: Wording, pdf: bytes, where: Where, actor: Actor
) -> Signing:
    """Store a try before BankID hears of it; one that is open is given up for it.

    Refused where there is nothing to sign any more.
    """
    mandate = lock_mandate(mandate_id)
    if mandate.state != MandateState.REQUESTED:
        raise Refused(N_("There is nothing to sign any more."))
    for earlier in Signing.objects.filter(mandate=mandate, state__in=OPEN):
        _fail(earlier, "replaced")
    return Signing.objects.create(
        mandate=mandate,
        text_version=said.version,
        text=said.text,
        pdf=pdf,
        ip=where.ip,
        user_agent=where.user_agent[:400],
        link_id=where.link_id,
        level=where.level,
        language=said.language,
        asked_at=clock.now(),
    )


@transaction.atomic
def note_started(signing_id: int, started: Order, *, actor: Actor) -> None:
    """Keep what draws the code and opens the app; nothing where the try was given up."""
    signing = _locked(signing_id)
    if signing.state != State.ASKED:
        return
    signing.state, signing.started_at = State.PENDING, clock.now()
    signing.order_ref = started.ref
    signing.auto_start_token = started.auto_start_token
    signing.qr_start_token = started.qr_start_token
    signing.secret = seal_bytes(started.qr_start_secret.encode(), SEALED_FOR)
    signing.save()


@transaction.atomic
def note_failed(signing_id: int, hint: str, *, actor: Actor) -> None:
    """It came to nothing; the mandate waits for another try."""
    signing = _locked(signing_id)
    if signing.state in OPEN:
        _fail(signing, hint)


@transaction.atomic
def note_collected(signing_id: int, found: Collected, *, actor: Actor) -> Signing:
    """Follow what BankID says. A signature becomes evidence, the order to the bank, and
    ``mandate.requested``, all at once and once only.

    A signature that comes when the mandate is left already is kept nowhere.
    """
    signing = _locked(signing_id)
    if signing.state != State.PENDING:
        return signing
    if found.seen == Seen.PENDING:
        if signing.hint != found.hint:
            signing.hint = found.hint[:40]
            signing.save(update_fields=["hint"])
        return signing
    mandate = signing.mandate
    if found.seen != Seen.COMPLETE or mandate.state != MandateState.REQUESTED:
        _fail(signing, found.hint or "late")
        return signing
    signing.state, signing.collected_at, signing.hint = State.COMPLETE, clock.now(), ""
    signing.secret = None
    signing.save()
    _prove(mandate, signing, found)
    order(MandateOrder.Kind.NEW, mandate=mandate, id_no=found.personal_number)
    move(mandate, MandateState.PENDING, CUSTOMER)
    return signing


def _prove(mandate: Mandate, signing: Signing, found: Collected) -> None:
    signed = {"signature": found.signature, "ocspResponse": found.ocsp_response}
    Evidence.objects.create(
        mandate=mandate,
        text_version=signing.text_version,
        text=signing.text,
        text_sha256=hashlib.sha256(signing.text.encode()).digest(),
        language=signing.language,
        at=clock.now(),
        ip=signing.ip,
        user_agent=signing.user_agent,
        link_id=signing.link_id,
        level=signing.level,
        signature_ref=signing.order_ref,
        signed=seal_bytes(json.dumps(signed).encode(), SEALED_FOR),
        pdf=bytes(signing.pdf),
        pdf_sha256=hashlib.sha256(bytes(signing.pdf)).digest(),
    )


def _fail(signing: Signing, hint: str) -> None:
    signing.state, signing.hint, signing.collected_at = State.FAILED, hint[:40], clock.now()
    signing.secret = None
    signing.save()


def _locked(signing_id: int) -> Signing:
    """The mandate's customer first, as everywhere; then the try, with its mandate as it is now."""
    mandate_id = Signing.objects.values_list("mandate_id", flat=True).get(pk=signing_id)
    mandate = lock_mandate(mandate_id)
    signing = Signing.objects.get(pk=signing_id)
    signing.mandate = mandate
    return signing
