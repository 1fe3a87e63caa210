"""What is paid on the page, through providers."""

from invoices.errors import N_
from invoices.history.kinds.base import PAYING, Audience, Data, Kind, Tone, always


def _from_shared(data: Data) -> str:
    return N_("By somebody you shared a link to pay with.") if data.get("shared") else ""


PAYING_HERE: dict[str, Kind] = {
    "payment.started": Kind(
        always(N_("A payment of {amount} with {provider} was started.")),
        PAYING,
        detail=_from_shared,
    ),
    "payment.handed_over": Kind(
        always(N_("{provider} waits for the payment of {amount} to be approved.")),
        PAYING,
        audience=Audience.STAFF,
    ),
    "payment.approved": Kind(
        always(N_("The payment of {amount} with {provider} was approved.")),
        PAYING,
        audience=Audience.STAFF,
    ),
    "payment.declined": Kind(
        always(N_("The payment of {amount} with {provider} was declined. Nothing was drawn.")),
        PAYING,
        tone=Tone.WARN,
    ),
    "payment.cancelled": Kind(
        always(N_("The payment of {amount} with {provider} was cancelled. Nothing was drawn.")),
        PAYING,
    ),
    "payment.expired": Kind(
        always(N_("The payment of {amount} with {provider} was not completed. Nothing was drawn.")),
        PAYING,
    ),
    "payment.failed": Kind(
        always(N_("{provider} could not take the payment of {amount}. Nothing was drawn.")),
        PAYING,
        tone=Tone.WARN,
    ),
    "provider.connected": Kind(
        always(N_("Payments with {provider} are offered on invoices.")),
        ("paying",),
        audience=Audience.STAFF,
    ),
}
