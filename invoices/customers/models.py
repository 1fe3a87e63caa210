"""Who receives invoices, and where they can be reached."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models.functions import UUID7, Lower


class Customer(models.Model):
    """A customer of one biller. The same person at two billers is two customers."""

    class Kind(models.TextChoices):
        PERSON = "person", "Person"
        BUSINESS = "business", "Business"

    public_id = models.UUIDField(unique=True, editable=False, db_default=UUID7())
    biller = models.ForeignKey("invoices.Biller", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=30)
    # Our own serial: the customer part of a KID, where the agreement has one.
    reference_no = models.PositiveBigIntegerField()
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.PERSON)
    language = models.CharField(max_length=5)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["biller", "number"], name="customer_number_once"),
            models.UniqueConstraint(
                fields=["biller", "reference_no"], name="customer_reference_no_once"
            ),
        ]
        # Names are looked for by their words, whole or begun.
        indexes = [GinIndex(SearchVector("name", config="simple"), name="customer_words")]

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"


class ContactPoint(models.Model):
    """One way to reach a customer; rank 1 is tried first."""

    class Kind(models.TextChoices):
        EMAIL = "email", "E-mail"
        PHONE = "phone", "Phone"
        ADDRESS = "address", "Address"

    class AddedBy(models.TextChoices):
        BILLER = "biller", "Biller"
        CUSTOMER = "customer", "Customer"

    public_id = models.UUIDField(unique=True, editable=False, db_default=UUID7())
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contact_points")
    kind = models.CharField(max_length=7, choices=Kind)
    value = models.CharField(max_length=300)
    rank = models.PositiveSmallIntegerField()
    # An address the customer added is trusted with codes and links only once it is verified.
    added_by = models.CharField(
        max_length=8, choices=AddedBy, default=AddedBy.BILLER, db_default=AddedBy.BILLER
    )
    verified_at = models.DateTimeField(null=True, blank=True)
    bad_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "rank"], name="contact_rank_once"),
            models.UniqueConstraint(
                fields=["customer", "kind", "value"], name="contact_point_once"
            ),
        ]
        indexes = [models.Index(Lower("value"), name="contact_point_value")]

    def __str__(self) -> str:
        return self.value
