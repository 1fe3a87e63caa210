"""Credit paid back: what is asked for, the files for the bank, what the bank answered."""

from django.db import models

from payments.refunds.accounts import Destination, PayTo
from payments.refunds.states import RESERVED, RefundState


class CreditTerms(models.Model):
    """What a biller has set for credit on account; without a row the defaults hold.

    ``use_at_issue``: a new invoice is lowered by the credit its customer has. ``ask_back``:
    customers can ask on the page to have it paid back. ``pain_version`` is the file's, as the
    bank wants it.
    """

    class Version(models.TextChoices):
        V03 = "03", "pain.001.001.03"
        V09 = "09", "pain.001.001.09"

    biller = models.OneToOneField(
        "invoices.Biller", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    use_at_issue = models.BooleanField(default=True, db_default=True)
    ask_back = models.BooleanField(default=True, db_default=True)
    pain_version = models.CharField(
        max_length=2, choices=Version, default=Version.V03, db_default="03"
    )

    class Meta:
        verbose_name_plural = "credit terms"

    def __str__(self) -> str:
        return f"{self.use_at_issue}"


class PayoutFile(models.Model):
    """A file for the bank, as it was made. Append-only. ``number`` is of the biller's series."""

    public_id = models.UUIDField(unique=True, editable=False)
    biller = models.ForeignKey(
        "invoices.Biller", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    number = models.PositiveIntegerField()
    message_id = models.CharField(max_length=35, unique=True)
    raw = models.BinaryField()
    payouts = models.PositiveIntegerField()
    sum_minor = models.BigIntegerField()
    made_by = models.ForeignKey(
        "invoices.User", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["biller", "number"], name="payout_file_number_once"),
        ]

    def __str__(self) -> str:
        return self.message_id


class Refund(models.Model):
    """Credit of a customer that is to be paid back.

    ``public_id`` is the form's, so that a form sent twice asks once. ``asked_by`` and
    ``account_by`` are the members of staff who prepared it, None for the customer: neither may
    approve it. ``round`` counts how often its money was set aside, and ``code`` is the bank's own
    last word.
    """

    public_id = models.UUIDField(unique=True, editable=False)
    biller = models.ForeignKey(
        "invoices.Biller", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    customer = models.ForeignKey("invoices.Customer", on_delete=models.PROTECT, related_name="+")
    # Where it was asked for, and where the history tells of it.
    invoice = models.ForeignKey(
        "invoices.Invoice", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    pay_to = models.CharField(max_length=8, choices=[(k.value, k.value) for k in PayTo])
    number = models.CharField(max_length=20)
    clearing = models.CharField(max_length=5, blank=True)
    state = models.CharField(max_length=9, choices=[(s.value, s.value) for s in RefundState])
    round = models.PositiveSmallIntegerField(default=0)
    asked_by = models.ForeignKey(
        "invoices.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    asked_at = models.DateTimeField()
    account_by = models.ForeignKey(
        "invoices.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    approved_by = models.ForeignKey(
        "invoices.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    approved_at = models.DateTimeField(null=True)
    file = models.ForeignKey(
        PayoutFile, on_delete=models.PROTECT, null=True, related_name="refunds"
    )
    code = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["biller", "state"], name="refund_of_biller")]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount_minor__gt=0), name="refund_positive"),
            models.CheckConstraint(
                condition=~models.Q(state__in=sorted(RESERVED))
                | models.Q(approved_by__isnull=False),
                name="refund_reserved_when_approved",
            ),
            # Four eyes, held by PostgreSQL too: a comparison with nobody holds.
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True)
                | (
                    (models.Q(asked_by__isnull=True) | ~models.Q(approved_by=models.F("asked_by")))
                    & (
                        models.Q(account_by__isnull=True)
                        | ~models.Q(approved_by=models.F("account_by"))
                    )
                ),
                name="refund_four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.amount_minor}"

    @property
    def destination(self) -> Destination:
        return Destination(PayTo(self.pay_to), self.number, self.clearing)

    @property
    def end_to_end_id(self) -> str:
        """What the bank knows it by; another one each time its money was set aside anew."""
        return f"{self.public_id.hex[:30]}-{self.round}"


class PayoutReply(models.Model):
    """What a bank answered to a file, as it came. Append-only; the same bytes are kept once."""

    biller = models.ForeignKey(
        "invoices.Biller", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    sha256 = models.BinaryField()
    raw = models.BinaryField()
    file = models.ForeignKey(PayoutFile, on_delete=models.PROTECT, related_name="replies")
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["biller", "sha256"], name="payout_reply_once"),
        ]

    def __str__(self) -> str:
        return f"{self.file_id}"
