"""Files that were written for a bank, byte for byte, and the numbers of their series."""

from typing import Final

from django.db import models
from django.db.models.functions import UUID7, Now

from payments.sealing import open_bytes

SEALED_FOR: Final = b"nota.outgoing"


class Series(models.Model):
    """The next number of one series of a biller: transmissions, assignments, files."""

    biller = models.ForeignKey(
        "invoices.Biller", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    name = models.CharField(max_length=40)
    next = models.PositiveBigIntegerField(default=1)

    class Meta:
        verbose_name_plural = "series"
        constraints = [
            models.UniqueConstraint(fields=["biller", "name"], name="outgoing_series_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.next}"


class OutgoingFile(models.Model):
    """One file for a bank, as it was written. It is never written again: what is wrong in it is
    put right by the next.

    The bytes lie sealed, since orders to Bankgirot hold personal numbers; ``sha256`` is of the
    clear ones. ``number`` counts the biller's files of this scheme and kind. ``fetched_at`` is
    when finance, or a transfer to the bank, first took it.
    """

    class Kind(models.TextChoices):
        MANDATES = "mandates", "Mandates"
        CLAIMS = "claims", "Claims"
        CANCELLATIONS = "cancellations", "Cancellations"

    public_id = models.UUIDField(unique=True, editable=False, db_default=UUID7())
    biller = models.ForeignKey(
        "invoices.Biller", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    scheme = models.CharField(max_length=12)
    kind = models.CharField(max_length=13, choices=Kind)
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    sealed = models.BinaryField()
    sha256 = models.BinaryField(max_length=32)
    count = models.PositiveIntegerField()
    sum_minor = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    fetched_at = models.DateTimeField(null=True)
    fetched_by = models.ForeignKey(
        "invoices.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["biller", "scheme", "kind", "number"], name="outgoing_file_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def raw(self) -> bytes:
        """The bytes as they go to the bank."""
        return open_bytes(self.sealed, SEALED_FOR)
