"""Files that were sent, and which message each came with.

They stand in PostgreSQL: written in the message's own transaction, so that there is never one
without the other, and saved, restored and erased with it. A file that is sent twice is kept once
for a biller, and never shared between billers.
"""

from django.db import models
from django.db.models import Q
from django.db.models.functions import UUID7, Now

from messaging.files.rules import FileKind


class StoredFile(models.Model):
    """A file's content as it is kept: pictures drawn anew, PDFs as they came."""

    biller = models.ForeignKey(
        "invoices.Biller", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    sha256 = models.BinaryField(max_length=32)
    kind = models.CharField(max_length=4, choices=[(kind.value, kind.name) for kind in FileKind])
    size = models.PositiveIntegerField()
    # Of pictures; 0 for a PDF.
    width = models.PositiveSmallIntegerField(default=0)
    height = models.PositiveSmallIntegerField(default=0)
    data = models.BinaryField()
    small = models.BinaryField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["biller", "sha256"], name="stored_file_once"),
            models.CheckConstraint(
                condition=Q(kind=FileKind.PDF, small=None)
                | ~Q(kind=FileKind.PDF) & Q(small__isnull=False, width__gt=0, height__gt=0),
                name="stored_file_pictures_have_a_small_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}, {self.size} bytes"


class Attachment(models.Model):
    """A file that came with a message, under its name there. PostgreSQL refuses changes."""

    public_id = models.UUIDField(unique=True, editable=False, db_default=UUID7())
    message = models.ForeignKey(
        "messaging.Message", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    no = models.PositiveSmallIntegerField()
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=100)

    class Meta:
        ordering = ["message", "no"]
        constraints = [
            models.UniqueConstraint(fields=["message", "no"], name="attachment_place_once"),
        ]

    def __str__(self) -> str:
        return self.name
