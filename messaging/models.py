"""Django looks for models here; they live in their rooms."""

from messaging.hours.models import OpeningPeriod, SpecialDay
from messaging.sorting.models import Mention, Tag, ThreadTag
from messaging.teams.models import Attendance, InboxRules, Team, TeamMember
from messaging.threads.models import Message, Thread

__all__ = [
    "Attendance",
    "InboxRules",
    "Mention",
    "Message",
    "OpeningPeriod",
    "SpecialDay",
    "Tag",
    "Team",
    "TeamMember",
    "Thread",
    "ThreadTag",
]
