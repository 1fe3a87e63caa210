"""What conversations are sorted by besides their own state: tags, and who was mentioned."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import UUID7, Now


class Tag(models.Model):
    """A word of the biller's own for sorting conversations; a retired one is given no more."""

    public_id = models.UUIDField(unique=True, editable=False, db_default=UUID7())
    biller = models.ForeignKey(
        "invoices.Biller", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    name = models.CharField(max_length=40)
    retired = models.BooleanField(default=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["biller", "name"], name="tag_once"),
        ]

    def __str__(self) -> str:
        return self.name


class ThreadTag(models.Model):
    """A tag on a conversation."""

    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="+", db_index=False)
    thread = models.ForeignKey(
        "messaging.Thread", on_delete=models.PROTECT, related_name="thread_tags"
    )
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tag", "thread"], name="thread_tag_once"),
        ]

    def __str__(self) -> str:
        return f"{self.thread_id} · {self.tag_id}"


class Mention(models.Model):
    """Somebody was named in a note, and has not said yet that it is dealt with."""

    message = models.ForeignKey(
        "messaging.Message", on_delete=models.PROTECT, related_name="mentions", db_index=False
    )
    thread = models.ForeignKey(
        "messaging.Thread", on_delete=models.PROTECT, related_name="mentions", db_index=False
    )
    user = models.ForeignKey(
        "invoices.User", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "user"], name="mention_once"),
        ]
        indexes = [
            models.Index(fields=["user", "thread"], condition=Q(done_at=None), name="mention_open"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} · {self.user_id}"
