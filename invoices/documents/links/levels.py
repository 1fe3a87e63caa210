"""How far a link leads, and by which way it went out. Pure."""

from enum import StrEnum


class Level(StrEnum):
    """What a link opens by itself.

    OWN is the customer's: the invoice, its history, messages, paying and changes. PAY_ONLY shows
    the amount, the due date and how to pay; nothing of what it is for or whom it is to.
    """

    OWN = "own"
    PAY_ONLY = "pay_only"


class Channel(StrEnum):
    """By which way a link went to its recipient: one link each, so that they can be told apart."""

    EMAIL = "email"
    SMS = "sms"
    PAPER = "paper"
    PDF = "pdf"
    SHARED = "shared"  # the customer made it for somebody else
    DESK = "desk"  # staff sent it
    DEMO = "demo"
    OTHER = "other"
