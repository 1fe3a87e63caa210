"""A biller's answers to what is often asked, and what came of offering them."""

from django.db import models
from django.db.models.functions import UUID7, Now

LANGUAGES = [("nb", "Norsk"), ("sv", "Svenska"), ("en", "English")]


class Answer(models.Model):
    """An often asked question with its answer, in one language. Text, never HTML.

    ``keywords`` are other words for the same, which are found and not shown.
    """

    public_id = models.UUIDField(unique=True, editable=False, db_default=UUID7())
    biller = models.ForeignKey("invoices.Biller", on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=2, choices=LANGUAGES)
    question = models.CharField(max_length=200)
    answer = models.TextField(max_length=2_000)
    keywords = models.CharField(max_length=300, blank=True)
    is_shown = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["biller", "language", "question"]
        constraints = [
            models.UniqueConstraint(fields=["biller", "language", "question"], name="answer_once"),
        ]

    def __str__(self) -> str:
        return self.question


class Offer(models.Model):
    """An answer that was shown to somebody who was writing, and what came of it.

    ``message_id`` is what the writing would have been sent as: whether it was is read from the
    messages, so that nothing is called a help that ended in a message after all.
    """

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="offers")
    message_id = models.UUIDField()
    shown_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    helped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["answer", "message_id"], name="faq_offer_once"),
        ]

    def __str__(self) -> str:
        return str(self.message_id)
