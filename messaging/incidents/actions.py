"""Gathering conversations into an incident, and answering all of them, each once.

An answer is put into a conversation in one transaction with the row that says so: a job that runs
twice, or dies in the middle, tells nobody twice and forgets nobody.
"""

import uuid
from collections.abc import Mapping, Sequence

from django.db import IntegrityError, transaction
from procrastinate.contrib.django import app

from invoices import clock
from invoices.billers.models import Biller
from invoices.documents.queries import figures
from invoices.errors import N_, Refused
from invoices.history.actors import Actor, staff
from invoices.history.record import Draft, record_many
from messaging.canned.queries import facts_of
from messaging.canned.words import check_text, fill, in_language
from messaging.incidents.models import Incident, IncidentAnswer, IncidentSent, IncidentThread
from messaging.incidents.queries import untold
from messaging.threads import actions as threads
from messaging.threads.models import Thread
from messaging.threads.states import TEXT_MAX

SAY_ALL = "messaging.incidents.say_all"  # the job, by name: it is made of this room
CHUNK = 100  # conversations that one job answers before it hands on


@transaction.atomic
def begin_incident(biller: Biller, title: str, *, actor: Actor) -> Incident:
    """Begin to gather under a title."""
    assert actor.user_id, "incidents are begun by people"
    kept = " ".join(title.split())[:120]
    if not kept:
        raise Refused(N_("Give the incident a title."))
    return Incident.objects.create(biller=biller, title=kept, begun_by_id=actor.user_id)


@transaction.atomic
def gather(incident: Incident, found: Sequence[Thread], *, actor: Actor) -> int:
    """Add conversations; those that are in already stay. Returns how many are new."""
    held = Incident.objects.select_for_update().get(pk=incident.pk)
    if held.over_at:
        raise Refused(N_("The incident is over. Begin a new one, or take it up again."))
    assert all(thread.biller_id == held.biller_id for thread in found), "of one biller"
    inside = set(
        IncidentThread.objects.filter(incident=held, thread__in=found).values_list(
            "thread_id", flat=True
        )
    )
    new = [thread for thread in found if thread.pk not in inside]
    IncidentThread.objects.bulk_create(
        [IncidentThread(incident=held, thread=thread) for thread in new]
    )
    drafts = [
        Draft({"thread_id": t.pk, "incident": held.title}, t.invoice_id, t.customer_id) for t in new
    ]
    record_many("thread.gathered", drafts, biller_id=held.biller_id, actor=actor)
    return len(new)


@transaction.atomic
def set_over(incident: Incident, over: bool, *, actor: Actor) -> Incident:
    """The incident is over, or is taken up again. What was said stays."""
    assert actor.user_id, "people say when it is over"
    held = Incident.objects.select_for_update().get(pk=incident.pk)
    held.over_at = clock.now() if over else None
    held.save(update_fields=["over_at"])
    return held


@transaction.atomic
def say(
    incident: Incident, texts: Mapping[str, str], *, actor: Actor, answer_id: uuid.UUID
) -> IncidentAnswer:
    """Say this in every conversation of the incident, in the customer's language where it has one.

    The same ``answer_id`` is the same answer. A job says it: this only writes down what.
    """
    assert actor.user_id, "answers are written by people"
    said = {code: text for code in texts if (text := check_text(texts[code]))}
    if not said or any(len(text) > TEXT_MAX for text in said.values()):
        raise Refused(N_("Write what you want to say, in one language at least."))
    before = IncidentAnswer.objects.filter(public_id=answer_id).first()
    if before is not None:
        if before.incident_id != incident.pk:
            raise Refused(N_("This could not be sent. Load the page again and try once more."))
        return before
    answer = IncidentAnswer(
        public_id=answer_id, incident=incident, texts=said, user_id=actor.user_id
    )
    try:
        with transaction.atomic():
            answer.save(force_insert=True)
    except IntegrityError:  # the same form, at the same moment
        return IncidentAnswer.objects.get(public_id=answer_id)
    app.configure_task(SAY_ALL).defer(answer_id=answer.pk)
    return answer


@transaction.atomic
def say_to_late_ones(incident: Incident, *, actor: Actor) -> None:
    """Tell those who were added later what was said last."""
    assert actor.user_id, "people decide who is told"
    last = incident.answers.order_by("-pk").first()
    if last is not None:
        app.configure_task(SAY_ALL).defer(answer_id=last.pk)


def say_next(answer: IncidentAnswer, most: int = CHUNK) -> bool:
    """Put the answer into the next conversations; whether there may be more."""
    waiting = untold(answer, most)
    for thread in waiting:
        _say_once(answer, thread, actor=staff(answer.user_id))
    return len(waiting) == most


@transaction.atomic
def _say_once(answer: IncidentAnswer, thread: Thread, *, actor: Actor) -> None:
    _row, new = IncidentSent.objects.get_or_create(answer=answer, thread=thread)
    if not new:
        return  # another job was faster
    invoice = thread.invoice
    wanted = (invoice.customer.language, *invoice.biller.languages)
    language, text = in_language(answer.texts, wanted)
    facts = facts_of(invoice, answer.user, language, figures(invoice).left)
    threads.post(
        invoice,
        fill(text, facts),
        actor=actor,
        message_id=uuid.uuid5(answer.public_id, str(thread.public_id)),
    )
