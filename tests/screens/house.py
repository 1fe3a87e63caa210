"""What the states are built from: two billers as the demo has them, and whoever comes to them."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from config.demo.bank import bank_file
from config.demo.memory import Memory, remember
from config.demo.seed import NORWEGIAN, SWEDISH, Words, seed
from config.demo.talks import seed_talks
from invoices import clock
from invoices.billers.models import Biller, User
from invoices.billers.roles import Role
from invoices.changes.actions import Asker
from invoices.customers.models import Customer
from invoices.documents.actions import issue_invoice
from invoices.documents.amounts import LineDraft
from invoices.documents.drafts import InvoiceDraft
from invoices.documents.links.levels import Channel, Level
from invoices.documents.models import Invoice
from invoices.history.actors import BANK, SYSTEM
from payments.bankfiles.actions import receive_file
from payments.matching.actions import match_file
from tests.build import a_biller, a_customer, a_link, a_member
from tests.people import link_behind, opener, proved

NAMES = ("Lina Haugen", "Omar Haddad", "Sara Lunde", "Håkon Vik", "Åsa Lund", "Per Öberg")
_turn = count()


@dataclass(frozen=True, slots=True)
class Shot:
    """A page as somebody reached it. ``act`` is what they do there in their browser."""

    path: str
    cookies: dict[str, str] = field(default_factory=dict)
    status: int = 200
    act: Callable[[Page], object] | None = None

    def then(self, act: Callable[[Page], object]) -> "Shot":
        """The same, and something done there."""
        return replace(self, act=act)


@dataclass
class House:
    """One biller, its staff, and what can happen to its invoices. ``today`` is the clock's."""

    biller: Biller
    words: Words
    today: date = field(default_factory=clock.today)

    @property
    def slug(self) -> str:
        return self.biller.slug

    def staff(self, role: Role = Role.FINANCE) -> User:
        """The demo's member of staff with the role, or one made for a biller without."""
        found = User.objects.filter(memberships__biller=self.biller, memberships__role=role).first()
        return found or a_member(self.biller, role)

    def asker(self, role: Role = Role.FINANCE) -> Asker:
        """The same, as actions ask for it."""
        return Asker("staff", self.staff(role).pk, role)

    def invoice(
        self, *lines: LineDraft, due_in: int = 6, of: Customer | None = None, before: bool = True
    ) -> Invoice:
        """An invoice issued a fortnight before it is due; last month's was paid, if ``before``."""
        customer = of or a_customer(self.biller, NAMES[next(_turn) % len(NAMES)])
        if before and not of:
            with self.days_ago(44 - due_in):
                last = self._issue(customer, 14, self.lines(17_600, wifi=False))
            with self.days_ago(34 - due_in, hour=9):
                self.pays(last, last.total_minor)
        with self.days_ago(14 - due_in):
            return self._issue(customer, 14, lines or self.lines(19_920, wifi=True))

    def lines(self, tv: int, *, wifi: bool) -> tuple[LineDraft, ...]:
        words = self.words
        period = words.month.format(last=30, name=words.months[2])
        shown = [
            LineDraft(words.fiber, 63_920, 2500, detail=period),
            LineDraft(words.tv, tv, 2500, detail=period, nature="" if wifi else "campaign"),
        ]
        extra = LineDraft(words.wifi, 4_080, 2500, detail=words.wifi_detail)
        return (*shown, extra) if wifi else tuple(shown)

    def _issue(self, customer: Customer, due_in: int, lines: tuple[LineDraft, ...]) -> Invoice:
        draft = InvoiceDraft(
            customer_id=customer.pk,
            customer_no=customer.reference_no,
            issued_on=clock.today(),
            due_on=clock.today() + timedelta(days=due_in),
            lines=lines,
        )
        return issue_invoice(draft, biller=self.biller, actor=SYSTEM)

    def days_ago(self, days: int, hour: int = 8) -> Any:
        """A morning so many days ago, or ahead; never later than now."""
        day = clock.today() - timedelta(days=days)
        morning = timezone.make_aware(datetime.combine(day, time(hour)))
        return clock.standing_at(min(morning, timezone.now()))

    def pays(self, invoice: Invoice, amount: int, reference: str = "") -> None:
        """The bank sends the payment, and it is led to its invoice."""
        paid = (reference or invoice.reference, amount, invoice.customer.name)
        name, raw = bank_file(self.biller, [paid])
        match_file(receive_file(self.biller, name, raw, actor=BANK).file)

    # ------------------------------------------------------------------ who looks

    def customer(self, invoice: Invoice, path: str = "", *, code: bool = False) -> Shot:
        """The customer on a page of the invoice, after entering a code if need be."""
        link = a_link(invoice)
        actor = opener("customer", link)
        if code:
            actor = proved(actor, link_behind(link))
        return Shot(page_of(invoice) + path, actor.cookies)

    def payer(self, invoice: Invoice) -> Shot:
        """Whoever was given the pay-only link."""
        link = a_link(invoice, Level.PAY_ONLY, Channel.SHARED)
        return Shot(page_of(invoice), opener("payer", link).cookies)

    def at_desk(self, path: str = "", role: Role = Role.FINANCE) -> Shot:
        """A member of staff on a page below the desk."""
        browser = Client()
        browser.force_login(self.staff(role), backend=settings.AUTHENTICATION_BACKENDS[0])
        cookies = {name: morsel.value for name, morsel in browser.cookies.items()}
        return Shot(f"/staff/{self.slug}/{path}", cookies)

    def staff_on(self, invoice: Invoice, path: str = "", role: Role = Role.FINANCE) -> Shot:
        """A member of staff on a page of the invoice."""
        return self.at_desk(f"invoice/{invoice.public_id}/{path}", role)

    def beside(self, slug: str, name: str, **facts: Any) -> "House":
        """Another biller in the same country, made when first asked for."""
        slug = f"{slug}-{self.biller.country.lower()}"
        made = Biller.objects.filter(slug=slug).first()
        return replace(self, biller=made or _a_biller(self.biller, slug, name, facts))


def _a_biller(like: Biller, slug: str, name: str, facts: dict[str, Any]) -> Biller:
    new = a_biller(slug, like.country)
    shared = {key: getattr(like, key) for key in ("org_no", "support_email", "support_phone")}
    for key, value in (shared | {"name": name, "languages": like.languages} | facts).items():
        setattr(new, key, value)
    new.save()
    return new


def page_of(invoice: Invoice) -> str:
    """The path of the customer's page."""
    return reverse("invoice_page", args=[invoice.public_id])


def the_houses() -> dict[str, House]:
    """By country, in an empty database, as the demo has them; the control room finds its links."""
    known = Memory()
    seed(known)
    seed_talks()
    remember(Path(settings.DATA_DIR), known)
    return {
        "NO": House(Biller.objects.get(slug="fjordfiber"), NORWEGIAN),
        "SE": House(Biller.objects.get(slug="mobilo"), SWEDISH),
    }
