"""Files from the bank, as they came, and the payments in them."""

from django.db import models
from django.db.models.functions import UUID7, Now


class BankFile(models.Model):
    """One file, byte for byte. A refused one is kept too, with the reason, and books nothing."""

    class State(models.TextChoices):
        BOOKED = "booked", "Booked"
        REFUSED = "refused", "Refused"

    public_id = models.UUIDField(unique=True, editable=False, db_default=UUID7())
    biller = models.ForeignKey("invoices.Biller", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    raw = models.BinaryField()
    sha256 = models.BinaryField(max_length=32)
    format = models.CharField(max_length=12, blank=True)
    state = models.CharField(max_length=8, choices=State)
    payments = models.PositiveIntegerField(default=0)
    sum_minor = models.BigIntegerField(default=0)
    duplicates = models.PositiveIntegerField(default=0)
    notes = models.JSONField(default=list)
    judged_to = models.BigIntegerField(default=0)  # the last line that matching has looked at
    refused_line = models.PositiveIntegerField(null=True)
    refused_why = models.CharField(max_length=500, blank=True)
    refused_values = models.JSONField(default=dict)
    received_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["biller", "sha256"], name="bankfile_once"),
        ]

    def __str__(self) -> str:
        return self.name


class BankLine(models.Model):
    """One payment in a file, as received. Never changed: what came of it stands in Match, and in
    Waiting while nothing has. A line above its file's ``judged_to`` was not looked at yet.

    ``key`` identifies the payment across files (see payments.formats), so that the same payment
    in another file books nothing. Reversals and deductions have a negative amount.
    """

    public_id = models.UUIDField(unique=True, editable=False, db_default=UUID7())
    # Every index costs at each of a hundred thousand lines: those of foreign keys that begin
    # another index, or that nobody asks by, are left out.
    biller = models.ForeignKey(
        "invoices.Biller", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    file = models.ForeignKey(
        BankFile, on_delete=models.PROTECT, related_name="lines", db_index=False
    )
    account = models.ForeignKey(
        "invoices.PayeeAccount", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    line_no = models.PositiveIntegerField()
    key = models.CharField(max_length=80)
    kind = models.CharField(max_length=10)
    code = models.CharField(max_length=40, blank=True)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    booked_on = models.DateField()
    reference = models.CharField(max_length=80, blank=True)
    parts = models.JSONField(default=list)
    text = models.TextField(blank=True)
    payer_name = models.CharField(max_length=160, blank=True)
    payer_account = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["biller", "key"], name="bankline_once"),
        ]
        indexes = [models.Index(fields=["file", "id"], name="bankline_of_file")]

    def __str__(self) -> str:
        return f"{self.amount_minor} {self.reference}"


class BankAnswer(models.Model):
    """One line of a file in which a bank speaks of a mandate or a claim, and not of money.

    ``data`` is the answer (``formats.base``) but for the payer's personal number, which is left
    in the file. ``result`` says what came of it, "" until somebody has taken it.
    """

    class About(models.TextChoices):
        MANDATE = "mandate", "Mandate"
        CLAIM = "claim", "Claim"

    biller = models.ForeignKey(
        "invoices.Biller", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    file = models.ForeignKey(
        BankFile, on_delete=models.PROTECT, related_name="answers", db_index=False
    )
    line_no = models.PositiveIntegerField()
    about = models.CharField(max_length=7, choices=About)
    data = models.JSONField()
    result = models.CharField(max_length=20, blank=True, db_default="")

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["file", "about"], name="bankanswer_of_file"),
            models.Index(
                fields=["biller", "-id"],
                condition=models.Q(result="unknown"),
                name="bankanswer_unknown",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.about} {self.file_id}:{self.line_no}"
