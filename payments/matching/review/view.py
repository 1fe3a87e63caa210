"""What the review knows while it is drawn."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from invoices import clock
from invoices.billers.models import Biller, Membership, User
from invoices.history.queries import newest_of_biller
from invoices.live.tokens import page_token
from payments.bankfiles.models import BankLine
from payments.matching.queries import ranked_for
from payments.matching.ranking import Ranked
from payments.matching.review.queries import PER_PAGE, Box, in_box


@dataclass
class ReviewView:
    """One biller's payments that wait, as one member of staff sees them; with a line, the one that
    is looked at. ``find`` is what an invoice is looked for by; ``typed`` and ``error`` are what a
    form held that could not be followed; ``done`` is the payment that was decided on just now.
    """

    membership: Membership
    user: User
    box: Box = Box.WAITING
    query: str = ""
    find: str = ""
    start: int = 0
    line: BankLine | None = None
    done: BankLine | None = None
    typed: Sequence[tuple[str, str]] = ()
    error: str = ""
    forms: dict[str, uuid.UUID] = field(default_factory=dict)

    @property
    def biller(self) -> Biller:
        return self.membership.biller

    @property
    def viewer(self) -> str:
        return self.membership.role

    @property
    def places(self) -> frozenset[str]:
        """What of the page there is: beside the list, nothing until a payment is looked at."""
        return frozenset({"queue", "talk", "side"} if self.line else {"queue"})

    @property
    def language(self) -> str:
        return get_language() or "en"

    @property
    def heading(self) -> str:
        return _("Payments")

    @property
    def title(self) -> str:
        return f"{_('Payments')} · {self.biller.name}"

    @cached_property
    def lines(self) -> list[BankLine]:
        """The payments of the box from ``start``, and one more where there are more."""
        found = in_box(self.box, self.biller.pk, self.query)
        return list(found[self.start : self.start + PER_PAGE + 1])

    @cached_property
    def ranked(self) -> dict[int, list[Ranked]]:
        """Where the payments that are shown may belong, worked out at once."""
        ids = {line.pk for line in self.lines[:PER_PAGE]} if self.box == Box.WAITING else set()
        if self.line is not None:
            ids.add(self.line.pk)
        return ranked_for(self.biller.pk, sorted(ids)) if ids else {}

    def form_id(self, name: str) -> uuid.UUID:
        """What a form of this page sends along, so that it is followed once."""
        return self.forms.setdefault(name, uuid.uuid4())

    @property
    def panels_url(self) -> str:
        return self.url("panels")

    def url(self, what: str = "") -> str:
        """This page, or what can be asked of it."""
        if self.line is None:
            name = "review_panels" if what == "panels" else "review"
            return reverse(name, args=[self.biller.slug])
        return self.line_url(self.line.public_id, what)

    def line_url(self, public_id: uuid.UUID, what: str = "") -> str:
        """Where a payment is, or what can be asked of it."""
        name = f"review_payment_{what}" if what else "review_payment"
        return reverse(name, args=[self.biller.slug, public_id])

    @property
    def bulk_url(self) -> str:
        return reverse("review_bulk", args=[self.biller.slug])

    @property
    def quality_url(self) -> str:
        return reverse("review_quality", args=[self.biller.slug])

    @property
    def socket_token(self) -> str:
        return page_token([f"b{self.biller.pk}"], self.viewer)

    @cached_property
    def version(self) -> int:
        return newest_of_biller(self.biller.pk)

    @cached_property
    def on(self) -> date:
        return clock.today()
