"""Claims: one draw each, from the day it is planned to the day the money is here, or is not."""

from django.db import models
from django.db.models.functions import UUID7

from payments.claims.states import AT_BANK, BEFORE, IN_FLIGHT, LIVE, ClaimState


class Claim(models.Model):
    """One amount to draw of one invoice, on one day, under one mandate.

    ``plan`` and ``part`` say which instalment (0, 0: the invoice as a whole). ``draw_on`` is a
    banking day; the other days and moments are worked out from it by the scheme's terms when it
    is planned. ``reference`` is what stands in the file and comes back with the answer;
    ``sent_on`` is the day that stood in the file beside it. ``reason`` is a key of
    formats.reasons, or one of planning.Why. ``by_wish``: somebody did not want it, so nobody
    plans it again. ``line`` is the payment that settled it, ``refund`` the one that took it back.

    What is asked for over an API has no lines: ``asked_at`` is when it was last asked for,
    ``drawn_minor`` and ``refunded_minor`` are what the other side says, ``look_at`` when it is
    asked about next.
    """

    public_id = models.UUIDField(unique=True, editable=False, db_default=UUID7())
    biller = models.ForeignKey(
        "invoices.Biller", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    invoice = models.ForeignKey(
        "invoices.Invoice", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    mandate = models.ForeignKey("payments.Mandate", on_delete=models.PROTECT, related_name="+")
    scheme = models.CharField(max_length=12)
    plan = models.PositiveSmallIntegerField(default=0)
    part = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(
        max_length=10, choices=[(state.value, state.value) for state in ClaimState]
    )
    amount_minor = models.BigIntegerField()
    draw_on = models.DateField()
    needs_notice = models.BooleanField(default=True)
    notice_from = models.DateField()
    notice_by = models.DateField()
    send_from = models.DateField()
    send_by = models.DateTimeField()
    cancel_by = models.DateTimeField()
    answer_by = models.DateField()
    reference = models.CharField(max_length=25)
    sent_on = models.DateField(null=True)
    file = models.ForeignKey(
        "payments.OutgoingFile", on_delete=models.PROTECT, null=True, related_name="+"
    )
    cancelled_in = models.ForeignKey(
        "payments.OutgoingFile",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    tries = models.PositiveSmallIntegerField(default=0)
    retry_on = models.DateField(null=True)
    reason = models.CharField(max_length=40, blank=True)
    by_wish = models.BooleanField(default=False)
    overlap_told = models.BooleanField(default=False)
    line = models.OneToOneField(
        "payments.BankLine", on_delete=models.PROTECT, null=True, related_name="+"
    )
    refund = models.OneToOneField(
        "payments.BankLine", on_delete=models.PROTECT, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(null=True)
    drawn_minor = models.BigIntegerField(default=0)
    refunded_minor = models.BigIntegerField(default=0)
    look_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["invoice", "plan", "part"],
                condition=models.Q(state__in=sorted(LIVE)),
                name="claim_one_of_a_part",
            ),
            models.CheckConstraint(condition=models.Q(amount_minor__gt=0), name="claim_positive"),
            models.CheckConstraint(
                condition=~models.Q(state__in=sorted(AT_BANK)) | models.Q(sent_on__isnull=False),
                name="claim_sent_on_a_day",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=[ClaimState.SETTLED, ClaimState.REFUNDED])
                | models.Q(line__isnull=False)
                | models.Q(drawn_minor__gt=0),
                name="claim_settled_by_money",
            ),
        ]
        indexes = [
            models.Index(fields=["invoice", "-id"], name="claim_of_invoice"),
            models.Index(
                fields=["send_from"],
                condition=models.Q(state__in=sorted(BEFORE)),
                name="claim_to_send",
            ),
            models.Index(
                fields=["answer_by"],
                condition=models.Q(state__in=sorted(AT_BANK)),
                name="claim_to_be_answered",
            ),
            models.Index(fields=["biller", "-draw_on"], name="claim_of_biller"),
            models.Index(
                fields=["look_at"],
                condition=models.Q(look_at__isnull=False),
                name="claim_to_look_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.amount_minor}"

    @property
    def in_flight(self) -> bool:
        """Whether money may be moving."""
        return self.state in IN_FLIGHT
