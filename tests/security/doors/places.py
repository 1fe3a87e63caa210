"""Where everything lies: whose it is -> the path it begins with."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from tests.people import World

UNKNOWN = uuid.UUID(int=7)
# The routes most rooms lie below.
OWN = "invoice/<uuid:public_id>/"
STAFFS = "staff/<slug:slug>/invoice/<uuid:public_id>/"
BILLERS = "staff/<slug:slug>/"

type Addresses = dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Places:
    """The invoices as customers and as staff reach them, and the billers' own pages."""

    own: dict[str, str]
    staff: dict[str, str]
    billers: dict[str, str]


def places(world: World) -> Places:
    fjord, other = world.fjord.slug, world.other.slug
    annas, bos, namesakes = (i.public_id for i in (world.annas, world.bos, world.namesakes))
    own = {"annas": annas, "bos": bos, "namesakes": namesakes, "unknown": UNKNOWN}
    staff = {
        "annas": (fjord, annas),
        "bos": (fjord, bos),
        "namesakes": (other, namesakes),
        "annas at the wrong biller": (other, annas),
        "namesakes at the wrong biller": (fjord, namesakes),
        "unknown": (fjord, UNKNOWN),
        "unknown biller": ("nobody", annas),
    }
    slugs = {"fjord": fjord, "other": other, "unknown biller": "nobody"}
    return Places(
        {whose: f"/invoice/{pk}/" for whose, pk in own.items()},
        {whose: f"/staff/{slug}/invoice/{pk}/" for whose, (slug, pk) in staff.items()},
        {whose: f"/staff/{slug}/" for whose, slug in slugs.items()},
    )


def below(route: str, paths: dict[str, str], ends: dict[str, str] | Iterable[str]) -> Addresses:
    """Every end below the route, at each of the paths.

    ``ends`` says what to put for the arguments: pattern -> path; of ends without any, their names.
    """
    filled = ends if isinstance(ends, dict) else {end: end for end in ends}
    return {
        route + pattern: {whose: path + end for whose, path in paths.items()}
        for pattern, end in filled.items()
    }
