"""How rooms and upper floors get onto a page: they register a panel, the page asks for it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from invoices.billers.roles import SEES_INVOICES, SEES_MONEY, Role

CUSTOMER = "customer"
# Whoever holds a pay-only link. Not in EVERYONE: this viewer has a page of its own, "pay_only",
# and no panel reaches it by accident.
PAYER = "payer"
EVERYONE = frozenset({CUSTOMER, *Role})
STAFF = frozenset(Role)
INVOICE_STAFF = SEES_INVOICES
MONEY_STAFF = SEES_MONEY


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of a page that is drawn, authorised and refreshed on its own.

    ``context`` takes the page's own view object (``page.view.InvoiceView`` or
    ``desk.view.DeskView``) and returns what the template knows as ``panel``; it only reads.
    The same template serves the first paint and every update. ``audience`` holds who may see it:
    CUSTOMER, PAYER and roles. ``order`` sorts within ``place``. A context of None: there is nothing
    to draw now; an empty, hidden panel keeps the place, for what may come while the page is open.
    A context with an ``order`` of its own, other than None, stands there instead.
    A view with ``places`` shows these only, and no panel of another is drawn or sent to it.
    Only a panel that ``can_look_back`` is drawn on the invoice as it stood at a moment.
    ``area`` is one of ``billers.areas.Area``: where the view's ``locked`` holds it, a locked panel
    stands in its place until the reader has entered a code. Nothing does where the panel is not
    ``told_of``: another one of the area tells of it.
    """

    page: str  # "invoice", "pay_only" or "desk"
    name: str
    template: str
    context: Callable[[Any], Any]
    place: str = "main"
    order: int = 50
    audience: frozenset[str] = EVERYONE
    can_look_back: bool = False
    area: str = ""
    told_of: bool = True


@dataclass(frozen=True, slots=True)
class Locked:
    """What a locked panel's template knows: whose place it holds."""

    name: str
    area: str


@dataclass(frozen=True, slots=True)
class Nothing:
    """What an empty panel's template knows: whose place it keeps."""

    name: str


LOCKED_TEMPLATE = "invoices/links/_locked.html"
NOTHING_TEMPLATE = "components/nothing.html"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A panel with its context made, ready for its template."""

    name: str
    template: str
    place: str
    context: Any
    order: int


_panels: dict[tuple[str, str], Panel] = {}


def register(panel: Panel) -> None:
    """Put a panel on its page. The same name registered again must be the same panel."""
    key = (panel.page, panel.name)
    assert _panels.get(key, panel) == panel, f"two panels are called {key}"
    _panels[key] = panel


def draw(
    page: str,
    viewer: str,
    view: Any,
    names: Collection[str] | None = None,
    *,
    looking_back: bool = False,
) -> list[Drawn]:
    """The page's panels that the viewer may see, in order; of these only ``names`` if given.

    Who may see a panel, where the page shows it, and that it has its place do not change while a
    page is open: whatever an update brings has somewhere to go.
    """
    places: Collection[str] | None = getattr(view, "places", None)
    chosen = [
        panel
        for panel in sorted(_panels.values(), key=lambda panel: (panel.order, panel.name))
        if panel.page == page
        and viewer in panel.audience
        and (names is None or panel.name in names)
        and (places is None or panel.place in places)
        and (panel.can_look_back or not looking_back)
    ]
    locked: Collection[str] = getattr(view, "locked", ())
    return sorted((_drawn(panel, view, locked) for panel in chosen), key=lambda panel: panel.order)


def _drawn(panel: Panel, view: Any, locked: Collection[str]) -> Drawn:
    if panel.area and panel.area in locked:
        place = Locked(panel.name, panel.area)
        return _in_its_place(panel, LOCKED_TEMPLATE, place) if panel.told_of else _nothing(panel)
    context = panel.context(view)
    if context is None:
        return _nothing(panel)
    own = getattr(context, "order", None)
    return _in_its_place(panel, panel.template, context, own)


def _nothing(panel: Panel) -> Drawn:
    return _in_its_place(panel, NOTHING_TEMPLATE, Nothing(panel.name))


def _in_its_place(panel: Panel, template: str, context: Any, own: int | None = None) -> Drawn:
    order = panel.order if own is None else own
    return Drawn(panel.name, template, panel.place, context, order)


def names_on(page: str) -> frozenset[str]:
    """The names of all panels of a page."""
    return frozenset(name for of_page, name in _panels if of_page == page)
