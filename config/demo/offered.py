"""Which ways to pay the demo's billers offer."""

import secrets

from invoices.billers.models import Biller
from invoices.history.actors import SYSTEM
from payments.providers.actions import connect_provider
from payments.providers.models import ProviderAccount


def offer_providers() -> None:
    """Give every biller the sandbox, once."""
    for biller in Biller.objects.all():
        if not ProviderAccount.objects.filter(biller=biller, provider="sandbox").exists():
            keys = {"secret": secrets.token_urlsafe(24)}
            connect_provider(biller, "sandbox", keys, live=False, actor=SYSTEM)
