"""Vipps MobilePay Recurring, API v3: agreements that the customer approves in the app.

The amount differs from month to month: pricing is VARIABLE, and the customer sets the most that
may be drawn. Our reference is the external id and the idempotency key, so that asking twice makes
one agreement. The customer may stop it in the app: what counts is what ``find`` answers.

A draw is a charge: asked for at least two days before it is due, shown to the customer in the app,
drawn by Vipps on the day and tried again each day for ``retryDays``. Our reference is its order id,
which Vipps then calls the charge by, so that one whose answer was lost is found again.
"""

from typing import Any, Final

from payments.providers.base import ProviderError
from payments.providers.vipps import Vipps
from payments.providers.wire import Answer
from payments.schemes.base import Answered, Begun, Charge, Charged, ChargeSeen, Wanted

AGREEMENTS: Final = "/recurring/v3/agreements"
HIGHEST_MINOR: Final = 2_000_000  # what Vipps lets us suggest

_STATES: Final = {
    "PENDING": Answered.PENDING,
    "ACTIVE": Answered.ACTIVE,
    "STOPPED": Answered.STOPPED,
    "EXPIRED": Answered.EXPIRED,
}
TEXT_CHARS: Final = 45
_CHARGES: Final = {
    "PENDING": Charged.WAITING,  # not shown in the app yet
    "DUE": Charged.WAITING,  # shown; after its day: tried again
    "RESERVED": Charged.DRAWING,
    "PROCESSING": Charged.DRAWING,
    "CHARGED": Charged.DRAWN,
    "PARTIALLY_CAPTURED": Charged.DRAWN,
    "PARTIALLY_REFUNDED": Charged.DRAWN,
    "REFUNDED": Charged.DRAWN,
    "FAILED": Charged.FAILED,
    "CANCELLED": Charged.CANCELLED,
}


class VippsRecurring(Vipps):
    """The same sales unit and keys as for single payments."""

    def begin(self, wanted: Wanted) -> Begun:
        """Make the agreement, or find the one that this reference made before."""
        body = {
            "pricing": {
                "type": "VARIABLE",
                "suggestedMaxAmount": suggested(wanted.amount_minor),
                "currency": wanted.currency,
            },
            "interval": {"unit": "MONTH", "count": 1},
            "merchantRedirectUrl": wanted.return_url,
            "merchantAgreementUrl": wanted.return_url,
            "productName": wanted.what_for[:45],
            "productDescription": wanted.biller_name[:100],
            "externalId": wanted.reference,
            "scope": "",
        }
        said = done(self._call("POST", AGREEMENTS, wanted.reference, body))
        return Begun(str(said["vippsConfirmationUrl"]), str(said["agreementId"]))

    def find(self, wanted: Wanted) -> Answered:
        """How the agreement stands, from Vipps itself."""
        answer = self._call("GET", f"{AGREEMENTS}/{wanted.scheme_ref}")
        if answer.status == 404:
            return Answered.UNKNOWN
        return _STATES[str(done(answer)["status"])]  # a state we do not know is a KeyError

    def stop(self, wanted: Wanted) -> None:
        """End it. Vipps answers 400 where it had ended: then nothing is left to do."""
        path = f"{AGREEMENTS}/{wanted.scheme_ref}"
        answer = self._call("PATCH", path, f"{wanted.reference}-stop", {"status": "STOPPED"})
        if answer.status == 204 or self.find(wanted) in (Answered.STOPPED, Answered.EXPIRED):
            return
        done(answer)

    def charge(self, charge: Charge) -> None:
        """Ask Vipps to draw on the day, and to try again on those after it."""
        body = {
            "amount": charge.amount_minor,
            "currency": charge.currency,
            "description": charge.text[:TEXT_CHARS],
            "due": charge.due_on.isoformat(),
            "retryDays": charge.retry_days,
            "transactionType": "DIRECT_CAPTURE",
            "type": "RECURRING",
            "orderId": charge.reference,
            "externalId": charge.reference,
        }
        done(self._call("POST", _charges(charge), charge.reference, body))

    def find_charge(self, charge: Charge) -> ChargeSeen:
        """How it stands, from Vipps itself."""
        answer = self._call("GET", f"{_charges(charge)}/{charge.reference}")
        if answer.status == 404:
            return ChargeSeen(Charged.UNKNOWN)
        said = done(answer)
        sums = said.get("summary") or {}
        return ChargeSeen(
            _CHARGES[str(said["status"])],  # a state we do not know is a KeyError
            int(sums.get("captured") or 0),
            int(sums.get("refunded") or 0),
            str(said.get("failureReason") or ""),
        )

    def cancel_charge(self, charge: Charge) -> None:
        """Vipps answers 400 or 409 where it is too late: then ``find_charge`` says what it is."""
        path = f"{_charges(charge)}/{charge.reference}"
        answer = self._call("DELETE", path, f"{charge.reference}-cancel")
        if answer.status not in (400, 404, 409):
            done(answer)

    def refund_charge(self, charge: Charge, amount_minor: int, key: str) -> None:
        """Give money back to where it came from."""
        body = {"amount": amount_minor, "description": charge.text[:TEXT_CHARS]}
        done(self._call("POST", f"{_charges(charge)}/{charge.reference}/refund", key, body))


def _charges(charge: Charge) -> str:
    return f"{AGREEMENTS}/{charge.agreement}/charges"


def suggested(amount_minor: int) -> int:
    """The most to suggest: twice what this invoice is, in whole hundreds of kroner."""
    return min(HIGHEST_MINOR, -(-2 * amount_minor // 10_000) * 10_000)


def done(answer: Answer) -> dict[str, Any]:
    """What was answered; ProviderError with the title of the problem where it was refused."""
    if answer.status == 204:
        return {}
    if answer.status < 300:
        return answer.said
    raise ProviderError(str(answer.said.get("title", f"http_{answer.status}")), permanent=True)
