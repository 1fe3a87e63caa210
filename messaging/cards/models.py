"""A card: what was proposed in a thread, and what became of it."""

from django.db import models
from django.db.models import Q

from messaging.cards.states import CardState, What
from messaging.threads.models import Message, Thread


class Card(models.Model):
    """A change that staff propose to a customer.

    ``public_id`` is made with the form that proposes, and is the id of the change that accepting
    makes: both happen once. ``terms`` are what the change takes, ``promise`` is what it was
    rehearsed to come to, ``reason`` is what stands in the history when it is made.
    """

    public_id = models.UUIDField(unique=True, editable=False)
    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="+")
    # The words it came with: so it is read, told of by e-mail and answered as every message is.
    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=8, choices=[(w.value, w.name) for w in What])
    state = models.CharField(
        max_length=9, choices=[(s.value, s.name) for s in CardState], default=CardState.PROPOSED
    )
    terms = models.JSONField()
    promise = models.JSONField()
    reason = models.CharField(max_length=300)
    proposed_by = models.ForeignKey(
        "invoices.User", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    proposed_at = models.DateTimeField()
    expires_on = models.DateField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["thread", "what"],
                condition=Q(state=CardState.PROPOSED),
                name="card_one_open_of_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(state=CardState.PROPOSED, ended_at__isnull=True)
                | (~Q(state=CardState.PROPOSED) & Q(ended_at__isnull=False)),
                name="card_ended_or_open",
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_on"],
                condition=Q(state=CardState.PROPOSED),
                name="card_open_until",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.state} {self.public_id}"
