"""When a conversation should be answered and solved."""

from django.db import models


class Clock(models.Model):
    """The aims of one conversation, worked out from the rules, the hours and what was written.

    ``answer_due_at`` holds for the wait that began at ``waiting_since`` and for no other: a wait
    that has ended, or begun anew, has none until it is worked out again.
    """

    thread = models.OneToOneField(
        "messaging.Thread", on_delete=models.CASCADE, related_name="clock", primary_key=True
    )
    waiting_since = models.DateTimeField(null=True)
    is_first = models.BooleanField(default=True)
    answer_due_at = models.DateTimeField(null=True, db_index=True)
    solve_due_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.thread_id)
