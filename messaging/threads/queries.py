"""What a thread holds, read by one statement, so that a page costs one question more."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from invoices import prepared
from messaging.files.models import Attachment
from messaging.files.rules import FileKind
from messaging.threads.models import Thread
from messaging.threads.states import Kind, Side, ThreadState

SHOWN = 60  # messages where the whole talk is drawn; the story holds the rest

_TALK = """
SELECT t.id, t.public_id, t.state, t.owner_id, t.waiting_since, t.last_no,
    t.customer_got_no, t.customer_read_no, t.staff_got_no, t.staff_read_no,
    EXISTS (SELECT 1 FROM messaging_message a
        WHERE a.thread_id = t.id AND a.side = 'staff' AND a.kind = 'message'),
    (SELECT json_agg(m ORDER BY m.no) FROM (
        SELECT m.id, m.public_id, m.no, m.kind, m.side, m.text, m.at,
            who.name, who.email, line.position AS line,
            CASE WHEN about.id IS NOT NULL THEN json_build_object('kind', about.kind,
                'data', about.data, 'id', about.public_id, 'at', about.at) END AS event,
            (SELECT json_agg(json_build_array(sent.public_id, sent.name, kept.kind, kept.size,
                kept.width, kept.height) ORDER BY sent.no)
            FROM messaging_attachment sent JOIN messaging_storedfile kept ON kept.id = sent.file_id
            WHERE sent.message_id = m.id) AS files
        FROM messaging_message m
        LEFT JOIN invoices_user who ON who.id = m.user_id
        LEFT JOIN invoices_invoiceline line ON line.id = m.line_id
        LEFT JOIN invoices_historyentry about ON about.id = m.entry_id
        WHERE m.thread_id = t.id AND m.kind = ANY(%(kinds)s)
        AND (%(ids)s::bigint[] IS NULL OR m.id = ANY(%(ids)s::bigint[]))
        ORDER BY m.no DESC LIMIT %(most)s
    ) m)::text
FROM messaging_thread t WHERE t.invoice_id = %(invoice)s
"""


@dataclass(frozen=True, slots=True)
class FileFact:
    """A file that came with a message; the sides are 0 for what is no picture."""

    public_id: str
    name: str
    kind: FileKind
    size: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class MessageFact:
    """A message as it stands in the thread. ``name`` and ``email`` are of the member of staff.

    ``line`` is the position of the line it asks about, ``event`` the kind, data, id and time of
    the entry.
    """

    id: int
    public_id: str
    no: int
    kind: Kind
    side: Side
    text: str
    at: datetime
    name: str
    email: str
    line: int | None
    event: dict[str, Any] | None
    files: Sequence[FileFact]


@dataclass(frozen=True, slots=True)
class Talk:
    """A thread with some of its messages, in their order."""

    id: int
    public_id: uuid.UUID
    state: ThreadState
    owner_id: int | None
    waiting_since: datetime | None
    last_no: int
    customer_got_no: int
    customer_read_no: int
    staff_got_no: int
    staff_read_no: int
    answered: bool
    messages: Sequence[MessageFact]

    @classmethod
    def read(
        cls, invoice_id: int, *, for_staff: bool, ids: Sequence[int] | None = None
    ) -> Self | None:
        """The invoice's thread; None before anybody wrote. Notes are for staff.

        Holds the messages ``ids``, or the newest SHOWN.
        """
        kinds = list(Kind) if for_staff else [Kind.MESSAGE]
        values = {
            "invoice": invoice_id,
            "kinds": [kind.value for kind in kinds],
            "ids": None if ids is None else list(ids),
            "most": SHOWN if ids is None else len(ids),
        }
        rows = prepared.fetch(_TALK, values)
        if not rows:
            return None
        pk, public_id, state, *rest, messages = rows[0]
        found = [_message(row) for row in json.loads(messages or "[]")]
        return cls(pk, public_id, ThreadState(state), *rest, found)  # type: ignore[call-arg]


def _message(row: dict[str, Any]) -> MessageFact:
    return MessageFact(
        id=row["id"],
        public_id=row["public_id"],
        no=row["no"],
        kind=Kind(row["kind"]),
        side=Side(row["side"]),
        text=row["text"],
        at=datetime.fromisoformat(row["at"]),
        name=row["name"] or "",
        email=row["email"] or "",
        line=row["line"],
        event=row["event"],
        files=[
            FileFact(public_id, name, FileKind(kind), *sizes)
            for public_id, name, kind, *sizes in row["files"] or ()
        ],
    )


def thread_of(invoice_id: int) -> Thread | None:
    """The invoice's thread, if anybody has begun one."""
    return Thread.objects.filter(invoice_id=invoice_id).first()


def file_of(invoice_id: int, file_id: uuid.UUID, *, for_staff: bool) -> Attachment | None:
    """A file of the invoice's thread; one that came with a note is for staff alone."""
    kinds = list(Kind) if for_staff else [Kind.MESSAGE]
    found = Attachment.objects.filter(message__thread__invoice_id=invoice_id)
    return found.filter(public_id=file_id, message__kind__in=kinds).first()
