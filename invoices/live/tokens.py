"""The signed token by which an open page may listen: topics and audience, no database behind it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from django.core import signing

SALT: Final = "nota.live.page"
MAX_AGE_S: Final = 12 * 60 * 60


@dataclass(frozen=True, slots=True)
class PageToken:
    """What a page was allowed to listen to when it was rendered."""

    topics: tuple[str, ...]
    audience: str
    only: frozenset[str] | None = None


def page_token(topics: Sequence[str], audience: str, only: Collection[str] | None = None) -> str:
    """Sign the right to listen to ``topics`` for the next 12 hours; to ``only`` these panels.

    Call it only where the reader's access has just been checked: whoever holds the token may
    listen. It carries no content, only which panels change and when.
    """
    more = [] if only is None else [sorted(only)]
    return signing.dumps([list(topics), audience, *more], salt=SALT)


def read_page_token(token: str) -> PageToken | None:
    """Read a token back; ``None`` when it is forged, damaged, absent or older than 12 hours."""
    try:
        topics, audience, *more = signing.loads(token, salt=SALT, max_age=MAX_AGE_S)
    except signing.BadSignature:
        return None
    return PageToken(tuple(topics), audience, frozenset(more[0]) if more else None)
