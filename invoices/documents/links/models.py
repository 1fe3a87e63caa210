"""The links, the codes that lead further than a link, and what is counted against guessing."""

from django.db import models
from django.db.models.functions import UUID7, Now

from invoices.documents.links.levels import Channel, Level
from invoices.history.models import HistoryEntry


class SecretLink(models.Model):
    """A way in for one recipient and message. Only the SHA-256 of the 192-bit token is kept.

    How long it opens is not here: ``expiry.open_through`` computes it from the invoice's facts.
    """

    public_id = models.UUIDField(unique=True, editable=False, db_default=UUID7())
    invoice = models.ForeignKey("invoices.Invoice", on_delete=models.PROTECT, related_name="+")
    token_sha256 = models.BinaryField(max_length=32, unique=True)
    level = models.CharField(
        max_length=8, choices=[(each.value, each.name) for each in Level], default=Level.OWN
    )
    channel = models.CharField(
        max_length=8, choices=[(each.value, each.name) for each in Channel], default=Channel.OTHER
    )
    contact_point = models.ForeignKey(
        "invoices.ContactPoint", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    # What the maker calls the recipient; never in the history.
    made_for = models.CharField(max_length=40, blank=True, db_default="")
    made_by = models.CharField(
        max_length=8,
        choices=HistoryEntry.ActorKind,
        default=HistoryEntry.ActorKind.SYSTEM,
    )
    made_by_user = models.ForeignKey(
        "invoices.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now())
    revoked_at = models.DateTimeField(null=True)
    replaced_by = models.ForeignKey(
        "invoices.SecretLink", on_delete=models.PROTECT, null=True, related_name="+"
    )
    first_opened_at = models.DateTimeField(null=True)
    last_opened_at = models.DateTimeField(null=True)
    opened_count = models.PositiveIntegerField(db_default=0, default=0)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(level__in=[Level.OWN.value, Level.PAY_ONLY.value]),
                name="secretlink_level_known",
            ),
            models.CheckConstraint(
                condition=models.Q(opened_count=0, first_opened_at=None, last_opened_at=None)
                | models.Q(
                    opened_count__gt=0,
                    first_opened_at__isnull=False,
                    last_opened_at__isnull=False,
                ),
                name="secretlink_opened_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.level} {self.pk}"


class StepUpCode(models.Model):
    """Six digits sent to an address on file: once, ten minutes, five tries, one browser.

    The digits are made by the job that sends them, and only a keyed hash of them is kept.
    """

    class Purpose(models.TextChoices):
        STEP_UP = "step_up", "Open personal data"
        VERIFY = "verify", "Verify an address"

    link = models.ForeignKey(SecretLink, on_delete=models.CASCADE, related_name="+")
    contact_point = models.ForeignKey(
        "invoices.ContactPoint", on_delete=models.CASCADE, related_name="+"
    )
    purpose = models.CharField(max_length=7, choices=Purpose)
    session_sha256 = models.BinaryField(max_length=32)
    code_hmac = models.BinaryField(max_length=32, null=True)
    asked_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["session_sha256", "purpose"], name="code_of_session")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"


class Tally(models.Model):
    """How often something was done by somebody in the present window; ``key`` is a keyed hash."""

    key = models.CharField(max_length=64, primary_key=True)
    until = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.key[:8]} {self.count}"
