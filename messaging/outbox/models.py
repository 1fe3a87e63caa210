"""Drafts, and answers on their way out."""

from django.db import models
from django.db.models.functions import Now


class AnswerDraft(models.Model):
    """What somebody has begun to write in a conversation.

    ``begun_at`` and ``seen_no`` (the customer's last message then) tell what has happened since.
    ``refused`` is the sentence of an answer that came back.
    """

    thread = models.ForeignKey(
        "messaging.Thread", on_delete=models.CASCADE, related_name="answer_drafts", db_index=False
    )
    user = models.ForeignKey("invoices.User", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=7)
    text = models.TextField()
    begun_at = models.DateTimeField()
    seen_no = models.PositiveIntegerField(default=0)
    refused = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thread", "user"], name="answer_draft_once")]

    def __str__(self) -> str:
        return f"{self.thread_id} · {self.user_id}"


class Held(models.Model):
    """An answer that is sent at ``due_at``, unless it is taken back before.

    The row goes in the transaction that posts the message: it is sent once or not at all.
    ``closes`` and ``snooze_until`` are done to the conversation right after.
    """

    public_id = models.UUIDField(unique=True, editable=False)
    thread = models.ForeignKey("messaging.Thread", on_delete=models.PROTECT, related_name="held")
    user = models.ForeignKey("invoices.User", on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    seen_no = models.PositiveIntegerField(null=True)
    also = models.JSONField(default=list)
    closes = models.BooleanField(default=False)
    snooze_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.public_id)
