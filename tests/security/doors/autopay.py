"""Automatic payment: mandates, draws, and the files that go out with them.

The one mandate is the namesake's, and so is the one file for the bank; nobody has a draw: who
may stop one that is there, tests/payments/claims asks.
"""

from payments.models import Mandate, OutgoingFile
from tests.people import World
from tests.security.doors.actors import (
    ANNAS,
    DAG,
    DESK,
    INVOICE_STAFF,
    MONEY_STAFF,
    NOBODY,
    STAFF_NOBODY,
    Expected,
    Table,
    answering,
    billers,
    came_back,
    customers,
    only,
    staff_only,
    staffs,
)
from tests.security.doors.places import BILLERS, OWN, STAFFS, UNKNOWN, Addresses, Places, below

AUTOPAY = f"{OWN}autopay/"
MANDATE = "<uuid:mandate_id>/"
DRAW = "draws/<uuid:claim_id>/"
FILE = f"{BILLERS}outgoing/<uuid:file_id>/"


def the_namesakes(status: int) -> dict[str, Expected]:
    """What takes the namesake's own mandate."""
    return dict.fromkeys(("annas", "bos", "unknown"), NOBODY) | {
        "namesakes": only(("namesake",), status)
    }


# Where no account of the customer's can be asked for, it leads back to the invoice.
FORM = customers(303, 303) | {"bos": only(("bo",), 303)}

GET: Table = {
    AUTOPAY: FORM,
    f"{AUTOPAY}sign/": customers(302, 302, 302),
    f"{AUTOPAY}sign/code/": customers(),
    f"{AUTOPAY}sign/open/": customers(302, 302, 302),
    f"{AUTOPAY}{MANDATE}onward/": the_namesakes(303),
    f"{AUTOPAY}{MANDATE}back/": came_back(ANNAS),
    f"{AUTOPAY}{MANDATE}pdf/": the_namesakes(200),
}
POST: Table = {
    AUTOPAY: answering(FORM, 422),
    f"{AUTOPAY}yes/": answering(customers(), 303),
    f"{AUTOPAY}sign/": answering(customers(), 303),
    f"{AUTOPAY}note/<slug:what>/": answering(customers(), 204),
    f"{AUTOPAY}do/<slug:what>/": answering(customers(), 303),
    **{
        f"{OWN}{DRAW}{what}/": dict.fromkeys(customers(), NOBODY)
        for what in ("stop", "resume", "instead")
    },
    **{
        f"{STAFFS}{DRAW}{what}/": dict.fromkeys(staffs(()), STAFF_NOBODY)
        for what in ("stop", "resume")
    },
    **{
        f"{STAFFS}autopay/{what}/": answering(staffs(roles), 422)
        for what, roles in (
            ("pause", INVOICE_STAFF),
            *((what, ("cia_agent", "admin")) for what in ("resume", "stop", "restore")),
        )
    },
    f"{BILLERS}draws/<uuid:file_id>/accepted/": dict.fromkeys(billers(()), STAFF_NOBODY),
    f"{BILLERS}mandates/write/": billers(MONEY_STAFF, DESK),
    FILE: {
        "others": staff_only(DAG),
        "others at the wrong biller": STAFF_NOBODY,
        "unknown": STAFF_NOBODY,
    },
}


def addresses(world: World, at: Places) -> Addresses:
    mandate = Mandate.objects.get(customer=world.namesakes.customer).public_id
    file = OutgoingFile.objects.get(biller=world.other).public_id
    fjord, other = world.fjord.slug, world.other.slug
    steps = {
        **{f"autopay/{end}": f"autopay/{end}" for end in ("", "yes/", *_SIGNING)},
        "autopay/note/<slug:what>/": "autopay/note/seen/",
        "autopay/do/<slug:what>/": "autopay/do/stop/",
        **{
            f"autopay/{MANDATE}{end}/": f"autopay/{mandate}/{end}/"
            for end in ("onward", "back", "pdf")
        },
    }
    stop, resume, instead = (
        {f"{DRAW}{what}/": f"draws/{UNKNOWN}/{what}/"} for what in ("stop", "resume", "instead")
    )
    act = {f"autopay/{w}/": f"autopay/{w}/" for w in ("pause", "resume", "stop", "restore")}
    return {
        **below(OWN, at.own, steps | stop | resume | instead),
        **below(STAFFS, at.staff, stop | resume | act),
        **below(
            BILLERS,
            at.billers,
            {
                "draws/<uuid:file_id>/accepted/": f"draws/{UNKNOWN}/accepted/",
                "mandates/write/": "mandates/write/",
            },
        ),
        FILE: {
            "others": f"/staff/{other}/outgoing/{file}/",
            "others at the wrong biller": f"/staff/{fjord}/outgoing/{file}/",
            "unknown": f"/staff/{other}/outgoing/{UNKNOWN}/",
        },
    }


_SIGNING = ("sign/", "sign/code/", "sign/open/")
