"""What pages of the conversation post besides words."""

import uuid

from django.http import Http404, HttpRequest


def posted_id(request: HttpRequest) -> uuid.UUID:
    """The id that the writer's page made for the message; a fresh one where it made none."""
    given = request.POST.get("message_id", "")
    try:
        return uuid.UUID(given) if given else uuid.uuid4()
    except ValueError:
        raise Http404 from None


def posted_marks(request: HttpRequest) -> tuple[int, int]:
    """The numbers of the last message shown, and of the last one seen; 0 for none."""
    got, read = (request.POST.get(name, "") for name in ("got", "read"))
    return (number(got), number(read))


def number(text: str) -> int:
    """A small whole number as it was posted; 0 for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0
