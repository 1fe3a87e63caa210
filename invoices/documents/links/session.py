"""What a browser carries: which links it has opened, and since when it has proved itself.

A signed cookie, HttpOnly and ``__Host-`` behind HTTPS. It grants nothing by itself: every request
asks whether the links named in it still lead in. Its id changes whenever its rights grow.
"""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from invoices import clock

SALT = "nota.links"
KEPT = 10
MAX_AGE_S = 12 * 3600
PROVED_FOR = timedelta(minutes=30)


def _new_id() -> str:
    return secrets.token_urlsafe(16)


@dataclass(frozen=True, slots=True)
class LinkSession:
    """``links`` are ids, the newest first; ``proved_link`` is the one a code was entered for.

    ``visitor`` stays when the ``id`` changes: a browser is one visitor all along.
    """

    id: str
    visitor: str
    links: tuple[int, ...] = ()
    proved_link: int | None = None
    proved_at: datetime | None = None

    @classmethod
    def new(cls) -> Self:
        return cls(_new_id(), _new_id())

    @property
    def sha256(self) -> bytes:
        """What is kept of the id beside a code, to bind it to this browser."""
        return hashlib.sha256(self.id.encode()).digest()

    @property
    def proof(self) -> int | None:
        """The link a code was entered for within the last half hour."""
        if self.proved_at is None:
            return None
        age = clock.now() - self.proved_at
        return self.proved_link if timedelta() <= age < PROVED_FOR else None

    def opened(self, link_id: int) -> "LinkSession":
        """After a link was opened."""
        others = (pk for pk in self.links if pk != link_id)
        return replace(self, links=(link_id, *others)[:KEPT])

    def proved(self, link_id: int) -> "LinkSession":
        """After the right code: a new id, so that nothing learnt before holds."""
        return replace(self, id=_new_id(), proved_link=link_id, proved_at=clock.now())

    def unproved(self) -> "LinkSession":
        """After locking again."""
        return replace(self, id=_new_id(), proved_link=None, proved_at=None)


def session_of(request: HttpRequest) -> LinkSession | None:
    """The browser's session; None where it has none, or one that is old or not ours."""
    try:
        kept = signing.loads(
            request.COOKIES.get(settings.LINK_COOKIE_NAME, ""), salt=SALT, max_age=MAX_AGE_S
        )
        proved_at = datetime.fromisoformat(kept["at"]) if kept["at"] else None
        links = tuple(int(pk) for pk in kept["links"])
        return LinkSession(kept["id"], kept["visitor"], links, kept["proved"], proved_at)
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None  # not ours, too old, or of an earlier form: the link opens anew


def keep(response: HttpResponseBase, session: LinkSession) -> None:
    """Send the session to the browser."""
    kept = {
        "id": session.id,
        "visitor": session.visitor,
        "links": session.links,
        "proved": session.proved_link,
        "at": session.proved_at.isoformat() if session.proved_at else None,
    }
    response.set_cookie(
        settings.LINK_COOKIE_NAME,
        signing.dumps(kept, salt=SALT),
        max_age=MAX_AGE_S,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
        path="/",
    )
