"""Django looks for models here; they live in their rooms."""

from messaging.canned.models import Macro, Reply
from messaging.cards.models import Card
from messaging.clocks.models import Clock
from messaging.drafts.models import Draft
from messaging.faq.models import Answer, Offer
from messaging.files.models import Attachment, StoredFile
from messaging.hours.models import OpeningPeriod, SpecialDay
from messaging.incidents.models import Incident, IncidentAnswer, IncidentSent, IncidentThread
from messaging.mail.models import IncomingMail, Letter, Outcome, Presence, StaffMail, Told
from messaging.outbox.models import AnswerDraft, Held
from messaging.pace.models import Pace
from messaging.satisfaction.models import Rating
from messaging.sorting.models import Mention, Tag, ThreadTag
from messaging.teams.models import Attendance, InboxRules, Team, TeamMember
from messaging.threads.models import Message, Thread

__all__ = [
    "Answer",
    "AnswerDraft",
    "Attachment",
    "Attendance",
    "Card",
    "Clock",
    "Draft",
    "Held",
    "InboxRules",
    "Incident",
    "IncidentAnswer",
    "IncidentSent",
    "IncidentThread",
    "IncomingMail",
    "Letter",
    "Macro",
    "Mention",
    "Message",
    "Offer",
    "OpeningPeriod",
    "Outcome",
    "Pace",
    "Presence",
    "Rating",
    "Reply",
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
