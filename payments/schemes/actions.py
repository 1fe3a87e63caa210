"""The only writer of what billers have agreed on direct debit."""

from collections.abc import Mapping

from django.db import transaction

from invoices.billers.models import Biller, PayeeAccount
from invoices.errors import N_, Refused
from invoices.history.actors import Actor
from invoices.history.record import record
from payments.providers.seal import seal
from payments.schemes.models import SchemeAccount
from payments.schemes.registry import SCHEMES, connect


@transaction.atomic
def connect_scheme(
    biller: Biller,
    scheme: str,
    keys: Mapping[str, object],
    *,
    payee: PayeeAccount,
    sender: str = "",
    live: bool,
    actor: Actor,
) -> SchemeAccount:
    """Offer a scheme on the biller's invoices, or give it new keys; records ``scheme.connected``.

    Refused for an unknown scheme, one of another country, another biller's account, and keys that
    it does not know or lacks. The keys are kept sealed, and told to nobody.
    """
    kind = SCHEMES.get(scheme)
    if kind is None:
        raise Refused(N_("Choose one of: {names}."), names=", ".join(SCHEMES))
    if biller.country != kind.country or payee.biller_id != biller.pk:
        raise Refused(N_("{scheme} is not for this account."), scheme=kind.label)
    if sender and not sender.isdecimal():
        raise Refused(N_("The number that the bank knows the biller by has digits only."))
    try:
        connect(scheme, dict(keys))
    except (TypeError, ValueError) as error:
        # Its text names keys, never their values.
        raise Refused(N_("The keys are not right: {why}."), why=str(error)) from None
    account, _made = SchemeAccount.objects.update_or_create(
        biller=biller,
        scheme=scheme,
        defaults={
            "payee": payee,
            "sender": sender,
            "sealed": seal(keys),
            "live": live,
            "is_open": True,
            "rank": list(SCHEMES).index(scheme),
        },
    )
    record("scheme.connected", biller_id=biller.pk, actor=actor, scheme=kind.label)
    return account
