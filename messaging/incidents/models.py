"""Incidents, the conversations they gather, and what is said in all of them."""

from django.db import models
from django.db.models.functions import UUID7, Now


class Incident(models.Model):
    """An outage, or anything else that many ask about at once."""

    public_id = models.UUIDField(unique=True, editable=False, db_default=UUID7())
    biller = models.ForeignKey("invoices.Biller", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    begun_by = models.ForeignKey("invoices.User", on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(db_default=Now())
    over_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.title


class IncidentThread(models.Model):
    """A conversation that belongs to an incident."""

    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="gathered", db_index=False
    )
    thread = models.ForeignKey("messaging.Thread", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "thread"], name="incident_thread_once"),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} · {self.thread_id}"


class IncidentAnswer(models.Model):
    """Something that is said in every conversation of the incident; ``texts`` by language."""

    public_id = models.UUIDField(unique=True, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="answers")
    texts = models.JSONField()
    user = models.ForeignKey("invoices.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.public_id)


class IncidentSent(models.Model):
    """That an answer stands in a conversation; written in the transaction that puts it there."""

    answer = models.ForeignKey(
        IncidentAnswer, on_delete=models.PROTECT, related_name="sent", db_index=False
    )
    thread = models.ForeignKey("messaging.Thread", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["answer", "thread"], name="incident_sent_once"),
        ]

    def __str__(self) -> str:
        return f"{self.answer_id} · {self.thread_id}"
