"""The payments that wait, for finance and administrators; the one there is is Fjordfiber's."""

from payments.models import BankLine
from tests.people import World
from tests.security.doors.actors import (
    MONEY_STAFF,
    STAFF_NOBODY,
    Expected,
    Table,
    billers,
    staff_only,
)
from tests.security.doors.places import BILLERS, UNKNOWN, Addresses, Places, below

REVIEW = f"{BILLERS}payments/"
LINE = f"{REVIEW}<uuid:line_id>/"
ACTS = ("book/", "split/", "credit/", "mark/", "undo/")


def the_payment(status: int = 200) -> dict[str, Expected]:
    return {
        "fjords": staff_only(MONEY_STAFF, status),
        "fjords at the wrong biller": STAFF_NOBODY,
        "unknown": STAFF_NOBODY,
    }


GET: Table = {
    **{REVIEW + end: billers(MONEY_STAFF) for end in ("", "panels/", "many/", "quality/")},
    **{LINE + end: the_payment() for end in ("", "panels/")},
}
POST: Table = {
    # Whoever ticks nothing is led back to the list; an act that names nothing is refused.
    f"{REVIEW}many/": billers(MONEY_STAFF, 303),
    **{LINE + act: the_payment(422) for act in ACTS},
}


def addresses(world: World, at: Places) -> Addresses:
    line = BankLine.objects.get().public_id
    lines = {
        "fjords": f"{at.billers['fjord']}payments/{line}/",
        "fjords at the wrong biller": f"{at.billers['other']}payments/{line}/",
        "unknown": f"{at.billers['fjord']}payments/{UNKNOWN}/",
    }
    pages = ("payments/", "payments/panels/", "payments/many/", "payments/quality/")
    return {
        **below(BILLERS, at.billers, pages),
        **below(LINE, lines, ("", "panels/", *ACTS)),
    }
