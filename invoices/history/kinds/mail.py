"""What goes out and comes in by e-mail and text message while one side is away."""

from invoices.errors import N_
from invoices.history.kinds.base import Audience, Kind, Tone, always, by, reason

_SEEN = ("history", "talk")

_TOLD = {
    "email": N_("An e-mail about the answer was sent to the address on file."),
    "sms": N_("A text message about the answer was sent to the number on file."),
}
_FAILED = {
    "email": N_("The e-mail about the answer could not be sent."),
    "sms": N_("The text message about the answer could not be sent."),
}
_NOTED = {
    "automatic": N_("An automatic reply to our e-mail came in. It was not posted."),
    "bounced": N_("Our e-mail came back: it could not be delivered."),
    "empty": N_("An e-mail without words came in. Nothing was posted."),
    "unreadable": N_("An e-mail came in that could not be read. It is kept."),
}


MAIL: dict[str, Kind] = {
    "mail.told": Kind(by("channel", _TOLD, N_("The customer was told of the answer.")), _SEEN),
    "mail.failed": Kind(
        by("channel", _FAILED, N_("The customer could not be told of the answer.")),
        _SEEN,
        audience=Audience.STAFF,
        tone=Tone.WARN,
    ),
    "mail.unreachable": Kind(
        always(N_("The customer has not read the answer, and no address on file takes a message.")),
        _SEEN,
        audience=Audience.STAFF,
        tone=Tone.WARN,
    ),
    "mail.noted": Kind(
        by("verdict", _NOTED, N_("An e-mail came in. It was not posted.")),
        _SEEN,
        audience=Audience.STAFF,
    ),
    "mail.elsewhere": Kind(
        always(N_("The message came by e-mail, from another address than the customer's.")),
        _SEEN,
        audience=Audience.STAFF,
        tone=Tone.WARN,
    ),
    "mail.files_refused": Kind(
        always(N_("Files came with the e-mail that could not be taken in. Send them on the page.")),
        _SEEN,
        tone=Tone.WARN,
        detail=reason,
    ),
}
