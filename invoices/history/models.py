"""The one stream of everything that ever happened. Append-only."""

from django.db import models
from django.db.models.functions import UUID7, Now


class HistoryEntry(models.Model):
    """Something that happened, once. PostgreSQL refuses UPDATE and DELETE.

    ``data`` holds ids and amounts, never names or addresses: a person can be erased without
    touching the history.
    """

    class ActorKind(models.TextChoices):
        SYSTEM = "system", "System"
        STAFF = "staff", "Staff"
        CUSTOMER = "customer", "Customer"
        BANK = "bank", "Bank"

    public_id = models.UUIDField(unique=True, editable=False, db_default=UUID7())
    # The indexes below begin with biller and invoice; one more for each would cost at every entry.
    biller = models.ForeignKey(
        "invoices.Biller", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    invoice = models.ForeignKey(
        "invoices.Invoice", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    customer = models.ForeignKey(
        "invoices.Customer", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=40)  # one of kinds.KINDS
    actor_kind = models.CharField(max_length=8, choices=ActorKind)
    actor_user = models.ForeignKey(
        "invoices.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    at = models.DateTimeField(db_default=Now())
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["invoice", "-id"], name="history_of_invoice"),
            models.Index(fields=["biller", "-id"], name="history_of_biller"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"
