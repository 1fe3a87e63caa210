"""What the inbox knows while it is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from invoices import clock
from invoices.billers.models import Biller, Membership, User
from invoices.billers.roles import Role
from invoices.documents.models import Invoice
from invoices.history.queries import newest_of_biller
from invoices.live.tokens import STAFF_SIDE, Voice, page_token
from invoices.page.view import InvoiceView
from messaging.canned.models import Macro
from messaging.canned.queries import macros_of
from messaging.hours.calendar import Hours
from messaging.hours.queries import hours_of
from messaging.incidents.models import Incident
from messaging.incidents.queries import incidents_of
from messaging.sorting.models import Tag
from messaging.sorting.queries import Cursor, Wanted, tags_of
from messaging.teams.models import Attendance, Team
from messaging.teams.queries import attendance_of, colleagues, teams_of
from messaging.threads.models import Thread
from messaging.threads.states import Box
from messaging.threads.topics import About


@dataclass
class InboxView:
    """One biller's inbox as one agent sees it now; with a thread, the one that is open.

    ``after`` is where the list's page begins, None for its first. ``invoice_view`` is the thread's
    invoice as staff see it. ``text`` and ``error`` are what an answer held that could not be sent.
    """

    membership: Membership
    user: User
    language: str
    box: Box = Box.WAITING
    query: str = ""
    tag: UUID | None = None
    team: UUID | None = None
    topic: About | None = None
    by_due: bool = False
    after: Cursor | None = None
    thread: Thread | None = None
    invoice_view: InvoiceView | None = None
    text: str = ""
    kind: str = "message"
    error: str = ""

    @property
    def biller(self) -> Biller:
        return self.membership.biller

    @property
    def viewer(self) -> str:
        return self.membership.role

    @property
    def heading(self) -> str:
        return _("Inbox")

    @property
    def title(self) -> str:
        name = self.thread.customer.name if self.thread else _("Inbox")
        return f"{name} · {self.biller.name}"

    @property
    def places(self) -> frozenset[str]:
        """What of the page there is: beside the list, nothing until a conversation is open."""
        return frozenset({"queue", "talk", "side"} if self.thread else {"queue"})

    @property
    def invoice(self) -> Invoice | None:
        return self.invoice_view.invoice if self.invoice_view else None

    @property
    def page_url(self) -> str:
        """The staff's own page of the invoice."""
        return self.invoice_view.page_url if self.invoice_view else ""

    # ------------------------------------------------------------------ the list

    @property
    def wanted(self) -> Wanted:
        """The list that is looked at."""
        return Wanted(
            biller_id=self.biller.pk,
            user_id=self.user.pk,
            box=self.box,
            tag=self.tag,
            team=self.team,
            topic=self.topic,
            query=self.query,
            by_due=self.by_due,
        )

    @property
    def narrowed(self) -> dict[str, str]:
        """What a view is narrowed to, as it stands in an address."""
        chosen = {"tag": self.tag, "team": self.team, "topic": self.topic}
        found = {name: str(value) for name, value in chosen.items() if value}
        return found | ({"sort": "due"} if self.by_due else {})

    def asked(self, after: str = "") -> str:
        """The list as a question, so that it stays when a thread is opened, or its next page."""
        chosen = {"q": self.query} if self.query else {"view": self.box.value} | self.narrowed
        return f"?{urlencode(chosen | ({'after': after} if after else {}))}"

    @cached_property
    def people(self) -> Sequence[User]:
        """Everybody who answers here."""
        return colleagues(self.biller.pk)

    @cached_property
    def tags(self) -> Sequence[Tag]:
        return tags_of(self.biller.pk)

    @cached_property
    def teams(self) -> Sequence[Team]:
        return teams_of(self.biller.pk)

    # ------------------------------------------------------------------ addresses

    @property
    def panels_url(self) -> str:
        return self.url("panels")

    def url(self, what: str = "") -> str:
        """This page, or what can be asked of it: "panels", "write", "assign", "state", "seen"."""
        if self.thread is None:
            name = "inbox_panels" if what == "panels" else "inbox"
            return reverse(name, args=[self.biller.slug])
        return self.thread_url(self.thread.public_id, what)

    def thread_url(self, public_id: UUID, what: str = "") -> str:
        """Where a thread is, or what can be asked of it."""
        names = {"": "inbox_thread", "panels": "inbox_thread_panels"}
        return reverse(names.get(what, f"inbox_{what}"), args=[self.biller.slug, public_id])

    # ------------------------------------------------------------------ being live

    @property
    def socket_token(self) -> str:
        room, name = f"b{self.biller.pk}", self.user.get_short_name()
        if self.thread is None:
            voice = Voice("", STAFF_SIDE, name, room)
            return page_token([room], self.viewer, voice=voice)
        topic = f"i{self.thread.invoice_id}"
        voice = Voice(topic, STAFF_SIDE, name, room, str(self.thread.public_id))
        return page_token([room, topic], self.viewer, voice=voice)

    @cached_property
    def attendance(self) -> Attendance | None:
        """Whether the agent takes new conversations; None who was never here."""
        return attendance_of(self.biller.pk, self.user.pk)

    @property
    def sets_up(self) -> bool:
        """Whether the agent may change how the inbox works."""
        return self.membership.role == Role.ADMIN

    @cached_property
    def hours(self) -> Hours:
        """When the biller answers."""
        return hours_of(self.biller)

    @cached_property
    def incidents(self) -> Sequence[Incident]:
        """What many ask about now."""
        return list(incidents_of(self.biller.pk, running=True))

    @cached_property
    def macros(self) -> Sequence[Macro]:
        return macros_of(self.biller.pk)

    @cached_property
    def version(self) -> int:
        return newest_of_biller(self.biller.pk)

    @cached_property
    def on(self) -> date:
        return clock.today()

    @cached_property
    def now(self) -> datetime:
        return clock.now()
