"""Which ways to pay the demo's billers offer: simulated providers, and the sandbox."""

import json
import secrets
from urllib.parse import urljoin

from config.demo.debits import offer_schemes, seed_debits
from config.demo.memory import Memory
from config.demo.processes import port_is_free
from config.demo.talks import seed_talks
from invoices.billers.models import Biller
from invoices.history.actors import SYSTEM
from payments.providers.actions import connect_provider
from payments.providers.models import ProviderAccount
from payments.providers.seal import unseal
from payments.providers.work import hook_path

OFFERED = {"fjordfiber": ("vipps", "card", "sandbox"), "mobilo": ("swish", "card", "sandbox")}


def simulator_port(port: int) -> int:
    """A free port beside the demo's own, the same at the next run if nobody has taken it."""
    return next(each for each in range(port + 1, port + 100) if port_is_free(each))


def offer_providers(memory: Memory, base: str, simulators: str) -> str:
    """Connect every biller with its providers; the simulators' accounts, as JSON for them.

    ``base`` is where the demo is served, ``simulators`` where they are. Keys are made once.
    """
    accounts: dict[str, list[dict[str, str]]] = {"vipps": [], "swish": [], "card": []}
    for slug, providers in OFFERED.items():
        biller = Biller.objects.get(slug=slug)
        for provider in providers:
            keys = _keys(memory, slug, provider, simulators)
            account = _connected(biller, provider, keys)
            if provider in accounts:
                url = urljoin(base, hook_path(account))
                accounts[provider].append({**keys, "hook_url": url})
    accounts["agreements"] = offer_schemes(memory, simulators)
    seed_debits(memory)
    seed_talks()
    return json.dumps(accounts)


def _connected(biller: Biller, provider: str, keys: dict[str, str]) -> ProviderAccount:
    """The account with these keys, connected anew only where they are others."""
    account = ProviderAccount.objects.filter(biller=biller, provider=provider).first()
    if account is None or unseal(account.sealed) != keys:
        account = connect_provider(biller, provider, keys, live=False, actor=SYSTEM)
    return account


def _keys(memory: Memory, slug: str, provider: str, simulators: str) -> dict[str, str]:
    kept = memory.keys.setdefault(f"{slug}:{provider}", {})
    made = {
        "vipps": ("client_id", "client_secret", "subscription_key", "webhook_secret"),
        "swish": ("identifier",),
        "card": ("secret_key", "webhook_secret"),
        "sandbox": ("secret",),
    }
    for name in made[provider]:
        kept.setdefault(name, secrets.token_hex(16))
    if provider == "sandbox":
        return kept
    own = {"base_url": f"{simulators}/{provider}"}
    if provider == "vipps":
        own["msn"] = "123456"
    if provider == "swish":
        own |= {"payee_alias": "1231181189", "app_url": f"{simulators}/swish/app"}
    return kept | own
