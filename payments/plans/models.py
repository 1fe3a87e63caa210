"""Promises to pay, and what a biller lets customers promise."""

from typing import Self

from django.db import models

from payments.plans.states import PromiseState

DAYS_MAX, PROMISES_MAX, GRACE_BANK_DAYS = 14, 2, 2


class PromiseRows(models.QuerySet["Promise"]):
    def open(self) -> Self:
        """Those whose day is still to come, or whose payment may still be on its way."""
        return self.filter(kept_at=None, broken_at=None, withdrawn_at=None)


class Promise(models.Model):
    """Somebody has said that an amount will be paid on a day. Reminders wait through ``until``.

    ``public_id`` is the form's, so that a form sent twice promises once. ``paid_before_minor`` is
    what was paid when it was made: what comes on top of it keeps it. The state is what the three
    moments say.
    """

    public_id = models.UUIDField(unique=True, editable=False)
    invoice = models.ForeignKey("invoices.Invoice", on_delete=models.PROTECT, related_name="+")
    amount_minor = models.BigIntegerField()
    pay_on = models.DateField()
    until = models.DateField()
    paid_before_minor = models.BigIntegerField()
    by_staff = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    kept_at = models.DateTimeField(null=True)
    broken_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = PromiseRows.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["invoice"],
                condition=models.Q(kept_at=None, broken_at=None, withdrawn_at=None),
                name="promise_one_at_a_time",
            ),
            models.CheckConstraint(condition=models.Q(amount_minor__gt=0), name="promise_positive"),
        ]
        indexes = [
            models.Index(
                fields=["until"],
                condition=models.Q(kept_at=None, broken_at=None, withdrawn_at=None),
                name="promise_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} on {self.invoice_id}"

    @property
    def state(self) -> PromiseState:
        """What has become of it."""
        if self.withdrawn_at is not None:
            return PromiseState.WITHDRAWN
        if self.kept_at is not None:
            return PromiseState.KEPT
        return PromiseState.MADE if self.broken_at is None else PromiseState.BROKEN


class PromiseTerms(models.Model):
    """What a biller has set for promises to pay; without a row the defaults hold."""

    biller = models.OneToOneField(
        "invoices.Biller", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    self_service = models.BooleanField(default=True, db_default=True)
    days_max = models.PositiveSmallIntegerField(default=DAYS_MAX, db_default=DAYS_MAX)
    promises_max = models.PositiveSmallIntegerField(default=PROMISES_MAX, db_default=PROMISES_MAX)
    grace_bank_days = models.PositiveSmallIntegerField(
        default=GRACE_BANK_DAYS, db_default=GRACE_BANK_DAYS
    )

    class Meta:
        verbose_name_plural = "promise terms"

    def __str__(self) -> str:
        return f"{self.days_max}"
