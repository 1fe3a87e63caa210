"""Cards, through Stripe Checkout: Stripe's page takes the card, we never see it.

Stripe draws as the customer approves. Requests are forms; our reference is the idempotency key.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Final

from payments.providers.base import (
    Hook,
    Notice,
    Order,
    ProviderError,
    Seen,
    Started,
    Status,
)
from payments.providers.signatures import check_t_v1, json_of
from payments.providers.wire import Answer, call

SESSIONS: Final = "/v1/checkout/sessions"
VERSION: Final = "2024-06-20"  # of Stripe's API: the shape of what is read below
LANGUAGES: Final = frozenset({"nb", "sv", "en"})


@dataclass(frozen=True, slots=True, repr=False)
class Card:
    """``secret_key`` may be a restricted key (Checkout Sessions and Refunds: write);
    ``webhook_secret`` begins with whsec_."""

    secret_key: str
    webhook_secret: str
    base_url: str = "https://api.stripe.com"
    takes_seconds: ClassVar[int] = 1800

    def start(self, order: Order) -> Started:
        price = "line_items[0][price_data]"
        form = {
            "mode": "payment",
            "client_reference_id": order.reference,
            "success_url": order.return_url,
            "cancel_url": order.return_url,
            "payment_method_types[0]": "card",
            f"{price}[currency]": order.currency.lower(),
            f"{price}[unit_amount]": str(order.amount_minor),
            f"{price}[product_data][name]": order.text,
            "line_items[0][quantity]": "1",
            "payment_intent_data[metadata][reference]": order.reference,
            "locale": order.language if order.language in LANGUAGES else "auto",
        }
        said = _done(self._call("POST", SESSIONS, form, order.reference))
        return Started(str(said["id"]), url=str(said["url"]))

    def fetch(self, order: Order) -> Status:
        if not order.provider_ref:
            return Status(Seen.UNKNOWN)  # it never told us where: nobody can have paid there
        answer = self._call("GET", f"{SESSIONS}/{order.provider_ref}?expand[]=payment_intent")
        if answer.status == 404:
            return Status(Seen.UNKNOWN)
        said = _done(answer)
        state, paid = str(said["status"]), str(said["payment_status"])
        if paid == "paid":
            charge = (said.get("payment_intent") or {}).get("latest_charge")
            refunded = charge.get("amount_refunded", 0) if isinstance(charge, dict) else 0
            return Status(Seen.CAPTURED, int(said["amount_total"]), int(refunded), paid)
        return Status(Seen.EXPIRED if state == "expired" else Seen.PENDING, code=state)

    def capture(self, order: Order) -> None:
        """Stripe has drawn already."""

    def cancel(self, order: Order) -> None:
        if order.provider_ref:
            _done(self._call("POST", f"{SESSIONS}/{order.provider_ref}/expire", {}))

    def refund(self, order: Order, amount_minor: int, key: str) -> None:
        session = _done(self._call("GET", f"{SESSIONS}/{order.provider_ref}"))
        form = {"payment_intent": str(session["payment_intent"]), "amount": str(amount_minor)}
        _done(self._call("POST", "/v1/refunds", form, key))

    def verify(self, hook: Hook) -> Notice:
        header = hook.headers.get("stripe-signature", "")
        check_t_v1(header, self.webhook_secret, hook.raw, hook.now)
        event = json_of(hook.raw)
        data = event.get("data")
        thing = data.get("object") if isinstance(data, dict) else None
        reference = thing.get("client_reference_id") if isinstance(thing, dict) else None
        return Notice(str(reference or ""), str(event.get("id", "")))

    def _call(
        self, method: str, path: str, form: dict[str, str] | None = None, key: str = ""
    ) -> Answer:
        headers = {"Authorization": f"Bearer {self.secret_key}", "Stripe-Version": VERSION}
        if key:
            headers["Idempotency-Key"] = key
        return call(method, self.base_url + path, headers, form=form)


def _done(answer: Answer) -> dict[str, Any]:
    if answer.status < 300:
        return answer.said
    error = answer.said.get("error")
    told = error if isinstance(error, dict) else {}
    code = told.get("code") or told.get("type") or f"http_{answer.status}"
    raise ProviderError(str(code), permanent=True)
