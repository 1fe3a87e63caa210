"""What telling somebody needs to know."""

from collections.abc import Sequence

from invoices.billers.models import Membership, User
from invoices.billers.roles import ANSWERS
from invoices.customers.models import ContactPoint
from invoices.documents.links import sms
from invoices.documents.links.queries import trusted_emails, trusted_phones
from messaging.mail.models import IncomingMail, Letter, Presence, StaffMail, Told
from messaging.mail.states import Facts, LetterState, Way
from messaging.threads.models import Message, Thread
from messaging.threads.states import Kind, Side


def unread_by_customer(thread: Thread, told: Told) -> Sequence[Message]:
    """What staff wrote, and the customer has neither read nor been told of; in order."""
    since = max(thread.customer_read_no, told.customer_no)
    found = Message.objects.filter(thread=thread, kind=Kind.MESSAGE, side=Side.STAFF, no__gt=since)
    return list(found.select_related("user").order_by("no"))


def facts_of(thread: Thread, told: Told, unread: Sequence[Message]) -> Facts:
    """What ``states.plan`` decides by."""
    here = Presence.objects.filter(thread=thread).values_list("at", flat=True).first()
    return Facts(unread[0].at if unread else None, here, _ways(thread, told))


def _ways(thread: Thread, told: Told) -> list[Way]:
    """The first good e-mail address, then the first good telephone. Each as it has done so far."""
    points: list[ContactPoint] = trusted_emails(thread.customer)[:1]
    if sms.configured():
        points += trusted_phones(thread.customer)[:1]
    letters = list(Letter.objects.filter(thread=thread, contact_point__in=points))
    return [
        Way(
            point.pk,
            is_sms=point.kind == ContactPoint.Kind.PHONE,
            failures=sum(
                each.state == LetterState.FAILED and each.up_to_no > told.customer_no
                for each in letters
                if each.contact_point_id == point.pk
            ),
            is_over=_is_over([x for x in letters if x.contact_point_id == point.pk], told),
        )
        for point in points
    ]


def _is_over(letters: Sequence[Letter], told: Told) -> bool:
    """Whether the address takes nothing: the newest letter came back, or was refused for good."""
    newest = letters[-1] if letters else None
    if newest is None:
        return False
    refused = newest.is_permanent and newest.up_to_no > told.customer_no
    return newest.state == LetterState.RETURNED or refused


def references_of(thread: Thread, domain: str) -> list[str]:
    """The Message-IDs that a new letter follows: the thread's own, then what was written."""
    letters = Letter.objects.filter(thread=thread, state=LetterState.SENT, channel="email")
    ids = [(each.at, f"<{each.public_id}@{domain}>") for each in letters.order_by("-pk")[:8]]
    mails = IncomingMail.objects.filter(thread=thread).exclude(message_id="")
    ids += list(mails.order_by("-pk").values_list("received_at", "message_id")[:8])
    return [f"<{thread.public_id}@{domain}>", *(each for _at, each in sorted(ids)[-8:])]


def wants_mail(membership: Membership) -> bool:
    """Whether the member of staff wants an e-mail when nobody looked."""
    return StaffMail.objects.filter(membership=membership).exists()


def staff_to_tell(thread: Thread) -> Sequence[User]:
    """The thread's owner, or where it has none everybody who answers; of these, who wants it."""
    found = StaffMail.objects.filter(
        membership__biller=thread.biller_id,
        membership__role__in=ANSWERS,
        membership__user__is_active=True,
    )
    if thread.owner_id is not None:
        found = found.filter(membership__user=thread.owner_id)
    users = User.objects.filter(pk__in=found.values("membership__user"))
    return list(users.order_by("pk"))
