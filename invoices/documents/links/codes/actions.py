"""The only writer of codes: asked for, made and sent by a job, tried, used once."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from invoices import clock
from invoices.customers.actions import verify_contact_point
from invoices.customers.models import ContactPoint
from invoices.documents.links.codes.queries import latest_code
from invoices.documents.links.models import SecretLink, StepUpCode
from invoices.documents.models import Invoice
from invoices.history.actors import Actor
from invoices.history.record import record

DIGITS = 6
OPEN_FOR = timedelta(minutes=10)
TRIES = 5
FORGOTTEN_AFTER = timedelta(days=1)
SALT = "nota.links.code"


class Verdict(StrEnum):
    """What a try came to."""

    RIGHT = "right"
    WRONG = "wrong"
    EXPIRED = "expired"
    LOCKED = "locked"
    NONE = "none"  # no code is under way in this browser


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a try came to, and how many are left."""

    verdict: Verdict
    tries_left: int = 0


@transaction.atomic
def ask_for_code(
    link: SecretLink, *, to: ContactPoint, session_sha256: bytes, purpose: str, actor: Actor
) -> StepUpCode:
    """Have a code sent. What this browser was sent before for the purpose no longer holds.

    The digits do not exist yet: the job makes them, so that no queue ever holds them. Records
    ``link.code_sent``.
    """
    from invoices.documents.links.tasks import (
        send_code,  # a job sends through this module: no cycle
    )

    StepUpCode.objects.filter(session_sha256=session_sha256, purpose=purpose, used_at=None).update(
        used_at=clock.now()
    )
    StepUpCode.objects.filter(asked_at__lt=clock.now() - FORGOTTEN_AFTER).delete()
    code = StepUpCode.objects.create(
        link=link,
        contact_point=to,
        purpose=purpose,
        session_sha256=session_sha256,
        asked_at=clock.now(),
    )
    send_code.defer(code_id=code.pk)
    _tell("link.code_sent", link.invoice, actor, purpose=purpose)
    return code


def fill_code(code: StepUpCode) -> str:
    """Make the digits of a code that is about to be sent; asked again, it makes new ones."""
    digits = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    code.code_hmac = code_hmac(code, digits)
    code.sent_at = clock.now()
    code.save(update_fields=["code_hmac", "sent_at"])
    return digits


def code_hmac(code: StepUpCode, digits: str) -> bytes:
    """What is kept of the digits: keyed, for a million hashes are soon tried; bound to the code."""
    return salted_hmac(SALT, f"{code.pk}:{digits}", algorithm="sha256").digest()


@transaction.atomic
def try_code(
    digits: str,
    *,
    session_sha256: bytes,
    purpose: str,
    link: SecretLink,
    invoice: Invoice,
    actor: Actor,
) -> Outcome:
    """Try digits against the code under way in this browser. Every try counts, also at once.

    The right one is used up, and shows that its address is the customer's. Records
    ``link.proved`` or ``contact.verified``, and ``link.code_locked`` at the last wrong try.
    """
    code = latest_code(session_sha256, purpose, link, for_update=True)
    if code is None or code.code_hmac is None or code.sent_at is None:
        return Outcome(Verdict.NONE)
    if code.tries >= TRIES:
        return Outcome(Verdict.LOCKED)
    if clock.now() - code.sent_at >= OPEN_FOR:
        return Outcome(Verdict.EXPIRED)
    code.tries += 1
    right = constant_time_compare(code_hmac(code, digits), bytes(code.code_hmac))
    if right:
        code.used_at = clock.now()
    code.save(update_fields=["tries", "used_at"])
    if right:
        _proved(code, invoice, actor)
        return Outcome(Verdict.RIGHT)
    if code.tries >= TRIES:
        _tell("link.code_locked", invoice, actor)
        return Outcome(Verdict.LOCKED)
    return Outcome(Verdict.WRONG, TRIES - code.tries)


def _proved(code: StepUpCode, invoice: Invoice, actor: Actor) -> None:
    told = code.purpose == StepUpCode.Purpose.VERIFY
    verify_contact_point(code.contact_point, invoice_id=invoice.pk, told=told, actor=actor)
    if code.purpose == StepUpCode.Purpose.STEP_UP:
        _tell("link.proved", invoice, actor)


def _tell(kind: str, invoice: Invoice, actor: Actor, **said: Any) -> None:
    record(
        kind,
        biller_id=invoice.biller_id,
        actor=actor,
        invoice_id=invoice.pk,
        customer_id=invoice.customer_id,
        **said,
    )
