"""The only writer of links: made, shared, opened, replaced, closed."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from invoices import clock
from invoices.customers.actions import remove_contact_point
from invoices.customers.models import ContactPoint
from invoices.documents.links.access import topic_of
from invoices.documents.links.levels import Channel, Level
from invoices.documents.links.models import SecretLink
from invoices.documents.links.queries import unclosed
from invoices.documents.links.tokens import new_token, token_hash
from invoices.documents.models import Invoice
from invoices.history.actors import Actor
from invoices.history.record import Draft, record, record_many
from invoices.live import ring


@dataclass(frozen=True, slots=True)
class LinkDraft:
    """A link to be: to which invoice, how far it leads, by which way it goes, to whom."""

    invoice_id: int
    customer_id: int
    level: Level = Level.OWN
    channel: Channel = Channel.OTHER
    contact_point_id: int | None = None
    made_for: str = ""


@transaction.atomic
def make_links(drafts: Sequence[LinkDraft], *, biller_id: int, actor: Actor) -> list[str]:
    """Make many links of one biller; their tokens, in order, which are kept nowhere.

    Records ``link.shared`` for pay-only links the customer makes, else ``link.made``.
    """
    tokens = [new_token() for _ in drafts]
    now = clock.now()
    SecretLink.objects.bulk_create(
        SecretLink(
            invoice_id=draft.invoice_id,
            token_sha256=token_hash(token),
            level=draft.level,
            channel=draft.channel,
            contact_point_id=draft.contact_point_id,
            made_for=draft.made_for,
            made_by=actor.kind,
            made_by_user_id=actor.user_id,
            created_at=now,
        )
        for draft, token in zip(drafts, tokens, strict=True)
    )
    for kind in ("link.made", "link.shared"):
        told = [draft for draft in drafts if _kind_of(draft) == kind]
        record_many(
            kind,
            [
                Draft({"level": d.level, "channel": d.channel}, d.invoice_id, d.customer_id)
                for d in told
            ],
            biller_id=biller_id,
            actor=actor,
        )
    return tokens


def make_link(
    invoice: Invoice,
    *,
    actor: Actor,
    level: Level = Level.OWN,
    channel: Channel = Channel.OTHER,
    contact_point: ContactPoint | None = None,
    made_for: str = "",
) -> str:
    """Make a link for one recipient and message; its token, which is kept nowhere."""
    draft = LinkDraft(
        invoice.pk,
        invoice.customer_id,
        level,
        channel,
        contact_point.pk if contact_point else None,
        made_for,
    )
    return make_links([draft], biller_id=invoice.biller_id, actor=actor)[0]


def share_link(invoice: Invoice, *, made_for: str = "", actor: Actor) -> str:
    """Make a pay-only link for the customer to hand on; records ``link.shared``."""
    return make_link(
        invoice, actor=actor, level=Level.PAY_ONLY, channel=Channel.SHARED, made_for=made_for
    )


@transaction.atomic
def revoke_link(link: SecretLink, *, actor: Actor) -> None:
    """Close a link at once, also for those who are inside, and their sockets.

    Revoking twice is once. Records ``link.revoked``.
    """
    link = _locked(link.pk)
    if link.revoked_at is not None:
        return
    link.revoked_at = clock.now()
    link.save(update_fields=["revoked_at"])
    _tell(link, "link.revoked", actor)
    ring.close([topic_of(link)])


@transaction.atomic
def replace_link(link: SecretLink, *, contact_point: ContactPoint, actor: Actor) -> str | None:
    """Close a link for good and make its successor, which goes to ``contact_point``; its token.

    The old one stays closed even if the facts would open it again. None where somebody has
    revoked it meanwhile. A link replaced before gets another successor, and the ones it had stay
    open: whoever found an old link must not shut the customer out. Records ``link.rotated``.
    """
    link = _locked(link.pk)
    if link.revoked_at is not None:
        return None
    token = make_link(
        link.invoice,
        actor=actor,
        level=Level(link.level),
        channel=Channel.EMAIL,
        contact_point=contact_point,
    )
    link.replaced_by = SecretLink.objects.get(token_sha256=token_hash(token))
    link.save(update_fields=["replaced_by"])
    _tell(link, "link.rotated", actor)
    ring.close([topic_of(link)])
    return token


@transaction.atomic
def count_opening(link: SecretLink, invoice: Invoice, *, actor: Actor) -> None:
    """A page of the link really ran before somebody's eyes.

    The link counts every visit; the history tells the first one of each day
    (``invoice.opened``), so that it stays a story. Nobody can say who it was: a link can leak.
    """
    link = _locked(link.pk)
    before, now = link.last_opened_at, clock.now()
    SecretLink.objects.filter(pk=link.pk).update(
        first_opened_at=link.first_opened_at or now,
        last_opened_at=now,
        opened_count=F("opened_count") + 1,
    )
    if before is None or clock.day_of(before) < clock.day_of(now):
        record(
            "invoice.opened",
            biller_id=invoice.biller_id,
            actor=actor,
            invoice_id=invoice.pk,
            customer_id=invoice.customer_id,
            level=link.level,
            channel=link.channel,
        )


@transaction.atomic
def forget_recipient(
    point: ContactPoint, *, invoice: Invoice, keep_link: SecretLink, actor: Actor
) -> None:
    """Remove a contact point and close the links that were sent there, but for the one in use.

    Refused for the last one. Records ``contact.removed`` and a ``link.revoked`` for each.
    """
    sent_there = unclosed().filter(contact_point=point).exclude(pk=keep_link.pk)
    for link in sent_there.order_by("invoice_id", "pk"):
        revoke_link(link, actor=actor)
    remove_contact_point(point, invoice_id=invoice.pk, actor=actor)


def _locked(pk: int) -> SecretLink:
    return SecretLink.objects.select_for_update(of=("self",)).select_related("invoice").get(pk=pk)


def _kind_of(draft: LinkDraft) -> str:
    return "link.shared" if draft.channel == Channel.SHARED else "link.made"


def _tell(link: SecretLink, kind: str, actor: Actor) -> None:
    record(
        kind,
        biller_id=link.invoice.biller_id,
        actor=actor,
        invoice_id=link.invoice_id,
        customer_id=link.invoice.customer_id,
        level=link.level,
        channel=link.channel,
    )
