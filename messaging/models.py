"""Django looks for models here; they live in their rooms."""

from messaging.cards.models import Card
from messaging.drafts.models import Draft
from messaging.faq.models import Answer, Offer
from messaging.files.models import Attachment, StoredFile
from messaging.hours.models import OpeningPeriod, SpecialDay
from messaging.mail.models import IncomingMail, Letter, Outcome, Presence, StaffMail, Told
from messaging.pace.models import Pace
from messaging.satisfaction.models import Rating
from messaging.sorting.models import Mention, Tag, ThreadTag
from messaging.teams.models import Attendance, InboxRules, Team, TeamMember
from messaging.threads.models import Message, Thread

__all__ = [
    "Answer",
    "Attachment",
    "Attendance",
    "Card",
    "Draft",
    "InboxRules",
    "IncomingMail",
    "Letter",
    "Mention",
    "Message",
    "Offer",
    "OpeningPeriod",
    "Outcome",
    "Pace",
    "Presence",
    "Rating",
    "SpecialDay",
    "StaffMail",
    "StoredFile",
    "Tag",
    "Team",
    "TeamMember",
    "Thread",
    "ThreadTag",
    "Told",
]
