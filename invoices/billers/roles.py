"""The roles a person can have at a biller, and what each may do. Pure."""

from enum import StrEnum


class Role(StrEnum):
    AGENT = "agent"
    MARKETER = "marketer"
    FINANCE = "finance"
    ADMIN = "admin"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Role.AGENT: "Support agent",
    Role.MARKETER: "Marketer",
    Role.FINANCE: "Finance",
    Role.ADMIN: "Administrator",
}

# Who may see invoices with names and messages, and who may see money that arrived.
SEES_INVOICES = frozenset({Role.AGENT, Role.FINANCE, Role.ADMIN})
SEES_MONEY = frozenset({Role.FINANCE, Role.ADMIN})
# Who may close a customer's links and have new ones sent.
MANAGES_LINKS = frozenset({Role.AGENT, Role.ADMIN})
# Who answers customers in the inbox.
ANSWERS = frozenset({Role.AGENT, Role.ADMIN})
