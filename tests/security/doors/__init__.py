"""Every door of the house, a file for each room: what lies behind it, and who is let in.

A new URL gets three lines in its room's file: an address of somebody's own, and what everybody
gets for GET and for POST. Whatever stands in neither table answers 405.
"""

from tests.people import World
from tests.security.doors import (
    autopay,
    changes,
    credit,
    documents,
    house,
    paying,
    review,
    talks,
)
from tests.security.doors.actors import Table
from tests.security.doors.places import Addresses, places

_ROOMS = (house, documents, changes, paying, autopay, credit, review, talks)

# What GET and HEAD get, and what POST gets: pattern -> whose -> actor -> status.
GET: Table = {pattern: row for room in _ROOMS for pattern, row in room.GET.items()}
POST: Table = {pattern: row for room in _ROOMS for pattern, row in room.POST.items()}


def addresses(world: World) -> Addresses:
    """Pattern -> whose -> a path that leads somewhere."""
    at = places(world)
    return {pattern: row for room in _ROOMS for pattern, row in room.addresses(world, at).items()}
