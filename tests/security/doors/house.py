"""What is nobody's own: the app, the logo, the language, the lamps; and the desk."""

from invoices.billers.looks import logo_url_of
from tests.people import World
from tests.security.doors.actors import (
    ANNAS,
    ANYBODY,
    DESK,
    LOGIN,
    MONEY_STAFF,
    NOBODY,
    OURS,
    STAFF,
    Table,
    billers,
    only,
)
from tests.security.doors.places import BILLERS, UNKNOWN, Addresses, Places, below

GET: Table = {
    "logo/<uuid:public_id>/<slug:mark>.png": {
        "fjord": ANYBODY,
        "without": NOBODY,
        "unknown biller": NOBODY,
    },
    # To the invoice opened last, or to where a new link is asked for; others are told how.
    "app/": {"own": ANYBODY | dict.fromkeys((*ANNAS, "bo", "namesake", "expired"), 302)},
    "app/offline/": {"own": ANYBODY},
    "app/<uuid:public_id>.webmanifest": {"fjord": ANYBODY, "unknown biller": NOBODY},
    "worker.js": {"own": ANYBODY},
    "staff/": {"own": only(STAFF, DESK, LOGIN) | {"superuser": 403}},
    BILLERS: billers(OURS),
    f"{BILLERS}panels/": billers(OURS),
    "healthz": {"open": ANYBODY},
    "readyz": {"open": ANYBODY},
}
POST: Table = {
    f"{BILLERS}bankfiles/": billers(MONEY_STAFF, DESK),
    "language/": {"own": only((), else_=302)},
}


def addresses(world: World, at: Places) -> Addresses:
    return {
        "logo/<uuid:public_id>/<slug:mark>.png": {
            "fjord": logo_url_of(world.fjord),
            "without": f"/logo/{world.other.public_id}/x.png",
            "unknown biller": f"/logo/{UNKNOWN}/x.png",
        },
        "app/": {"own": "/app/"},
        "app/offline/": {"own": "/app/offline/"},
        "app/<uuid:public_id>.webmanifest": {
            "fjord": f"/app/{world.fjord.public_id}.webmanifest",
            "unknown biller": f"/app/{UNKNOWN}.webmanifest",
        },
        "worker.js": {"own": "/worker.js"},
        "staff/": {"own": "/staff/"},
        **below(BILLERS, at.billers, ("", "panels/", "bankfiles/")),
        "language/": {"own": "/language/"},
        "healthz": {"open": "/healthz"},
        "readyz": {"open": "/readyz"},
    }
