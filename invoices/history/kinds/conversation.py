"""What is written, and who looks after it."""

from invoices.errors import N_
from invoices.history.kinds.base import TALK, Audience, Kind, always, by

_WRITTEN = {
    "customer": N_("The customer wrote."),
    "staff": N_("Customer service wrote."),
}

CONVERSATION: dict[str, Kind] = {
    "message.sent": Kind(by("side", _WRITTEN, N_("A message was written.")), TALK),
    "message.noted": Kind(
        always(N_("A note was written.")),
        ("history", "conversation", "queue", "talk"),
        audience=Audience.STAFF,
    ),
    "thread.assigned": Kind(
        by(
            "how",
            {
                "taken": N_("The conversation was taken."),
                "released": N_("The conversation was given back to all."),
            },
            N_("The conversation was given to a colleague."),
        ),
        ("history", "conversation", "queue", "talk"),
        audience=Audience.STAFF,
    ),
    "thread.settled": Kind(
        always(N_("Marked as needing no answer.")),
        ("history", "conversation", "queue", "talk"),
        audience=Audience.STAFF,
    ),
    "thread.waits": Kind(
        always(N_("Marked as waiting for an answer.")),
        ("history", "conversation", "queue", "talk"),
        audience=Audience.STAFF,
    ),
    "hours.changed": Kind(
        always(N_("The opening hours were changed.")), ("messages",), audience=Audience.STAFF
    ),
    "thread.closed": Kind(always(N_("The conversation was closed.")), TALK),
    "thread.reopened": Kind(always(N_("The conversation was opened again.")), TALK),
}
