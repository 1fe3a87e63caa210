"""What was begun and not sent: kept here and not in the browser.

A browser's store is read by whoever uses that machine next, and holds what nobody can erase for
the customer (TRUST, 14.3.3). Here it lives no longer than the link through which it was written,
goes when the message is sent, and is forgotten after a week.
"""

from django.db import models


class Draft(models.Model):
    """The unsent message of whoever came by this link; it will be sent as ``message_id``."""

    invoice = models.ForeignKey(
        "invoices.Invoice", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    link = models.ForeignKey("invoices.SecretLink", on_delete=models.CASCADE, related_name="+")
    message_id = models.UUIDField()
    about = models.CharField(max_length=60, blank=True)
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["invoice", "link"], name="draft_once"),
        ]
        indexes = [models.Index(fields=["at"], name="draft_by_age")]

    def __str__(self) -> str:
        return str(self.message_id)
