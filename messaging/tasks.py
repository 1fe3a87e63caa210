"""This floor's jobs, each in its room; the worker looks for them here."""

from messaging.incidents import tasks as incidents
from messaging.outbox import tasks as outbox
from messaging.sorting import tasks as sorting
from messaging.teams import tasks as teams

__all__ = ["incidents", "outbox", "sorting", "teams"]
