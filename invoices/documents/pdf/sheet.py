"""What the press is given: data alone, known on both sides. Pure."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Embedded:
    """The invoice's XML, which makes its PDF a Factur-X document."""

    name: str
    xml: bytes
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document to draw."""

    html: str
    embedded: Embedded | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """Why there is no PDF: the press cannot work on this machine, or not with this sheet."""

    words: str
    no_press: bool = False
