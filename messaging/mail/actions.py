"""Telling whoever is away, and taking in what they answer. Each side is told once of each message.

Sending happens inside the transaction, as for codes and links: where it fails, link and entry are
taken back with it. Locked meanwhile is only the row that says who was told of what; rows that refer
to the invoice let changes of it through, so nobody on a page waits for a mail server.
"""

import hashlib
import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from invoices import clock
from invoices.billers.areas import Area
from invoices.billers.models import Membership
from invoices.customers.models import ContactPoint
from invoices.documents.links.actions import make_link
from invoices.documents.links.levels import Channel
from invoices.documents.models import Invoice
from invoices.errors import Refused
from invoices.history.actors import CUSTOMER, Actor
from invoices.history.record import record
from messaging.cards.queries import cards_with
from messaging.cards.titles import title_in
from messaging.files.checks import Checked, check_all
from messaging.mail import letters, queries, reading, states
from messaging.mail.keys import reply_address
from messaging.mail.models import IncomingMail, Letter, Outcome, Presence, StaffMail, Told
from messaging.mail.reading import File, Nature, Read
from messaging.mail.states import LetterState, Plan, Step, Verdict, Via, Way
from messaging.threads import actions as threads
from messaging.threads.models import Message, Thread
from messaging.threads.states import TEXT_MAX

MESSAGES_MAX = 5  # of one mail: longer ones end there, and their bytes are kept


# ---------------------------------------------------------------- out, to the customer


def tell_customer(thread_id: int, *, actor: Actor) -> timedelta | None:
    """Tell the customer of what is unread, if it is time; how long to wait before the next look.

    Records ``mail.told``; ``mail.failed`` when a way is given up, ``mail.unreachable`` when there
    is none left.
    """
    try:
        with transaction.atomic():
            thread, told = _locked(thread_id)
            unread = queries.unread_by_customer(thread, told)
            now = timezone.localtime(clock.now())
            patience = timedelta(seconds=settings.AWAY_AFTER_S)
            plan = states.plan(queries.facts_of(thread, told, unread), now, patience)
            if plan.step == Step.WAIT and plan.until is not None:
                return max(plan.until - now, timedelta(seconds=1))
            if plan.step == Step.GIVE_UP:
                _note_told(told, unread[-1].no)
                _tell("mail.unreachable", thread, actor)
            if plan.way is not None:
                _send(thread, told, unread, plan.way, actor)
            return None
    except letters.NotSentError as error:
        assert plan.way is not None, "something was to be sent"
        return _note_failure(thread_id, plan, unread[-1].no, error, actor=actor)


def _send(thread: Thread, told: Told, unread: Sequence[Message], way: Way, actor: Actor) -> None:
    """Make the link and hand the letter over; everything of it is taken back where that fails."""
    point = ContactPoint.objects.get(pk=way.point_id)
    channel = Channel.SMS if way.is_sms else Channel.EMAIL
    letter = Letter.objects.create(
        public_id=uuid.uuid4(),
        thread=thread,
        channel=channel,
        contact_point=point,
        up_to_no=unread[-1].no,
        state=LetterState.SENT,
        at=clock.now(),
    )
    _note_told(told, unread[-1].no)
    token = make_link(thread.invoice, actor=actor, channel=channel, contact_point=point)
    _tell("mail.told", thread, actor, channel=channel.value, up_to_no=letter.up_to_no)
    answer = _answer(thread, letter, unread, token)
    if way.is_sms:
        letters.send_sms(point.value, letters.sms_of(answer))
    else:
        letters.send_email(letters.email_of(answer, point.value))


def _answer(
    thread: Thread, letter: Letter, unread: Sequence[Message], token: str
) -> letters.Answer:
    invoice = thread.invoice
    # What takes a code on the page is neither in a mail, nor written by one.
    is_open = Area.MESSAGES not in invoice.biller.link_code_for
    address = reply_address(thread.pk, letter.contact_point_id or 0) if is_open else ""
    domain = letters.domain()
    path = reverse("open_link", args=[token])
    return letters.Answer(
        invoice=invoice,
        said=_said(invoice, unread) if is_open else [],
        url=f"{settings.BASE_URL.rstrip('/')}{path}#panel-messages",
        reply_to=address,
        message_id=f"<{letter.public_id}@{domain}>",
        references=[
            r for r in queries.references_of(thread, domain) if str(letter.public_id) not in r
        ],
    )


