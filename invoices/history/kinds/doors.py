"""Who comes in, by which link, and how the customer is reached."""

from invoices.errors import N_
from invoices.history.kinds.base import Audience, Kind, Tone, always, by

_LINK_MADE = {
    "email": N_("A link was made for the e-mail."),
    "sms": N_("A link was made for the text message."),
    "paper": N_("A link was made for the letter."),
    "pdf": N_("A link was made for the PDF."),
}
_LINK_CLOSED = {
    "email": N_("The link in the e-mail was closed."),
    "sms": N_("The link in the text message was closed."),
    "paper": N_("The link in the letter was closed."),
    "pdf": N_("The link in the PDF was closed."),
    "shared": N_("A shared link to pay only was closed."),
}
_LINK_REPLACED = {
    "email": N_("The link in the e-mail was replaced by a new one, sent to the address on file."),
    "sms": N_(
        "The link in the text message was replaced by a new one, sent to the address on file."
    ),
    "paper": N_("The link in the letter was replaced by a new one, sent to the address on file."),
    "pdf": N_("The link in the PDF was replaced by a new one, sent to the address on file."),
}
_OPENED = {
    "email": N_("The invoice was opened from the e-mail."),
    "sms": N_("The invoice was opened from the text message."),
    "paper": N_("The invoice was opened from the letter."),
    "pdf": N_("The invoice was opened from the PDF."),
    "shared": N_("A shared link to pay only was opened."),
}
_CONTACT_ADDED = {
    "email": N_("An e-mail address was added."),
    "phone": N_("A phone number was added."),
}
_CONTACT_REMOVED = {
    "email": N_("An e-mail address was removed."),
    "phone": N_("A phone number was removed."),
}

DOORS: dict[str, Kind] = {
    "invoice.opened": Kind(by("channel", _OPENED, N_("The invoice was opened.")), ("history",)),
    "link.made": Kind(
        by("channel", _LINK_MADE, N_("A link to the invoice was made.")),
        ("history",),
        audience=Audience.STAFF,
    ),
    "link.shared": Kind(always(N_("A link to pay only was made, to share.")), ("history",)),
    "link.revoked": Kind(
        by("channel", _LINK_CLOSED, N_("A link to the invoice was closed.")), ("history",)
    ),
    "link.rotated": Kind(
        by(
            "channel",
            _LINK_REPLACED,
            N_("A link was replaced by a new one, sent to the address on file."),
        ),
        ("history",),
    ),
    "link.code_sent": Kind(
        by(
            "purpose",
            {"verify": N_("A code was sent to confirm an e-mail address.")},
            N_("A code was sent to the address on file."),
        ),
        ("history",),
    ),
    "link.proved": Kind(
        always(N_("Personal data was opened with a code sent to the address on file.")),
        ("history",),
    ),
    "link.code_locked": Kind(
        always(N_("A code was entered wrong five times, and was locked.")),
        ("history",),
        tone=Tone.WARN,
    ),
    "contact.added": Kind(by("contact", _CONTACT_ADDED, N_("An address was added.")), ("history",)),
    "contact.removed": Kind(
        by("contact", _CONTACT_REMOVED, N_("An address was removed.")), ("history",)
    ),
    "contact.preferred": Kind(
        always(N_("Another way to reach the customer comes first now.")), ("history",)
    ),
    "contact.verified": Kind(always(N_("An e-mail address was confirmed.")), ("history",)),
}
