"""Paying now: Anna's biller offers a provider, the other one none; Anna's one payment is over."""

from payments.models import PaymentIntent, ProviderAccount, SandboxPayment
from tests.people import World
from tests.security.doors.actors import (
    ANYBODY,
    CUSTOMERS,
    NOBODY,
    STAFF,
    Table,
    answering_with,
    came_back,
    only,
)
from tests.security.doors.places import OWN, UNKNOWN, Addresses, Places, below

PAYING = f"{OWN}pay/"
INTENT = "<uuid:intent_id>/"
HOOKS = "hooks/<slug:provider>/<uuid:public_id>/"
SANDBOX = "sandbox/<uuid:public_id>/"
PAYERS = ("anna", "anna_with_code", "payer")
PAY = {
    "annas": only(PAYERS),
    "bos": only(("bo",)),
    "namesakes": only(("namesake",), 303),
    "unknown": NOBODY,
}
ANNAS_PAYMENT = {"annas": only(PAYERS, 302)} | dict.fromkeys(
    ("bos", "namesakes", "unknown"), NOBODY
)

GET: Table = {
    PAYING: PAY,
    f"{PAYING}{INTENT}onward/": ANNAS_PAYMENT,
    f"{PAYING}{INTENT}back/": came_back(PAYERS),
    SANDBOX: {"annas": ANYBODY, "unknown": NOBODY},
}
POST: Table = {
    PAYING: answering_with(answering_with(PAY, 303, 422), 200, 422),
    f"{PAYING}{INTENT}cancel/": answering_with(ANNAS_PAYMENT, 302, 303),
    HOOKS: {
        "fjord": only(CUSTOMERS + STAFF, 403),  # not signed
        "another provider": NOBODY,
        "unknown": NOBODY,
    },
    SANDBOX: {"annas": only(CUSTOMERS + STAFF, 302), "unknown": NOBODY},
}


def addresses(world: World, at: Places) -> Addresses:
    account = ProviderAccount.objects.get(biller=world.fjord).public_id
    intent = PaymentIntent.objects.get(invoice=world.annas).public_id
    steps = {INTENT + end: f"pay/{intent}/{end}" for end in ("onward/", "back/", "cancel/")}
    return {
        **below(PAYING, at.own, {"": "pay/", **steps}),
        HOOKS: {
            "fjord": f"/hooks/sandbox/{account}/",
            "another provider": f"/hooks/vipps/{account}/",
            "unknown": f"/hooks/sandbox/{UNKNOWN}/",
        },
        SANDBOX: {
            "annas": f"/sandbox/{SandboxPayment.objects.get().public_id}/",
            "unknown": f"/sandbox/{UNKNOWN}/",
        },
    }
