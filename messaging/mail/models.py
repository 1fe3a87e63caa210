"""How far each side was told by mail, what went out, and what came in."""

from django.db import models
from django.db.models.functions import UUID7

from invoices.documents.links.levels import Channel
from messaging.mail.states import LetterState, Verdict, Via
from messaging.threads.models import Message, Thread


class Told(models.Model):
    """Up to which message of the other side each side was told. Locked while somebody is told."""

    thread = models.OneToOneField(Thread, on_delete=models.PROTECT, related_name="+")
    customer_no = models.PositiveIntegerField(default=0)
    staff_no = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.thread_id} {self.customer_no} {self.staff_no}"


class Presence(models.Model):
    """When the customer's page was last before somebody's eyes: told by the page itself."""

    thread = models.OneToOneField(Thread, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.thread_id} {self.at}"


class Letter(models.Model):
    """An e-mail or text message that tells of messages up to ``up_to_no``, or failed to.

    ``public_id`` is in its Message-ID. Its words and links are kept nowhere.
    """

    public_id = models.UUIDField(unique=True, editable=False)
    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(
        max_length=8, choices=[(c.value, c.name) for c in (Channel.EMAIL, Channel.SMS)]
    )
    contact_point = models.ForeignKey(
        "invoices.ContactPoint", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    up_to_no = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=[(s.value, s.name) for s in LetterState])
    is_permanent = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.channel} {self.state} {self.public_id}"


class IncomingMail(models.Model):
    """A mail as it came, byte by byte. PostgreSQL refuses UPDATE and DELETE.

    ``key`` is of its Message-ID, or of all of it where it has none: what comes twice is kept once.
    ``point_id`` is the contact point whose address it answers; it may be gone by now.
    """

    public_id = models.UUIDField(unique=True, editable=False, db_default=UUID7())
    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="+")
    point_id = models.BigIntegerField()
    key = models.CharField(max_length=64)
    message_id = models.CharField(max_length=260, blank=True)
    raw = models.BinaryField()
    via = models.CharField(max_length=4, choices=[(v.value, v.name) for v in Via])
    null_sender = models.BooleanField()
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["thread", "key"], name="mail_once")]

    def __str__(self) -> str:
        return str(self.public_id)


class Outcome(models.Model):
    """What became of a mail, once. PostgreSQL refuses UPDATE and DELETE."""

    mail = models.OneToOneField(IncomingMail, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=10, choices=[(v.value, v.name) for v in Verdict])
    message = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, related_name="+")
    # The address it came from, where that is not one of the customer's.
    elsewhere = models.CharField(max_length=254, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.verdict} {self.mail_id}"


class StaffMail(models.Model):
    """Who wants an e-mail when a customer has written and nobody looked. No row: not."""

    membership = models.OneToOneField(
        "invoices.Membership", on_delete=models.CASCADE, related_name="+"
    )

    def __str__(self) -> str:
        return str(self.membership_id)
