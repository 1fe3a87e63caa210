"""Credit: having it paid back takes a code, and staff who see money. The one payback is Anna's."""

from payments.models import PayoutFile, Refund
from tests.people import World
from tests.security.doors.actors import (
    MONEY_STAFF,
    Table,
    annas_alone,
    answering,
    billers,
    customers,
    fjords,
    staffs,
)
from tests.security.doors.places import BILLERS, OWN, STAFFS, Addresses, Places, below

CREDIT, STAFFS_CREDIT, REFUNDS = f"{OWN}credit/", f"{STAFFS}credit/", f"{BILLERS}refunds/"
PAYBACK = "back/<uuid:refund_id>/"
WITH_CODE = customers(302, 200, 302)

GET: Table = {
    f"{CREDIT}use/": customers(),
    f"{CREDIT}back/": WITH_CODE,
    f"{CREDIT}{PAYBACK}account/": annas_alone(302, 200, 302),
    f"{STAFFS_CREDIT}use/": staffs(MONEY_STAFF),
    f"{STAFFS_CREDIT}back/": staffs(MONEY_STAFF),
    REFUNDS: billers(MONEY_STAFF),
    f"{REFUNDS}panels/": billers(MONEY_STAFF),
    f"{REFUNDS}<uuid:refund_id>/": fjords(MONEY_STAFF),
    f"{REFUNDS}file/<uuid:file_id>/": fjords(MONEY_STAFF),
}
POST: Table = {
    f"{CREDIT}use/": answering(customers(), 422),
    f"{CREDIT}back/": answering(WITH_CODE, 422),
    f"{CREDIT}{PAYBACK}account/": annas_alone(302, 422, 302),
    f"{CREDIT}{PAYBACK}keep/": annas_alone(422, 422),  # in a file for the bank already
    f"{STAFFS_CREDIT}use/": staffs(MONEY_STAFF, 422),
    f"{STAFFS_CREDIT}back/": staffs(MONEY_STAFF, 422),
    f"{STAFFS_CREDIT}unuse/": staffs(MONEY_STAFF, 404),
    f"{REFUNDS}<uuid:refund_id>/": fjords(MONEY_STAFF, 422),
    f"{REFUNDS}file/": billers(MONEY_STAFF, 303),
    f"{REFUNDS}answer/": billers(MONEY_STAFF, 303),
}


def addresses(world: World, at: Places) -> Addresses:
    refund = Refund.objects.get(biller=world.fjord).public_id
    file = PayoutFile.objects.get(biller=world.fjord).public_id
    return {
        **below(OWN, at.own, ("credit/use/", "credit/back/")),
        **below(
            CREDIT,
            at.own,
            {PAYBACK + end: f"credit/back/{refund}/{end}" for end in ("account/", "keep/")},
        ),
        **below(STAFFS, at.staff, ("credit/use/", "credit/unuse/", "credit/back/")),
        **below(BILLERS, at.billers, [f"refunds/{end}" for end in _DESK]),
        **below(
            REFUNDS,
            at.billers,
            {
                "<uuid:refund_id>/": f"refunds/{refund}/",
                "file/<uuid:file_id>/": f"refunds/file/{file}/",
            },
        ),
    }


_DESK = ("", "panels/", "file/", "answer/")
