"""The customer says how a closed conversation went."""

from django.db import transaction

from invoices import clock
from invoices.documents.models import Invoice
from invoices.errors import N_, Refused
from invoices.history.actors import Actor
from invoices.history.models import HistoryEntry
from invoices.history.record import record
from messaging.satisfaction.models import Rating
from messaging.satisfaction.states import WORDS_MAX, Score
from messaging.threads import words
from messaging.threads.models import Thread
from messaging.threads.states import Side, ThreadState


@transaction.atomic
def rate(invoice: Invoice, score: Score, *, actor: Actor) -> Rating:
    """Say it with one tap: once for the last closing; a second tap changes nothing.

    Refused while the conversation is open.
    """
    assert actor.kind == Side.CUSTOMER, "customers say how it went"
    thread = Thread.objects.select_for_update().filter(invoice=invoice).first()
    closing = last_closing(invoice)
    if thread is None or closing is None or thread.state != ThreadState.CLOSED:
        raise Refused(N_("The conversation is open again. You are asked when it is closed."))
    before = Rating.objects.filter(closing=closing).first()
    if before is not None:
        return before
    rating = Rating.objects.create(
        biller_id=thread.biller_id,
        thread=thread,
        closing=closing,
        owner_id=thread.owner_id,
        score=score,
        at=clock.now(),
    )
    _record(rating, thread, actor)
    return rating


@transaction.atomic
def add_words(invoice: Invoice, text: str, *, actor: Actor) -> Rating:
    """Say in words why, once, after the tap. Refused where there was none, or nothing is said."""
    assert actor.kind == Side.CUSTOMER, "customers say how it went"
    kept = words.clean(text)
    if len(kept) > WORDS_MAX:
        raise Refused(N_("Say it in at most {most} characters."), most=WORDS_MAX)
    thread = Thread.objects.select_for_update().filter(invoice=invoice).first()
    rating = Rating.objects.filter(closing=last_closing(invoice)).first()
    if thread is None or rating is None:
        raise Refused(N_("Choose first how it went."))
    if not rating.words:
        rating.words = kept
        rating.save(update_fields=["words"])
        record(
            "thread.rated_words",
            biller_id=thread.biller_id,
            actor=actor,
            invoice_id=thread.invoice_id,
            customer_id=thread.customer_id,
            rating_id=rating.pk,
        )
    return rating


def last_closing(invoice: Invoice) -> HistoryEntry | None:
    """The entry that tells of the conversation's last closing."""
    found = HistoryEntry.objects.filter(invoice=invoice, kind="thread.closed")
    return found.order_by("-pk").first()


def _record(rating: Rating, thread: Thread, actor: Actor) -> None:
    record(
        "thread.rated",
        biller_id=thread.biller_id,
        actor=actor,
        invoice_id=thread.invoice_id,
        customer_id=thread.customer_id,
        thread_id=thread.pk,
        rating_id=rating.pk,
        score=rating.score,
    )
