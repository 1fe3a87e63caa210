"""The only writer of a biller's own terms."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction

from invoices import clock
from invoices.billers.models import Biller
from invoices.errors import N_, Refused
from invoices.history.actors import Actor
from invoices.history.record import record
from payments.schemes.models import SchemeTerms
from payments.schemes.registry import label_of
from payments.schemes.terms import DEFAULTS, NAMES, with_own

_MOST = 400  # days, hours, tries: nothing that a scheme knows of is more


@transaction.atomic
def set_terms(
    biller: Biller, scheme: str, own: Mapping[str, int], *, valid_from: date, actor: Actor
) -> SchemeTerms:
    """Let the biller's own terms hold from a day on; records ``scheme.terms_set``.

    Refused for a scheme or a term that there is not, a figure that makes no sense, and a day that
    has passed: what was planned then was planned by other terms. Setting what holds anyway adds
    nothing.
    """
    if scheme not in DEFAULTS:
        raise Refused(N_("Choose one of: {names}."), names=", ".join(DEFAULTS))
    unknown = sorted(set(own) - NAMES)
    if unknown:
        raise Refused(N_("There is no term called {name}."), name=unknown[0])
    hours = [value for name, value in own.items() if name.endswith("_hour")]
    if any(not 0 <= value <= _MOST for value in own.values()) or any(h > 23 for h in hours):
        raise Refused(N_("A term is a number of days, tries, or an hour from 0 to 23."))
    terms = with_own(DEFAULTS[scheme], dict(own))
    if terms.cancel_by_bank_days > terms.send_by_bank_days:
        raise Refused(N_("A draw must be possible to take back at least until it can be sent."))
    if valid_from < clock.today():
        raise Refused(N_("Terms hold from today on, or from a later day."))
    same = SchemeTerms.objects.filter(biller=biller, scheme=scheme, valid_from__lte=valid_from)
    latest = same.first()
    if latest is not None and latest.own == dict(own):
        return latest
    row = SchemeTerms.objects.create(
        biller=biller, scheme=scheme, valid_from=valid_from, own=dict(own), made_at=clock.now()
    )
    record(
        "scheme.terms_set",
        biller_id=biller.pk,
        actor=actor,
        scheme=label_of(scheme),
        valid_on=valid_from.isoformat(),
        own=dict(own),
    )
    return row
