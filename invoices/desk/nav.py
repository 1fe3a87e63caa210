"""The staff's rail: the desk, the pages that upper floors add to it, security, set-up."""

from collections.abc import Collection
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from invoices.billers.access import memberships
from invoices.billers.models import Biller, Membership, User


@dataclass(frozen=True, slots=True)
class Door:
    """An entry in the rail."""

    label: str
    url: str
    icon: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A biller in the switcher."""

    name: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A staff page of an upper floor: its URL's name takes the biller's slug. ``label`` is a
    template, translated where it is shown."""

    name: str
    label: str
    icon: str
    roles: frozenset[str]


_pages: dict[str, Page] = {}


def register_page(name: str, label: str, icon: str, roles: Collection[str]) -> None:
    """Put a page into the rail of these roles; the same name again replaces nothing."""
    _pages.setdefault(name, Page(name, label, icon, frozenset(roles)))


def nav_of(user: User, membership: Membership, current: str) -> list[Door]:
    """The rail for a member of the biller's staff; ``current`` is the name of the page's URL."""
    slug = membership.biller.slug
    doors = [Door(_("Desk"), reverse("desk", args=[slug]), "invoice", current == "desk")]
    doors += [
        Door(_(page.label), reverse(page.name, args=[slug]), page.icon, current == page.name)
        for page in _pages.values()
        if membership.role in page.roles
    ]
    doors.append(Door(_("Security"), reverse("mfa_index"), "key"))
    if user.is_superuser:
        doors.append(Door(_("Set-up"), reverse("admin:index"), "settings"))
    return doors


def billers_of(user: User, biller: Biller) -> list[Place]:
    """All billers the user works for, for the switcher."""
    return [
        Place(m.biller.name, reverse("desk", args=[m.biller.slug]), m.biller == biller)
        for m in memberships(user)
    ]
