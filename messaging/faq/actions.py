"""Writing answers down, and noting what came of offering them."""

import uuid
from collections.abc import Collection

from django.db import transaction

from invoices import clock
from invoices.billers.models import Biller
from invoices.history.actors import Actor
from messaging.faq.models import Answer, Offer


@transaction.atomic
def write_answer(
    biller: Biller, language: str, question: str, answer: str, *, actor: Actor, keywords: str = ""
) -> Answer:
    """Let this be the biller's answer to the question in the language."""
    values = {"answer": answer, "keywords": keywords, "is_shown": True}
    row, _ = Answer.objects.update_or_create(
        biller=biller, language=language, question=question, defaults=values
    )
    return row


@transaction.atomic
def note_shown(answer_ids: Collection[int], message_id: uuid.UUID, *, actor: Actor) -> None:
    """These answers were shown to who is writing ``message_id``; each counts once for it."""
    now = clock.now()
    rows = [Offer(answer_id=pk, message_id=message_id, shown_at=now) for pk in answer_ids]
    Offer.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def note_outcome(
    answer_id: uuid.UUID, biller: Biller, message_id: uuid.UUID, *, helped: bool, actor: Actor
) -> bool:
    """It was opened or, ``helped``, called a help. False where it was not shown there."""
    shown = Offer.objects.select_for_update().filter(
        answer__public_id=answer_id, answer__biller=biller, message_id=message_id
    )
    offer = shown.first()
    if offer is None:
        return False
    now = clock.now()
    offer.opened_at = offer.opened_at or now
    if helped:
        offer.helped_at = offer.helped_at or now
    offer.save(update_fields=["opened_at", "helped_at"])
    return True
