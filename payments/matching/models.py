"""Which payment was led to which invoice, by which rule."""

from django.db import models
from django.db.models.functions import Now


class Match(models.Model):
    """A part of a payment led to one invoice. Never changed; undoing is a booking of its own.

    ``to_invoice_minor`` lowered what is left, ``to_credit_minor`` became credit on the customer's
    account. Both are negative for money that the bank took back.
    """

    line = models.ForeignKey(
        "payments.BankLine", on_delete=models.PROTECT, related_name="matches", db_index=False
    )
    invoice = models.ForeignKey("invoices.Invoice", on_delete=models.PROTECT, related_name="+")
    rule = models.CharField(max_length=40)
    to_invoice_minor = models.BigIntegerField()
    to_credit_minor = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["line", "invoice"], name="match_once"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} -> {self.invoice_id}"


class Waiting(models.Model):
    """A payment whose money stays on clearing until somebody knows where it belongs.

    A work list, not history: the row goes when the payment has found its invoice.
    """

    line = models.OneToOneField(
        "payments.BankLine", on_delete=models.PROTECT, primary_key=True, related_name="waiting"
    )
    biller = models.ForeignKey(
        "invoices.Biller", on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["-line"]
        indexes = [models.Index(fields=["biller", "-line"], name="waiting_of_biller")]

    def __str__(self) -> str:
        return f"{self.line_id}"