def _said(invoice: Invoice, unread: Sequence[Message]) -> list[letters.Said]:
    language = invoice.customer.language
    cards = cards_with([message.pk for message in unread])
    return [
        letters.Said(
            writer=letters.writer_of(message.user, invoice),
            when=letters.when_of(message.at, language),
            paragraphs=[each for each in message.text.split("\n\n") if each.strip()],
            proposal=title_in(cards[message.pk], language) if message.pk in cards else "",
        )
        for message in unread
    ]


@transaction.atomic
def _note_failure(
    thread_id: int, plan: Plan, up_to_no: int, error: letters.NotSentError, *, actor: Actor
) -> timedelta:
    """Count the failure; when this way is tried again, or the next one."""
    way = plan.way
    assert way is not None, "something was to be sent"
    thread, _told = _locked(thread_id)
    channel = Channel.SMS if way.is_sms else Channel.EMAIL
    Letter.objects.create(
        public_id=uuid.uuid4(),
        thread=thread,
        channel=channel,
        contact_point_id=way.point_id,
        up_to_no=up_to_no,
        state=LetterState.FAILED,
        is_permanent=error.permanent,
        at=clock.now(),
    )
    if error.permanent or way.failures + 1 >= states.TRIES_MAX:
        _tell("mail.failed", thread, actor, channel=channel.value)
        return timedelta(seconds=1)
    return states.RETRY_AFTER * (1 << way.failures)


@transaction.atomic
def note_here(thread: Thread, *, actor: Actor) -> None:
    """The customer's page of the thread is before somebody's eyes now."""
    assert actor == CUSTOMER, "staff are told by their inbox"
    Presence.objects.update_or_create(thread=thread, defaults={"at": clock.now()})


# ---------------------------------------------------------------- out, to staff


@transaction.atomic
def tell_staff(thread_id: int, *, actor: Actor) -> timedelta | None:
    """Tell whoever wants it that a customer has waited unseen; how long to wait before a look."""
    thread, told = _locked(thread_id)
    newest = Message.objects.filter(thread=thread, side="customer").order_by("-no").first()
    if newest is None or thread.waiting_since is None:
        return None
    if newest.no <= max(thread.staff_read_no, told.staff_no):
        return None
    due = newest.at + timedelta(seconds=settings.STAFF_AWAY_AFTER_S)
    if (wait := due - clock.now()) > timedelta():
        return wait
    told.staff_no = newest.no
    told.save(update_fields=["staff_no"])
    path = reverse("inbox_thread", args=[thread.invoice.biller.slug, thread.public_id])
    url = settings.BASE_URL.rstrip("/") + path
    biller = thread.invoice.biller
    for user in queries.staff_to_tell(thread):
        letters.send_email(letters.staff_email_of(user, biller.name, url, biller.language))
    return None


@transaction.atomic
def choose_staff_mail(membership: Membership, *, wanted: bool, actor: Actor) -> None:
    """Let the member of staff be told by e-mail, or no longer."""
    assert actor.user_id == membership.user_id, "everybody chooses for themselves"
    if wanted:
        StaffMail.objects.get_or_create(membership=membership)
    else:
        StaffMail.objects.filter(membership=membership).delete()


# ---------------------------------------------------------------- in


@transaction.atomic
def keep_mail(
    raw: bytes, thread: Thread, point_id: int, *, via: Via, null_sender: bool, actor: Actor
) -> IncomingMail | None:
    """Keep a mail as it came; None where the same one is kept already. Reading it is a job's."""
    assert actor == CUSTOMER, "whoever has the address writes for the customer"
    message_id = reading.message_id_of(raw)
    key = hashlib.sha256(message_id.encode() or raw).hexdigest()
    kept = IncomingMail.objects.bulk_create(
        [
            IncomingMail(
                public_id=uuid.uuid4(),
                thread=thread,
                point_id=point_id,
                key=key,
                message_id=message_id,
                raw=raw,
                via=via,
                null_sender=null_sender,
                received_at=clock.now(),
            )
        ],
        ignore_conflicts=True,
    )
    return IncomingMail.objects.filter(public_id=kept[0].public_id).first()


