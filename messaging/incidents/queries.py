"""Incidents of a biller, what they have gathered, and who has not been told yet."""

import uuid
from collections.abc import Sequence

from django.db.models import Count, QuerySet

from messaging.incidents.models import Incident, IncidentAnswer, IncidentSent, IncidentThread
from messaging.threads.models import Thread


def incidents_of(biller_id: int, *, running: bool = False) -> QuerySet[Incident]:
    """The biller's incidents, the newest first, each with ``count`` conversations."""
    found = Incident.objects.filter(biller_id=biller_id).annotate(count=Count("gathered"))
    return found.filter(over_at=None) if running else found


def access_incident(biller_id: int, public_id: uuid.UUID) -> Incident | None:
    """The biller's incident; None for another's and for none."""
    return Incident.objects.filter(biller_id=biller_id, public_id=public_id).first()


def gathered(incident: Incident, most: int = 200) -> Sequence[Thread]:
    """The conversations of the incident, those added last first."""
    links = IncidentThread.objects.filter(incident=incident).order_by("-pk")
    found = links.select_related("thread__customer", "thread__invoice", "thread__owner")
    return [link.thread for link in found[:most]]


def answers_of(incident: Incident) -> Sequence[IncidentAnswer]:
    """What has been said in it, in order, each with ``told``: in how many conversations."""
    return list(incident.answers.select_related("user").annotate(told=Count("sent")))


def untold(answer: IncidentAnswer, most: int) -> Sequence[Thread]:
    """Conversations of the incident in which the answer does not stand yet."""
    told = IncidentSent.objects.filter(answer=answer).values("thread_id")
    links = IncidentThread.objects.filter(incident_id=answer.incident_id).exclude(thread__in=told)
    links = links.select_related(
        "thread__invoice__biller",
        "thread__invoice__customer",
        "thread__invoice__agreement__account",
    )
    return [link.thread for link in links.order_by("pk")[:most]]


def incidents_on(thread: Thread) -> Sequence[Incident]:
    """The incidents that a conversation belongs to, the newest first."""
    mine = IncidentThread.objects.filter(thread=thread).values("incident_id")
    return list(Incident.objects.filter(pk__in=mine))
