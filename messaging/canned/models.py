"""Replies that stand ready, and macros."""

from django.db import models
from django.db.models.functions import UUID7


class Reply(models.Model):
    """An answer that stands ready under ``/key``; ``texts`` holds it by language."""

    public_id = models.UUIDField(unique=True, editable=False, db_default=UUID7())
    biller = models.ForeignKey(
        "invoices.Biller", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    key = models.CharField(max_length=30)
    title = models.CharField(max_length=80)
    texts = models.JSONField(default=dict)
    retired = models.BooleanField(default=False)

    class Meta:
        ordering = ["key"]
        constraints = [models.UniqueConstraint(fields=["biller", "key"], name="reply_key_once")]

    def __str__(self) -> str:
        return f"/{self.key}"


class Macro(models.Model):
    """Several things done at once: a reply, a tag, an owner, a team, a snooze, the closing."""

    class Gives(models.TextChoices):
        NOBODY = "", "leaves it"
        ME = "me", "to whoever runs it"
        ALL = "all", "back to all"

    public_id = models.UUIDField(unique=True, editable=False, db_default=UUID7())
    biller = models.ForeignKey(
        "invoices.Biller", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    name = models.CharField(max_length=60)
    reply = models.ForeignKey(Reply, on_delete=models.PROTECT, null=True, related_name="+")
    tag = models.ForeignKey("messaging.Tag", on_delete=models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey(
        "messaging.Team", on_delete=models.PROTECT, null=True, related_name="+"
    )
    gives = models.CharField(max_length=3, choices=Gives, blank=True, default=Gives.NOBODY)
    snooze = models.CharField(max_length=10, blank=True, default="")
    closes = models.BooleanField(default=False)
    retired = models.BooleanField(default=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["biller", "name"], name="macro_name_once"),
            models.CheckConstraint(
                condition=models.Q(closes=False) | models.Q(snooze=""),
                name="macro_closes_or_snoozes",
            ),
        ]

    def __str__(self) -> str:
        return self.name
