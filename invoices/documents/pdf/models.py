"""PDFs that are kept exactly as they were made."""

from django.db import models
from django.db.models.functions import Now


class StoredPdf(models.Model):
    """An invoice as issued, on paper, in one language. PostgreSQL refuses UPDATE and DELETE.

    The bytes hold a secret link of their own (the QR), so they are served only to those who may
    open the invoice.
    """

    class Kind(models.TextChoices):
        ISSUED = "issued", "As issued"
        ISSUED_WITH_XML = "issued-xml", "As issued, with the invoice as XML"

    invoice = models.ForeignKey("invoices.Invoice", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    language = models.CharField(max_length=5)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["invoice", "kind", "language"], name="stored_pdf_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.language} {self.sha256[:12]}"