@transaction.atomic
def take_in(mail_id: int, *, actor: Actor) -> Outcome:
    """Read a kept mail and post what was written; once, however often it is asked.

    What machines wrote is noted for staff and never posted, so that no two of them can talk. A
    letter that came back for good lets the next way be tried.
    """
    mail = IncomingMail.objects.select_for_update(of=("self",)).get(pk=mail_id)
    if (done := Outcome.objects.filter(mail=mail).first()) is not None:
        return done
    thread = Thread.objects.select_related("invoice__biller", "customer").get(pk=mail.thread_id)
    try:
        read = reading.read(bytes(mail.raw), null_sender=mail.null_sender)
    except RecursionError:
        # Parts within parts without end: nobody's mail program makes that. It is kept.
        return _note(mail, thread, Verdict.UNREADABLE, actor)
    if read.nature == Nature.BOUNCED:
        if read.permanent:
            _note_returned(thread, mail.point_id)
        return _note(mail, thread, Verdict.BOUNCED, actor)
    if read.nature == Nature.AUTOMATIC:
        return _note(mail, thread, Verdict.AUTOMATIC, actor)
    if not read.text and not read.files:
        return _note(mail, thread, Verdict.EMPTY, actor)
    return _post(mail, thread, read, actor)


def _post(mail: IncomingMail, thread: Thread, read: Read, actor: Actor) -> Outcome:
    files = _taken(read.files)
    message = None
    # Files without words are a message too; what was refused is told below.
    pieces = _pieces(read.text) or ([""] if files else [])
    for place, piece in enumerate(pieces):
        message = threads.post(
            thread.invoice,
            piece,
            actor=CUSTOMER,
            message_id=uuid.uuid5(mail.public_id, str(place)),
            files=files if place == 0 else (),
        )
    elsewhere = "" if _is_theirs(thread, read.sender) else read.sender or "?"
    if elsewhere:
        _tell("mail.elsewhere", thread, actor, mail_id=mail.pk)
    if refused := len(read.files) - len(files):
        _tell("mail.files_refused", thread, actor, count=refused)
    verdict = Verdict.POSTED if message else Verdict.EMPTY
    return Outcome.objects.create(
        mail=mail, verdict=verdict, message=message, elsewhere=elsewhere, at=clock.now()
    )


def _taken(files: Sequence[File]) -> list[Checked]:
    """The files that may be kept, by the rules of the page; the first ones, where they are many."""
    taken: list[tuple[str, bytes]] = []
    checked: list[Checked] = []
    for file in files:
        try:
            checked = check_all([*taken, (file.name, file.content)])
        except Refused:
            continue  # counted by the caller, and told in the thread
        taken.append((file.name, file.content))
    return checked if taken else []


def _pieces(text: str) -> list[str]:
    """A long text in messages of the length they may have, cut at the ends of lines."""
    pieces: list[str] = []
    rest = text
    while rest.strip() and len(pieces) < MESSAGES_MAX:
        piece = rest[:TEXT_MAX]
        if len(rest) > TEXT_MAX and (end := piece.rfind("\n")) > TEXT_MAX // 2:
            piece = piece[:end]
        rest = rest[len(piece) :]
        if piece.strip():
            pieces.append(piece)
    return pieces


def _is_theirs(thread: Thread, sender: str) -> bool:
    points = ContactPoint.objects.filter(customer=thread.customer_id, kind=ContactPoint.Kind.EMAIL)
    return sender in {value.lower() for value in points.values_list("value", flat=True)}


def _note_returned(thread: Thread, point_id: int) -> None:
    """The address takes nothing: what it was told counts as untold, and the next way is tried."""
    _thread, told = _locked(thread.pk)
    sent = (
        Letter.objects.filter(thread=thread, contact_point=point_id, state=LetterState.SENT)
        .order_by("pk")
        .last()
    )
    if sent is not None:
        sent.state = LetterState.RETURNED
        sent.save(update_fields=["state"])
        told.customer_no = min(told.customer_no, thread.customer_read_no)
        told.save(update_fields=["customer_no"])


def _note(mail: IncomingMail, thread: Thread, verdict: Verdict, actor: Actor) -> Outcome:
    _tell("mail.noted", thread, actor, verdict=verdict.value)
    return Outcome.objects.create(mail=mail, verdict=verdict, at=clock.now())


def _locked(thread_id: int) -> tuple[Thread, Told]:
    """The thread as it stands, and who was told of what, locked."""
    Told.objects.bulk_create([Told(thread_id=thread_id)], ignore_conflicts=True)
    told = Told.objects.select_for_update(of=("self",)).get(thread_id=thread_id)
    related = ("invoice__biller", "invoice__customer", "customer")
    return Thread.objects.select_related(*related).get(pk=thread_id), told


def _note_told(told: Told, up_to_no: int) -> None:
    told.customer_no = up_to_no
    told.save(update_fields=["customer_no"])


def _tell(kind: str, thread: Thread, actor: Actor, **data: Any) -> None:
    record(
        kind,
        biller_id=thread.biller_id,
        actor=actor,
        invoice_id=thread.invoice_id,
        customer_id=thread.customer_id,
        **data,
    )
