"""The parts of an invoice page that a biller can ask a code for. Pure."""

from enum import StrEnum


class Area(StrEnum):
    """What a biller can ask a code for (``Biller.link_code_for``), beyond the customer's own link.

    Personal data, other invoices and contact points always take a code.
    """

    HISTORY = "history"
    MESSAGES = "messages"
    CHANGES = "changes"
    DOCUMENTS = "documents"
