"""The sandbox's own books, as a provider keeps them on its side."""

from django.db import models
from django.db.models.functions import UUID7


class SandboxPayment(models.Model):
    """A payment in play money. No money moves, whatever stands here."""

    class State(models.TextChoices):
        PENDING = "pending", "Pending"
        APPROVED = "approved", "Approved"
        CAPTURED = "captured", "Captured"
        DECLINED = "declined", "Declined"
        CANCELLED = "cancelled", "Cancelled"

    public_id = models.UUIDField(unique=True, editable=False, db_default=UUID7())
    reference = models.CharField(max_length=50, unique=True)
    amount_minor = models.BigIntegerField()
    refunded_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    text = models.CharField(max_length=100)
    state = models.CharField(max_length=9, choices=State, default=State.PENDING)
    return_url = models.TextField()
    language = models.CharField(max_length=5, default="en")
    refunds = models.JSONField(default=dict)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.state} {self.amount_minor}"
