"""This floor's panels, each in its room; registered when the app is ready."""

from invoices.billers.roles import ANSWERS
from invoices.desk.nav import register_page
from invoices.errors import N_
from messaging.cards import panels as cards
from messaging.inbox import panels as inbox
from messaging.mail import panels as mail
from messaging.satisfaction import panels as satisfaction
from messaging.threads import panels as threads

register_page("inbox", N_("Inbox"), "chat", ANSWERS)

__all__ = ["cards", "inbox", "mail", "satisfaction", "threads"]
