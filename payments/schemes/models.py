"""What a biller has agreed on direct debit, with which bank or service."""

from django.db import models
from django.db.models.functions import UUID7, Now


class SchemeAccount(models.Model):
    """A biller's agreement on one scheme of direct debit.

    ``sender`` is what the other side knows the biller by: the customer number at Bankgirot
    (Autogiro), the customer unit (AvtaleGiro). ``sealed`` holds its keys (``providers.seal``):
    the seal of files, BankID's certificate, the address of the bank's agreement page. One that
    is not ``live`` speaks to simulators, and the page says so.
    """

    public_id = models.UUIDField(unique=True, editable=False, db_default=UUID7())
    biller = models.ForeignKey(
        "invoices.Biller", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    scheme = models.CharField(max_length=12)
    payee = models.ForeignKey(
        "invoices.PayeeAccount", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    sender = models.CharField(max_length=20, blank=True)
    sealed = models.BinaryField()
    live = models.BooleanField(default=False)
    is_open = models.BooleanField(default=True)
    rank = models.PositiveSmallIntegerField(default=0)
    connected_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["rank", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["biller", "scheme"], name="scheme_account_once"),
        ]

    def __str__(self) -> str:
        return self.scheme


class SchemeTerms(models.Model):
    """What a biller's agreement says differently from the scheme's defaults, from a day on.

    ``own`` holds only that, by the names of ``schemes.terms.Terms``. A later row replaces an
    earlier one as a whole. Append-only: PostgreSQL refuses UPDATE and DELETE.
    """

    biller = models.ForeignKey(
        "invoices.Biller", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    scheme = models.CharField(max_length=12)
    valid_from = models.DateField()
    own = models.JSONField(default=dict)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-valid_from", "-pk"]
        verbose_name_plural = "scheme terms"
        indexes = [models.Index(fields=["biller", "scheme", "-valid_from"], name="terms_in_force")]

    def __str__(self) -> str:
        return f"{self.scheme} from {self.valid_from}"
