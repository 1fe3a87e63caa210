"""Limits on guessing and on sending, shared by all processes.

| what | by | at most |
|---|---|---|
| wrong tokens | address (IPv6: its /64) | 100 an hour; then every token from there is a 404 |
| wrong codes | address | 30 an hour |
| wrong codes | customer | 15 an hour: with 10^6 codes, a guess in 66,000 |
| codes sent | link | 3 in a quarter |
| codes sent | customer | 6 an hour |
| codes sent | address | 20 an hour |
| new links sent | link | 3 a day |
| new links sent | customer | 5 a day |
| new links sent | address | 20 an hour |
| pay-only links made | invoice | 10 a day |
| openings counted | link and browser | 1 in half an hour |
| openings counted | link | 20 an hour |

A table of our own and not the cache: the cache counts by reading and writing back, so guesses
made at the same moment would count as one, and it throws entries away when it is full. Here one
statement counts, and PostgreSQL lets none slip by. Addresses are kept as keyed hashes.
"""

import ipaddress
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from invoices import clock
from invoices.documents.links.models import Tally

SALT = "nota.links.limits"


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many in a window that begins with the first."""

    name: str
    most: int
    per: timedelta


HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WRONG_TOKENS = Limit("wrong-token-ip", 100, HOUR)
WRONG_CODES_BY_ADDRESS = Limit("wrong-code-ip", 30, HOUR)
WRONG_CODES_OF_CUSTOMER = Limit("wrong-code-customer", 15, HOUR)
CODES_OF_LINK = Limit("code-link", 3, timedelta(minutes=15))
CODES_OF_CUSTOMER = Limit("code-customer", 6, HOUR)
CODES_BY_ADDRESS = Limit("code-ip", 20, HOUR)
RENEWALS_OF_LINK = Limit("renew-link", 3, DAY)
RENEWALS_OF_CUSTOMER = Limit("renew-customer", 5, DAY)
RENEWALS_BY_ADDRESS = Limit("renew-ip", 20, HOUR)
SHARES_OF_INVOICE = Limit("share-invoice", 10, DAY)
OPENINGS_OF_VISIT = Limit("opened-visit", 1, timedelta(minutes=30))
OPENINGS_OF_LINK = Limit("opened-link", 20, HOUR)

_COUNT = (
    "INSERT INTO invoices_tally AS tally (key, until, count) VALUES (%(key)s, %(until)s, 1)"
    " ON CONFLICT (key) DO UPDATE SET"
    " count = CASE WHEN tally.until <= %(now)s THEN 1 ELSE tally.count + 1 END,"
    " until = CASE WHEN tally.until <= %(now)s THEN excluded.until ELSE tally.until END"
    " RETURNING count"
)
_TIDY = "DELETE FROM invoices_tally WHERE until < %s"


def count(limit: Limit, whose: object) -> bool:
    """Count one more; False when that is more than the limit allows."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"key": _key(limit, whose), "until": now + limit.per, "now": now})
        counted: int = cursor.fetchone()[0]
        if counted == 1:
            cursor.execute(_TIDY, [now - DAY])
    return counted <= limit.most


def count_all(*limits: tuple[Limit, object]) -> bool:
    """Count one more against each; False when one of them was too much."""
    counted = [count(limit, whose) for limit, whose in limits]
    return all(counted)


def full(limit: Limit, whose: object) -> bool:
    """Whether one more would be too much; counts nothing."""
    return Tally.objects.filter(
        key=_key(limit, whose), until__gt=clock.now(), count__gte=limit.most
    ).exists()


def address_of(request: HttpRequest) -> str:
    """Where a request comes from. One household has a whole /64 of IPv6 addresses.

    Behind a proxy uvicorn puts the client here, from proxies in FORWARDED_ALLOW_IPS alone.
    """
    given = str(request.META.get("REMOTE_ADDR", ""))
    try:
        address = ipaddress.ip_address(given)
    except ValueError:
        return given  # a socket file, or nothing: all of them count together
    if address.version == 6:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def _key(limit: Limit, whose: object) -> str:
    hashed: str = salted_hmac(SALT, f"{limit.name}:{whose}", algorithm="sha256").hexdigest()
    return hashed
