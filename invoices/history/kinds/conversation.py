"""What is written, and who looks after it."""

from invoices.errors import N_
from invoices.history.kinds.base import TALK, Audience, Kind, always, by

_WRITTEN = {
    "customer": N_("The customer wrote."),
    "staff": N_("Customer service wrote."),
}

_RATED = {
    "good": N_("The conversation went well, the customer says."),
    "fair": N_("The conversation went so-so, the customer says."),
    "bad": N_("The conversation did not go well, the customer says."),
}
RATED = ("history", "satisfaction", "said")

CONVERSATION: dict[str, Kind] = {
    "message.sent": Kind(
        by("side", _WRITTEN, N_("A message was written.")), (*TALK, "satisfaction")
    ),
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
    "thread.closed": Kind(always(N_("The conversation was closed.")), (*TALK, "satisfaction")),
    "thread.reopened": Kind(
        always(N_("The conversation was opened again.")), (*TALK, "satisfaction")
    ),
    "thread.rated": Kind(
        by("score", _RATED, N_("The customer said how the conversation went.")), RATED
    ),
    "thread.rated_words": Kind(
        always(N_("The customer said in words how the conversation went.")), RATED
    ),
}
