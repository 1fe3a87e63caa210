"""The one road of claims along their edges, and what a person wants of a single draw.

Whoever moves claims has locked their invoices (``lock_invoices``). ``Moves`` collects what changes
and what is told of it, and writes both at once: one claim is a set of one.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import connection

from invoices import clock
from invoices.documents.models import Invoice
from invoices.history.actors import Actor
from invoices.history.record import Draft, record_many
from payments.claims.models import Claim
from payments.claims.states import AT_BANK, FAILED, IN_FLIGHT, ClaimState, kind_of
from payments.claims.words import NOT_SAID, why
from payments.mandates.doorbell import ring_elsewhere
from payments.schemes.base import Transport
from payments.schemes.registry import SCHEMES, label_of
from payments.underway import actions as underway
from payments.underway.models import Underway

_FIELDS = (
    *("state", "mandate", "plan", "part", "amount_minor", "draw_on", "needs_notice"),
    *("notice_from", "notice_by", "send_from", "send_by", "cancel_by", "answer_by"),
    *("reference", "sent_on", "file", "cancelled_in", "tries", "retry_on", "reason"),
    *("by_wish", "overlap_told", "line", "refund", "changed_at"),
    *("asked_at", "drawn_minor", "refunded_minor", "look_at"),
)


def lock_invoices(invoice_ids: Collection[int]) -> None:
    """Hold the invoices, in order of id: nothing of what is left of them changes meanwhile."""
    assert connection.in_atomic_block
    rows = Invoice.objects.filter(pk__in=invoice_ids).order_by("pk")
    list(rows.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))


def holding(scheme: str) -> frozenset[ClaimState]:
    """The states in which nobody may pay by hand. A file that takes a claim back goes out with the
    transaction; an API must have answered first."""
    return AT_BANK if SCHEMES[scheme].transport == Transport.API else IN_FLIGHT


def reference_of(claim: Claim) -> str:
    """What money on its way is known by."""
    return claim.public_id.hex


class Moves:
    """What becomes of a set of claims in one transaction."""

    def __init__(self, actor: Actor) -> None:
        assert connection.in_atomic_block
        self._actor = actor
        self._now: datetime = clock.now()
        self._made: list[Claim] = []
        self._changed: dict[int, Claim] = {}
        self._ended: list[Claim] = []
        self._told: list[tuple[str, Claim, dict[str, Any]]] = []

    @property
    def changed(self) -> list[Claim]:
        """What was changed so far."""
        return list(self._changed.values())

    def make(self, claim: Claim) -> None:
        """A new claim; told as planned."""
        claim.state = ClaimState.PLANNED
        claim.made_at = claim.changed_at = self._now
        self._made.append(claim)
        self._told.append(("claim.planned", claim, {}))

    def move(self, claim: Claim, new: ClaimState, **told: Any) -> None:
        """Along an edge. What it leaves behind at the bank is no longer under way."""
        old = ClaimState(claim.state)
        kind = kind_of(old, new)
        held = holding(claim.scheme)
        if old in held and new not in held:
            self._ended.append(claim)
        claim.state = new
        self.tell(kind, claim, **told)

    def tell(self, kind: str, claim: Claim, **told: Any) -> None:
        """Something of the claim that is no edge."""
        self._changed[claim.pk] = claim
        self._told.append((kind, claim, told))

    def touch(self, claim: Claim) -> None:
        """Something of the claim that nobody needs to be told of."""
        self._changed[claim.pk] = claim

    def write(self) -> None:
        """Store it all, and record it; what is told is told as the claims stand now."""
        for claim in self._changed.values():
            claim.changed_at = self._now
        # A part's number is free again only when the claim that had it has gone.
        Claim.objects.bulk_update(self._changed.values(), _FIELDS)
        Claim.objects.bulk_create(self._made)
        for claim in self._ended:
            underway.end(by=Underway.By.CLAIM, reference=reference_of(claim))
        self._record()

    def _record(self) -> None:
        invoices = {claim.invoice_id for _, claim, _ in self._told}
        whose = dict(Invoice.objects.filter(pk__in=invoices).values_list("pk", "customer_id"))
        drafts: dict[tuple[int, str], list[Draft]] = defaultdict(list)
        for kind, claim, told in self._told:
            draft = Draft(_data(claim, told), claim.invoice_id, whose[claim.invoice_id])
            drafts[claim.biller_id, kind].append(draft)
        for (biller_id, kind), each in drafts.items():
            record_many(kind, each, biller_id=biller_id, actor=self._actor)
        if whose:
            ring_elsewhere(set(whose.values()), heard=set(whose))


def _data(claim: Claim, told: dict[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = {
        "amount_minor": claim.amount_minor,
        "draw_on": claim.draw_on.isoformat(),
        "scheme": label_of(claim.scheme),
        "claim": str(claim.public_id),
    }
    if claim.reason:
        data["cause"] = claim.reason
    sentence = why(claim.reason)
    if claim.state in FAILED:
        sentence = sentence or NOT_SAID
    if sentence:
        data["why"] = sentence
    return {**data, **told}


def claims_locked(claim_ids: Iterable[int]) -> list[Claim]:
    """The claims, with their invoices locked before them."""
    ids = list(claim_ids)
    lock_invoices(set(Claim.objects.filter(pk__in=ids).values_list("invoice_id", flat=True)))
    claims = Claim.objects.filter(pk__in=ids).select_related("mandate__payee", "biller")
    return list(claims.order_by("pk"))
