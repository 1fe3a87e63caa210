"""The signed token by which an open page may listen: topics and audience, no database behind it."""

from collections.abc import Collection, Sequence
from dataclasses import astuple, dataclass
from typing import Final

from django.core import signing

SALT: Final = "nota.live.page"
MAX_AGE_S: Final = 12 * 60 * 60


@dataclass(frozen=True, slots=True)
class Voice:
    """How a page may give signs to others on ``topic``: for which side, and under which name.

    What staff do is heard on ``room`` too, by pages that list what several look after; ``place``
    is what the page itself is called there.
    """

    topic: str
    side: str  # CUSTOMER or STAFF
    name: str = ""
    room: str = ""
    place: str = ""


CUSTOMER_SIDE: Final = "customer"
STAFF_SIDE: Final = "staff"


@dataclass(frozen=True, slots=True)
class PageToken:
    """What a page was allowed to listen to when it was rendered."""

    topics: tuple[str, ...]
    audience: str
    only: frozenset[str] | None = None
    voice: Voice | None = None


def page_token(
    topics: Sequence[str],
    audience: str,
    only: Collection[str] | None = None,
    voice: Voice | None = None,
) -> str:
    """Sign the right to listen to ``topics`` for the next 12 hours; to ``only`` these panels.

    Only a page with a ``voice`` gives and hears signs (see ``announcer``).

    Call it only where the reader's access has just been checked: whoever holds the token may
    listen. It carries no content, only which panels change and when.
    """
    heard = None if only is None else sorted(only)
    spoken = None if voice is None else list(astuple(voice))
    return signing.dumps([list(topics), audience, heard, spoken], salt=SALT)


def read_page_token(token: str) -> PageToken | None:
    """Read a token back; ``None`` when it is forged, damaged, absent or older than 12 hours."""
    try:
        topics, audience, only, voice = signing.loads(token, salt=SALT, max_age=MAX_AGE_S)
    except (signing.BadSignature, ValueError):  # or of an earlier form: the page loads anew
        return None
    return PageToken(
        tuple(topics),
        audience,
        None if only is None else frozenset(only),
        None if voice is None else Voice(*voice),
    )
