"""Append-only double entry, in minor units."""

from django.db import models
from django.db.models.functions import Now

from invoices.ledger.codes import BILLER_WIDE, TOTALLED, AccountKind, Code


class Account(models.Model):
    """Where money stands.

    ``debit_minor`` and ``credit_minor`` are running totals kept by a trigger on Transfer for the
    kinds in ``codes.TOTALLED``; for the others they stay 0 and ``queries.balance`` sums.
    """

    biller = models.ForeignKey(
        "invoices.Biller", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=12, choices=[(k.value, k.value) for k in AccountKind])
    currency = models.CharField(max_length=3)
    invoice = models.OneToOneField(
        "invoices.Invoice", on_delete=models.PROTECT, null=True, related_name="receivable"
    )
    customer = models.OneToOneField(
        "invoices.Customer", on_delete=models.PROTECT, null=True, related_name="credit_account"
    )
    debit_minor = models.BigIntegerField(default=0, db_default=0)
    credit_minor = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind=AccountKind.RECEIVABLE, invoice__isnull=False)
                | models.Q(kind=AccountKind.CREDIT, customer__isnull=False)
                | models.Q(
                    kind__in=sorted(BILLER_WIDE),
                    invoice__isnull=True,
                    customer__isnull=True,
                ),
                name="account_owner_of_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=sorted(TOTALLED))
                | models.Q(debit_minor=0, credit_minor=0),
                name="account_totals_of_kind",
            ),
            # Nobody can pay more on an invoice than it asks for, nor use credit that is not there.
            models.CheckConstraint(
                condition=~models.Q(kind=AccountKind.RECEIVABLE)
                | models.Q(debit_minor__gte=models.F("credit_minor")),
                name="receivable_never_negative",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind=AccountKind.CREDIT)
                | models.Q(credit_minor__gte=models.F("debit_minor")),
                name="credit_never_negative",
            ),
            models.UniqueConstraint(
                fields=["biller", "kind", "currency"],
                condition=models.Q(invoice__isnull=True, customer__isnull=True),
                name="account_once_per_biller",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Transfer(models.Model):
    """One amount from one account to another, for one reason. Never changed, never deleted.

    ``source`` names what caused it ("issue:12", "match:7:0"); the same source can never move
    money twice. PostgreSQL refuses UPDATE and DELETE.
    """

    biller = models.ForeignKey(
        "invoices.Biller", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    debit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="debits")
    credit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="credits")
    amount_minor = models.BigIntegerField()
    code = models.CharField(max_length=20, choices=[(c.value, c.value) for c in Code])
    source = models.CharField(max_length=80)
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="reversed_by"
    )
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["pk"]
        constraints = [
            # A constraint, because unique=True would bring a second index for LIKE.
            models.UniqueConstraint(fields=["source"], name="transfer_source_once"),
            models.CheckConstraint(
                condition=models.Q(amount_minor__gt=0), name="transfer_positive"
            ),
            models.CheckConstraint(
                condition=~models.Q(debit=models.F("credit")), name="transfer_between_two"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.amount_minor}"
