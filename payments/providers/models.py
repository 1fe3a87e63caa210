"""Accounts at providers, payments made through them, and what the providers told us."""

from django.db import models
from django.db.models.functions import UUID7, Now

from payments.providers.states import IN_FLIGHT, IntentState


class ProviderAccount(models.Model):
    """A biller's account at a provider. The keys are sealed (``seal``); an account that is not
    ``live`` moves no real money, and the page says so."""

    public_id = models.UUIDField(unique=True, editable=False, db_default=UUID7())
    biller = models.ForeignKey(
        "invoices.Biller", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    provider = models.CharField(max_length=10)
    sealed = models.BinaryField()
    live = models.BooleanField(default=False)
    is_open = models.BooleanField(default=True)
    rank = models.PositiveSmallIntegerField(default=0)
    connected_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["rank", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["biller", "provider"], name="provider_account_once"),
        ]

    def __str__(self) -> str:
        return self.provider


class PaymentIntent(models.Model):
    """Somebody wants to pay an amount of an invoice through a provider.

    Stored before the provider hears of it: its ``public_id`` is the reference and the idempotency
    key of every call, so that each may be repeated. ``request_id`` came with the form: a double
    click is the same payment. ``asked_at`` is when somebody took it
    upon himself to tell the provider. ``code`` is the provider's word for how it ended.
    """

    class By(models.TextChoices):
        CUSTOMER = "customer", "The customer"
        PAYER = "payer", "The holder of a pay-only link"

    public_id = models.UUIDField(unique=True, editable=False, db_default=UUID7())
    invoice = models.ForeignKey("invoices.Invoice", on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(ProviderAccount, on_delete=models.PROTECT, related_name="intents")
    request_id = models.UUIDField()
    amount_minor = models.BigIntegerField()
    drawn_minor = models.BigIntegerField(default=0)
    state = models.CharField(
        max_length=9, choices=[(state.value, state.value) for state in IntentState]
    )
    provider_ref = models.CharField(max_length=120, blank=True)
    handover_url = models.TextField(blank=True)
    handover_qr = models.TextField(blank=True)
    code = models.CharField(max_length=80, blank=True)
    made_by = models.CharField(max_length=8, choices=By)
    link = models.ForeignKey(
        "invoices.SecretLink", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    language = models.CharField(max_length=5)
    asked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    looks = models.PositiveSmallIntegerField(default=0)
    look_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "request_id"], name="intent_request_once"),
            models.CheckConstraint(condition=models.Q(amount_minor__gt=0), name="intent_positive"),
            models.CheckConstraint(
                condition=models.Q(state=IntentState.CAPTURED, drawn_minor__gt=0)
                | models.Q(drawn_minor=0) & ~models.Q(state=IntentState.CAPTURED),
                name="intent_drawn_when_captured",
            ),
        ]
        indexes = [
            models.Index(
                fields=["look_at"],
                condition=models.Q(state__in=sorted(IN_FLIGHT)),
                name="intent_to_look_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.amount_minor}"

    @property
    def reference(self) -> str:
        """What the provider knows it by."""
        return self.public_id.hex


class ProviderMessage(models.Model):
    """A webhook whose signature was right, as it came. The same ``key`` is kept once."""

    account = models.ForeignKey(
        ProviderAccount, on_delete=models.PROTECT, related_name="messages", db_index=False
    )
    key = models.CharField(max_length=120)
    reference = models.CharField(max_length=64)
    raw = models.BinaryField()
    received_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["account", "key"], name="provider_message_once"),
        ]

    def __str__(self) -> str:
        return self.key
