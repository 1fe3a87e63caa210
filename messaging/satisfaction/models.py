"""What a customer said of a closed conversation: once for each closing."""

from django.db import models
from django.db.models.functions import UUID7

from messaging.satisfaction.states import Score


class Rating(models.Model):
    """``closing`` is the entry that tells of the closing; ``owner`` who looked after it then.

    The words may come after the tap, once.
    """

    public_id = models.UUIDField(unique=True, editable=False, db_default=UUID7())
    biller = models.ForeignKey(
        "invoices.Biller", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    thread = models.ForeignKey("messaging.Thread", on_delete=models.PROTECT, related_name="+")
    closing = models.OneToOneField(
        "invoices.HistoryEntry", on_delete=models.PROTECT, related_name="+"
    )
    owner = models.ForeignKey(
        "invoices.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    score = models.CharField(max_length=4, choices=[(score.value, score.name) for score in Score])
    words = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["biller", "-at"], name="rating_by_biller")]

    def __str__(self) -> str:
        return self.score
