"""Files of invoices that were imported, so that the same bytes are never issued twice."""

from django.db import models
from django.db.models.functions import Now


class IntakeFile(models.Model):
    """One imported file. Only its hash is kept: what it said stands in the invoices."""

    biller = models.ForeignKey("invoices.Biller", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    sha256 = models.BinaryField(max_length=32)
    invoices = models.PositiveIntegerField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["biller", "sha256"], name="intakefile_once"),
        ]

    def __str__(self) -> str:
        return self.name
