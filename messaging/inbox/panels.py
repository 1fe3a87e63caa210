"""The panels of the inbox: who waits, the talk, and the invoice with what can be done to it.

Other rooms and floors put theirs beside the talk with ``Panel("inbox", …, place="side")``; their
context takes an ``InboxView``.
"""

from invoices.billers.roles import ANSWERS
from invoices.changes.panels import Actions, actions
from invoices.page.panels import Balance, balance
from invoices.panels import Panel, register
from messaging.inbox import side
from messaging.inbox.heed import heed
from messaging.inbox.queue import queue
from messaging.inbox.talk import talk
from messaging.inbox.view import InboxView


def invoice_balance(view: InboxView) -> Balance | None:
    """What the customer's page says is left and when."""
    return balance(view.invoice_view) if view.invoice_view else None


def invoice_actions(view: InboxView) -> Actions | None:
    """What the role can do with the invoice, as on its own page."""
    return actions(view.invoice_view) if view.invoice_view else None


for _panel in (
    Panel("inbox", "queue", "messaging/inbox/_queue.html", queue, "queue", 10, ANSWERS),
    Panel("inbox", "talk", "messaging/inbox/_talk.html", talk, "talk", 10, ANSWERS),
    Panel("inbox", "heed", "messaging/inbox/_heed.html", heed, "talk", 20, ANSWERS),
    Panel(
        "inbox", "balance", "messaging/inbox/_balance.html", invoice_balance, "side", 10, ANSWERS
    ),
    Panel(
        "inbox", "actions", "invoices/changes/_actions.html", invoice_actions, "side", 20, ANSWERS
    ),
    Panel(
        "inbox", "customer", "messaging/inbox/_customer.html", side.customer, "side", 30, ANSWERS
    ),
    Panel(
        "inbox", "payments", "messaging/inbox/_payments.html", side.payments, "side", 40, ANSWERS
    ),
    Panel("inbox", "others", "messaging/inbox/_others.html", side.others, "side", 50, ANSWERS),
):
    register(_panel)
