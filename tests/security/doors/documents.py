"""The invoice's page, its papers, and the links that lead to it."""

from invoices.models import HistoryEntry
from tests.people import World, link_behind
from tests.security.doors.actors import (
    ANNAS,
    CUSTOMERS,
    DESK,
    INVOICE_STAFF,
    NOBODY,
    NOT_BOS,
    NOT_BOS_STAFF,
    STAFF,
    STAFF_NOBODY,
    TALKING_STAFF,
    Table,
    annas_alone,
    customers,
    only,
    staff_only,
    staffs,
)
from tests.security.doors.places import OWN, STAFFS, UNKNOWN, Addresses, Places, below

RECEIPT = "receipt/<uuid:entry_id>/"
LINK = "access/<uuid:link_id>/"
POINT = "you/<uuid:point_id>/"
WITH_CODE = customers(302, 200, 302)
# The link in the path is Anna's: at another invoice there is none such.
STAFF_LINK = dict.fromkeys(staffs(()), STAFF_NOBODY) | {"annas": staff_only(TALKING_STAFF, DESK)}

GET: Table = {
    "i/<str:token>": {
        "living": only(CUSTOMERS + STAFF, 302),  # whoever holds the link may use it
        "expired": only(CUSTOMERS + STAFF, 302),  # to where a new one can be asked for
        "revoked": NOBODY,
        "unknown": NOBODY,
    },
    "link/<uuid:link_id>/": {
        "expired": only(("expired",), 410),
        "living": only(ANNAS, 302),
        "revoked": NOBODY,
        "unknown": NOBODY,
    },
    OWN: customers(payer=200, expired=302),
    f"{OWN}panels/": customers(payer=200),
    f"{OWN}pdf/": customers(),
    f"{OWN}pdf/now/": customers(),
    f"{OWN}{RECEIPT}": customers() | NOT_BOS,
    f"{OWN}access/": customers(),
    f"{OWN}code/": customers(200, 302, 200),
    f"{OWN}you/": WITH_CODE,
    f"{OWN}{POINT}confirm/": annas_alone(302, 200, 302),
    f"{OWN}all/": WITH_CODE,
    **{
        f"{STAFFS}{end}": staffs(INVOICE_STAFF)
        for end in ("", "panels/", "pdf/", "pdf/now/", "links/")
    },
    f"{STAFFS}{RECEIPT}": staffs(INVOICE_STAFF) | NOT_BOS_STAFF,
}
POST: Table = {
    f"{OWN}opened/": customers(204, 204, 204, 204),
    f"{OWN}access/share/": customers(),
    f"{OWN}{LINK}close/": annas_alone(200, 200),
    f"{OWN}{LINK}replace/": annas_alone(302, 302, 302),
    f"{OWN}code/": customers(422, 302, 422),
    f"{OWN}code/send/": customers(302, 302, 302),
    f"{OWN}code/forget/": customers(302, 302, 302),
    f"{OWN}you/add/": customers(302, 422, 302),
    f"{OWN}{POINT}remove/": annas_alone(302, 422, 302),
    f"{OWN}{POINT}first/": annas_alone(302, 302, 302),
    f"{OWN}{POINT}confirm/": annas_alone(302, 422, 302),
    f"{OWN}{POINT}confirm/send/": annas_alone(302, 302, 302),
    "link/<uuid:link_id>/renew/": {
        "expired": only(("expired",), 302),
        "living": NOBODY,
        "revoked": NOBODY,
        "unknown": NOBODY,
    },
    f"{STAFFS}links/send/": staffs(TALKING_STAFF, DESK),
    f"{STAFFS}links/<uuid:link_id>/close/": STAFF_LINK,
    f"{STAFFS}links/<uuid:link_id>/replace/": STAFF_LINK,
}


def addresses(world: World, at: Places) -> Addresses:
    """Links, contact points and the one receipt are Anna's, and asked for at every invoice."""
    link = link_behind(world.annas_link).public_id
    point = world.annas.customer.contact_points.get(kind="email").public_id
    paid = HistoryEntry.objects.filter(invoice=world.annas, kind="payment.matched").first()
    receipt = {RECEIPT: f"receipt/{paid.public_id if paid else UNKNOWN}/"}
    links = {
        "expired": link_behind(world.expired_link).public_id,
        "living": link,
        "revoked": link_behind(world.revoked_link).public_id,
        "unknown": UNKNOWN,
    }
    plain = ("", "panels/", "pdf/", "pdf/now/")
    below_points = ("remove/", "first/", "confirm/", "confirm/send/")
    return {
        "i/<str:token>": {
            "living": world.annas_link,
            "expired": world.expired_link,
            "revoked": world.revoked_link,
            "unknown": "/i/" + "A" * 32,
        },
        **below(
            "link/<uuid:link_id>/",
            {whose: f"/link/{pk}/" for whose, pk in links.items()},
            ("", "renew/"),
        ),
        **below(OWN, at.own, (*plain, "opened/", "access/", "access/share/", "you/", "you/add/")),
        **below(OWN, at.own, ("code/", "code/send/", "code/forget/", "all/")),
        **below(OWN, at.own, receipt),
        **below(OWN, at.own, {f"{LINK}{end}/": f"access/{link}/{end}/" for end in _ON_A_LINK}),
        **below(OWN, at.own, {POINT + end: f"you/{point}/{end}" for end in below_points}),
        **below(STAFFS, at.staff, (*plain, "links/", "links/send/")),
        **below(STAFFS, at.staff, receipt),
        **below(
            f"{STAFFS}links/",
            at.staff,
            {f"<uuid:link_id>/{end}/": f"links/{link}/{end}/" for end in _ON_A_LINK},
        ),
    }


_ON_A_LINK = ("close", "replace")
