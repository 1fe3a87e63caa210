"""Which payment was led to which invoice, by which rule or by whom, and what is known of payers."""

from typing import Self

from django.db import models
from django.db.models.functions import Now

from payments.matching.expected.states import ExpectedState

BANK_DAYS = 5


class Match(models.Model):
    """A part of a payment led to one invoice. Never changed; undoing is a booking of its own.

    ``to_invoice_minor`` lowered what is left, ``to_credit_minor`` became credit on the customer's
    account. Both are negative for money that the bank took back. ``evidence`` says why, as
    ``matching.evidence`` has it, and is empty where the reference alone decided; ``automatic``
    is whether nobody looked. ``round`` counts how often the payment had been undone before.
    """

    line = models.ForeignKey(
        "payments.BankLine", on_delete=models.PROTECT, related_name="matches", db_index=False
    )
    invoice = models.ForeignKey("invoices.Invoice", on_delete=models.PROTECT, related_name="+")
    rule = models.CharField(max_length=40)
    evidence = models.JSONField(default=list, db_default=[])
    automatic = models.BooleanField(default=True, db_default=True)
    round = models.PositiveSmallIntegerField(default=0, db_default=0)
    to_invoice_minor = models.BigIntegerField()
    to_credit_minor = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["line", "invoice", "round"], name="match_once"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} -> {self.invoice_id}"


class Waiting(models.Model):
    """A payment whose money stays on clearing until somebody knows where it belongs.

    A work list, not history: the row goes when the payment has found its invoice. ``aside_at`` is
    since when finance holds it for a payment that is not ours, and is to be paid back.
    """

    line = models.OneToOneField(
        "payments.BankLine", on_delete=models.PROTECT, primary_key=True, related_name="waiting"
    )
    biller = models.ForeignKey(
        "invoices.Biller", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    aside_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-line"]
        indexes = [models.Index(fields=["biller", "-line"], name="waiting_of_biller")]

    def __str__(self) -> str:
        return f"{self.line_id}"


class PayerAccount(models.Model):
    """An account that has paid for a customer, confirmed by a whole reference or by a person.

    Undoing that payment takes the confirmation back.
    """

    biller = models.ForeignKey(
        "invoices.Biller", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    customer = models.ForeignKey("invoices.Customer", on_delete=models.CASCADE, related_name="+")
    account = models.CharField(max_length=40)
    line = models.ForeignKey("payments.BankLine", on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["biller", "account", "customer"], name="payer_account_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} of {self.customer_id}"


class Decision(models.Model):
    """What was decided of a payment that its reference alone did not settle. Append-only.

    ``suggested`` are the best candidates at that moment, as [key, points, rule]; ``chosen`` is the
    key of what was chosen and ``rank`` its place among them, from 1. These are the labels that
    tell how good the matcher is: an automatic one that is undone was wrong. ``request_id`` is the
    form's, so that a form sent twice decides once.
    """

    class Kind(models.TextChoices):
        BOOKED = "booked", "Led to invoices"
        CREDIT = "credit", "Kept as credit"
        NOT_OURS = "not_ours", "Not ours"
        RETURNED = "returned", "Paid back"
        UNDONE = "undone", "Undone"

    line = models.ForeignKey(
        "payments.BankLine", on_delete=models.PROTECT, related_name="decisions"
    )
    biller = models.ForeignKey(
        "invoices.Biller", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=8, choices=Kind)
    automatic = models.BooleanField()
    user = models.ForeignKey(
        "invoices.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    rule = models.CharField(max_length=40, blank=True, db_default="")
    score = models.SmallIntegerField(null=True)
    suggested = models.JSONField(default=list, db_default=[])
    chosen = models.TextField(blank=True, db_default="")
    rank = models.PositiveSmallIntegerField(null=True)
    reason = models.CharField(max_length=20, blank=True, db_default="")
    note = models.CharField(max_length=300, blank=True, db_default="")
    request_id = models.UUIDField(unique=True, null=True, editable=False)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["biller", "-id"], name="decision_of_biller")]

    def __str__(self) -> str:
        return f"{self.kind} {self.line_id}"


class Undone(models.Model):
    """A match that was taken back by a reversing transfer."""

    match = models.OneToOneField(
        Match, on_delete=models.PROTECT, primary_key=True, related_name="undone"
    )
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="undone")

    def __str__(self) -> str:
        return f"{self.match_id}"


class ExpectedRows(models.QuerySet["Expected"]):
    def open(self) -> Self:
        """Those that are still looked out for."""
        return self.filter(met_at=None, lapsed_at=None, withdrawn_at=None)


class Expected(models.Model):
    """A customer says that an invoice is paid: the payment is expected until ``until``.

    Reminders wait through that day. ``public_id`` is the form's, so that a form sent twice says
    it once. ``met_at`` is when a payment came, ``lapsed_at`` when none had, ``withdrawn_at`` when
    it was told to be a mistake. The state is what these say: see ``expected.states``.
    """

    public_id = models.UUIDField(unique=True, editable=False)
    invoice = models.ForeignKey("invoices.Invoice", on_delete=models.PROTECT, related_name="+")
    amount_minor = models.BigIntegerField()
    paid_on = models.DateField()
    until = models.DateField()
    stated_at = models.DateTimeField(db_default=Now())
    met_at = models.DateTimeField(null=True)
    lapsed_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = ExpectedRows.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["until"],
                condition=models.Q(met_at=None, lapsed_at=None, withdrawn_at=None),
                name="expected_open",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["invoice"],
                condition=models.Q(met_at=None, lapsed_at=None, withdrawn_at=None),
                name="expected_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(amount_minor__gt=0), name="expected_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} on {self.invoice_id}"

    @property
    def state(self) -> ExpectedState:
        """What has become of it."""
        if self.withdrawn_at is not None:
            return ExpectedState.WITHDRAWN
        if self.met_at is not None:
            return ExpectedState.MET
        return ExpectedState.STATED if self.lapsed_at is None else ExpectedState.LAPSED


class MatchingTerms(models.Model):
    """What a biller has set for matching; without a row the defaults hold.

    ``said_paid_bank_days`` is how many banking days reminders wait for a payment that the
    customer says is made.
    """

    biller = models.OneToOneField(
        "invoices.Biller", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    said_paid_bank_days = models.PositiveSmallIntegerField(default=BANK_DAYS, db_default=BANK_DAYS)

    class Meta:
        verbose_name_plural = "matching terms"

    def __str__(self) -> str:
        return f"{self.said_paid_bank_days}"
