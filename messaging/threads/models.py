"""A thread on an invoice, and the messages in it."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import UUID7, Now

from messaging.threads.states import Kind, Side, ThreadState
from messaging.threads.topics import About


class Thread(models.Model):
    """The one conversation about an invoice.

    ``waiting_since`` says since when the customer waits for an answer: None when nobody does.
    ``last_no`` counts the messages. ``*_got_no`` and ``*_read_no`` are the last message that a
    page of that side has shown, and that somebody there has seen. While it is snoozed it stands in
    no view but its own. A thread with a ``lead`` is answered together with that one.
    """

    public_id = models.UUIDField(unique=True, editable=False, db_default=UUID7())
    biller = models.ForeignKey(
        "invoices.Biller", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    customer = models.ForeignKey("invoices.Customer", on_delete=models.PROTECT, related_name="+")
    invoice = models.OneToOneField("invoices.Invoice", on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(
        "invoices.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    state = models.CharField(
        max_length=6, choices=[(s.value, s.name) for s in ThreadState], default=ThreadState.OPEN
    )
    waiting_since = models.DateTimeField(null=True)
    last_no = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(db_default=Now())
    customer_got_no = models.PositiveIntegerField(default=0)
    customer_read_no = models.PositiveIntegerField(default=0)
    staff_got_no = models.PositiveIntegerField(default=0)
    staff_read_no = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    team = models.ForeignKey(
        "messaging.Team", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    topic = models.CharField(
        max_length=12, blank=True, default="", choices=[(a.value, a.name) for a in About]
    )
    topic_by_hand = models.BooleanField(default=False)
    snoozed_until = models.DateTimeField(null=True)
    snooze_reason = models.CharField(max_length=200, blank=True, default="")
    lead = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="followers")

    class Meta:
        ordering = ["-last_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=ThreadState.CLOSED) | Q(waiting_since=None),
                name="thread_closed_waits_for_nothing",
            ),
            models.CheckConstraint(
                condition=~Q(state=ThreadState.CLOSED) | Q(snoozed_until=None),
                name="thread_closed_is_not_snoozed",
            ),
            models.CheckConstraint(
                condition=Q(lead=None) | ~Q(lead=models.F("id")), name="thread_leads_others"
            ),
        ]
        indexes = [
            # Who waits, the longest first: what the inbox opens with.
            models.Index(
                fields=["biller", "waiting_since", "id"],
                condition=Q(waiting_since__isnull=False, snoozed_until=None, lead=None),
                name="thread_waits",
            ),
            models.Index(
                fields=["biller", "snoozed_until", "id"],
                condition=Q(snoozed_until__isnull=False),
                name="thread_snoozed",
            ),
            models.Index(
                fields=["biller", "topic", "-last_at", "-id"],
                condition=~Q(topic=""),
                name="thread_by_topic",
            ),
            models.Index(
                fields=["biller", "team", "-last_at", "-id"],
                condition=Q(team__isnull=False),
                name="thread_by_team",
            ),
            models.Index(
                fields=["biller", "owner", "-last_at", "-id"],
                condition=Q(state=ThreadState.OPEN),
                name="thread_open_by_owner",
            ),
            models.Index(fields=["biller", "state", "-last_at", "-id"], name="thread_by_state"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class Message(models.Model):
    """Something that was written, once. PostgreSQL refuses UPDATE and DELETE.

    ``public_id`` is made by whoever writes, so that what is sent twice stands there once. ``no``
    is its place in the thread, given under the thread's lock: the order is the same for everybody.
    ``biller`` is the thread's, for searching: words are found within one biller's messages only.
    """

    biller = models.ForeignKey(
        "invoices.Biller", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    public_id = models.UUIDField(unique=True, editable=False)
    thread = models.ForeignKey(
        Thread, on_delete=models.PROTECT, related_name="messages", db_index=False
    )
    no = models.PositiveIntegerField()
    kind = models.CharField(max_length=7, choices=[(k.value, k.name) for k in Kind])
    side = models.CharField(max_length=8, choices=[(s.value, s.name) for s in Side])
    user = models.ForeignKey(
        "invoices.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    text = models.TextField()
    # What it asks about: a line of the invoice, or something that has happened to it.
    line = models.ForeignKey(
        "invoices.InvoiceLine",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    entry = models.ForeignKey(
        "invoices.HistoryEntry",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["no"]
        indexes = [
            # The words as they are: a thread has no language of its own to stem them by. Each with
            # whose it is, so that no search reads what other billers' customers wrote.
            GinIndex(
                Func(
                    F("biller"),
                    F("text"),
                    function="nota_words_of",
                    output_field=SearchVectorField(),
                ),
                name="message_words",
            ),
            # A word that most messages hold is found in the newest of them.
            models.Index(fields=["biller", "-id"], name="message_newest"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["thread", "no"], name="message_place_once"),
            models.CheckConstraint(
                condition=Q(side=Side.STAFF) | Q(kind=Kind.MESSAGE), name="message_notes_are_staffs"
            ),
            models.CheckConstraint(
                condition=Q(side=Side.STAFF, user__isnull=False)
                | Q(side=Side.CUSTOMER, user__isnull=True),
                name="message_has_its_writer",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)
