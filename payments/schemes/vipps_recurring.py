"""Vipps MobilePay Recurring, API v3: agreements that the customer approves in the app.

The amount differs from month to month: pricing is VARIABLE, and the customer sets the most that
may be drawn. Our reference is the external id and the idempotency key, so that asking twice makes
one agreement. The customer may stop it in the app: what counts is what ``fetch`` answers.
"""

from typing import Any, Final

from payments.providers.base import ProviderError
from payments.providers.vipps import Vipps
from payments.providers.wire import Answer
from payments.schemes.base import Answered, Begun, Wanted

AGREEMENTS: Final = "/recurring/v3/agreements"
HIGHEST_MINOR: Final = 2_000_000  # what Vipps lets us suggest

_STATES: Final = {
    "PENDING": Answered.PENDING,
    "ACTIVE": Answered.ACTIVE,
    "STOPPED": Answered.STOPPED,
    "EXPIRED": Answered.EXPIRED,
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
