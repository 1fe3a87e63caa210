"""What is owed for, as issued: invoices, their lines and later documents."""

from django.db import models
from django.db.models.functions import UUID7, Now

from invoices.documents.states import ChangeKind


class Invoice(models.Model):
    """An issued invoice. All but ``due_on`` is as issued and never changes (trigger).

    ``due_on`` is the due date now in force; only ``actions.move_due_date`` moves it. What is left
    to pay is not here: it is the balance of ``receivable``.
    """

    public_id = models.UUIDField(unique=True, editable=False, db_default=UUID7())
    # The constraints and the index below begin with these three.
    biller = models.ForeignKey(
        "invoices.Biller", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    customer = models.ForeignKey(
        "invoices.Customer", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    agreement = models.ForeignKey(
        "invoices.Agreement", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    number = models.CharField(max_length=30)
    reference = models.CharField(max_length=25)
    currency = models.CharField(max_length=3)
    issued_on = models.DateField()
    issued_due_on = models.DateField()
    due_on = models.DateField()
    total_minor = models.BigIntegerField()
    vat_minor = models.BigIntegerField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-issued_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["biller", "number"], name="invoice_number_once"),
            models.UniqueConstraint(fields=["agreement", "reference"], name="reference_once"),
            models.CheckConstraint(
                condition=models.Q(total_minor__gt=0), name="invoice_total_positive"
            ),
            models.CheckConstraint(
                condition=models.Q(issued_due_on__gte=models.F("issued_on")),
                name="invoice_due_after_issue",
            ),
        ]
        indexes = [models.Index(fields=["customer", "issued_on"], name="invoice_of_customer")]

    def __str__(self) -> str:
        return self.number


class Adjustment(models.Model):
    """A later document on an invoice: a credit note lowers it, a debit note adds to it."""

    class Kind(models.TextChoices):
        CREDIT = "credit", "Credit note"
        DEBIT = "debit", "Debit note"

    public_id = models.UUIDField(unique=True, editable=False, db_default=UUID7())
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="adjustments")
    kind = models.CharField(max_length=6, choices=Kind)
    number = models.CharField(max_length=40)
    issued_on = models.DateField()
    reason = models.CharField(max_length=300)
    total_minor = models.BigIntegerField()
    vat_minor = models.BigIntegerField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "number"], name="adjustment_number_once"),
            models.CheckConstraint(
                condition=models.Q(total_minor__gt=0), name="adjustment_total_positive"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class InvoiceLine(models.Model):
    """One line of an invoice, or of an adjustment to it. Amounts include no VAT unless named so.

    ``quantity_milli`` is thousandths of a unit; ``vat_basis_points`` is 2500 for 25 %.
    """

    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, related_name="lines", db_index=False
    )
    adjustment = models.ForeignKey(
        Adjustment, on_delete=models.PROTECT, null=True, related_name="lines"
    )
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=200)
    detail = models.CharField(max_length=200, blank=True, db_default="")
    # What the biller says the line is (explain.Nature); blank where nothing is said.
    nature = models.CharField(max_length=10, blank=True, db_default="")
    quantity_milli = models.BigIntegerField()
    unit_price_minor = models.BigIntegerField()
    vat_basis_points = models.PositiveIntegerField()
    net_minor = models.BigIntegerField()
    vat_minor = models.BigIntegerField()
    # The line that this line of a credit note takes back, wholly or in part.
    credits = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["adjustment_id", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["invoice", "adjustment", "position"],
                name="line_position_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def gross_minor(self) -> int:
        """What the customer pays for the line, VAT included."""
        return self.net_minor + self.vat_minor


class Instalment(models.Model):
    """A part of the balance with a due date of its own. A later split supersedes an earlier one."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="instalments")
    plan = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    amount_minor = models.BigIntegerField()
    # What was left when the split was made: payments after that fill the instalments in order.
    left_before_minor = models.BigIntegerField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["plan", "position"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "plan", "position"], name="instalment_once"),
            models.CheckConstraint(
                condition=models.Q(amount_minor__gt=0), name="instalment_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id}/{self.position}"


class Change(models.Model):
    """A change of an issued invoice that is not a document: its dates, marks, a write-down.

    Append-only: undoing is a change of its own. ``public_id`` is the id of the form that asked
    for it, so that a form sent twice changes once. See ``states.ChangeFact``.
    """

    public_id = models.UUIDField(unique=True, editable=False, db_default=UUID7())
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=16, choices=[(k.value, k.value) for k in ChangeKind])
    actor_kind = models.CharField(max_length=8)
    at = models.DateTimeField(db_default=Now())
    from_on = models.DateField(null=True)
    to_on = models.DateField(null=True)
    bites_on = models.DateField(null=True)
    bookings = models.PositiveIntegerField()
    plan = models.PositiveSmallIntegerField(null=True)  # of a split: Instalment.plan
    transfer = models.ForeignKey(
        "invoices.Transfer", on_delete=models.PROTECT, null=True, related_name="+"
    )
    undoes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="undone_by"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind=ChangeKind.UNDONE, undoes__isnull=False)
                | (~models.Q(kind=ChangeKind.UNDONE) & models.Q(undoes__isnull=True)),
                name="change_undoes_of_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Handover(models.Model):
    """To whom a change handed the invoice for collection, and how it is paid there. Append-only."""

    change = models.OneToOneField(Change, on_delete=models.PROTECT, related_name="handover")
    agency = models.CharField(max_length=80)
    phone = models.CharField(max_length=30, blank=True)
    site = models.CharField(max_length=200, blank=True)
    case_no = models.CharField(max_length=40, blank=True)
    account = models.CharField(max_length=40, blank=True)
    reference = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return self.agency
