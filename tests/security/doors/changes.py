"""Changes of an invoice, by the customer and by staff; and what is said of paying it."""

from tests.people import World
from tests.security.doors.actors import (
    INVOICE_STAFF,
    MONEY_STAFF,
    Table,
    answering,
    customers,
    staffs,
)
from tests.security.doors.places import OWN, STAFFS, Addresses, Places, below

CHANGES = ("changes/due-date/", "changes/split/")
STAFF_CHANGES = tuple(
    f"changes/{step}/"
    for step in ("due-date", "split", "credit", "write-down", "charge", "dispute")
)
MONEY_CHANGES = ("changes/cancel/", "changes/collection/")
UNDO = "changes/undo/"
# What is said of paying: by the customer, or by staff who were told.
SAID = ("paid/", "promise/")
SAID_BACK = ("paid/back/", "promise/back/")

GET: Table = {
    f"{OWN}changes/": customers(),
    **{f"{OWN}{step}": customers() for step in CHANGES + SAID},
    **{f"{STAFFS}{step}": staffs(INVOICE_STAFF) for step in STAFF_CHANGES + SAID},
    **{f"{STAFFS}{step}": staffs(MONEY_STAFF) for step in MONEY_CHANGES},
}
# Without fields a form is refused; taking back names nothing to take back: 404 for everybody.
POST: Table = {
    **{f"{OWN}{step}": answering(customers(), 422) for step in CHANGES + SAID},
    **{f"{STAFFS}{step}": staffs(INVOICE_STAFF, 422) for step in STAFF_CHANGES + SAID},
    **{f"{STAFFS}{step}": staffs(MONEY_STAFF, 422) for step in MONEY_CHANGES},
    **{f"{OWN}{step}": answering(customers(), 404) for step in (UNDO, *SAID_BACK)},
    **{f"{STAFFS}{step}": staffs(INVOICE_STAFF, 404) for step in (UNDO, *SAID_BACK)},
}


def addresses(_: World, at: Places) -> Addresses:
    both = (UNDO, *SAID, *SAID_BACK)
    return {
        **below(OWN, at.own, ("changes/", *CHANGES, *both)),
        **below(STAFFS, at.staff, (*STAFF_CHANGES, *MONEY_CHANGES, *both)),
    }
