"""The conversations: Anna and her namesake have written; the one file and card are Anna's."""

from messaging.models import Attachment, Card, Incident, Reply, Thread
from tests.people import World
from tests.security.doors.actors import (
    ANNAS,
    CUSTOMERS,
    DAG,
    DESK,
    INVOICE_STAFF,
    NOBODY,
    NOT_BOS,
    NOT_BOS_STAFF,
    STAFF,
    STAFF_NOBODY,
    TALKING_STAFF,
    Expected,
    Table,
    answering,
    billers,
    customers,
    fjords,
    only,
    staff_only,
    staffs,
)
from tests.security.doors.places import BILLERS, OWN, STAFFS, UNKNOWN, Addresses, Places, below

MESSAGES = f"{OWN}messages/"
FILES = ("<uuid:file_id>/", "<uuid:file_id>/small/")
ANSWER = "answers/<uuid:answer_id>/"
CARD = "proposals/<uuid:card_id>/"
INBOX = f"{BILLERS}inbox/"
THREAD = f"{INBOX}<uuid:thread_id>/"
PROPOSALS = tuple(f"propose/{what}/" for what in ("due-date", "split", "credit", "direct-debit"))
INCIDENT = "incidents/<uuid:incident_id>/"
SETUP, SETUP_ITEM = "setup/<slug:kind>/", "setup/<slug:kind>/<uuid:item_id>/"
HELD = "held/<uuid:held_id>/"
ADMIN = ("admin",)


def threads(status: int | str = 200) -> dict[str, Expected]:
    return {
        "annas": staff_only(TALKING_STAFF, status),
        "namesakes": staff_only(DAG, status),
        "annas at the wrong biller": STAFF_NOBODY,
        "namesakes at the wrong biller": STAFF_NOBODY,
        "unknown": STAFF_NOBODY,
    }


GET: Table = {
    **{f"{MESSAGES}files/{end}": customers() | NOT_BOS for end in FILES},
    **{f"{STAFFS}files/{end}": staffs(INVOICE_STAFF) | NOT_BOS_STAFF for end in FILES},
    **{INBOX + end: billers(TALKING_STAFF) for end in ("", "panels/", "mail/", "incidents/")},
    INBOX + INCIDENT: fjords(TALKING_STAFF),
    f"{INBOX}setup/": billers(ADMIN),
    INBOX + SETUP: billers(ADMIN),
    INBOX + SETUP_ITEM: fjords(ADMIN),
    **{THREAD + end: threads() for end in ("", "panels/", "replies/", *PROPOSALS)},
}
POST: Table = {
    # Without a text a message is refused; an act without a choice leads back with the sentence.
    MESSAGES: answering(customers(), 422),
    **{MESSAGES + end: answering(customers(), 204) for end in ("seen/", "here/", "draft/")},
    # Nothing fits no words; what is not there is not noted; nothing is closed yet.
    f"{MESSAGES}answers/": answering(customers(), 204),
    MESSAGES + ANSWER: answering(customers(), 303),
    f"{MESSAGES}rate/": answering(customers(), 422),
    **{
        f"{OWN}{CARD}{end}/": dict.fromkeys(customers(), NOBODY) | {"annas": only(ANNAS, 303)}
        for end in ("accept", "decline")
    },
    f"{STAFFS}thread/": staffs(TALKING_STAFF, DESK),
    f"{INBOX}mail/": billers(TALKING_STAFF, DESK),
    f"{INBOX}bulk/": billers(TALKING_STAFF, 303),
    f"{INBOX}attend/": billers(TALKING_STAFF, 303),
    f"{INBOX}incidents/": billers(TALKING_STAFF, 422),
    INBOX + INCIDENT: fjords(TALKING_STAFF, 422),
    INBOX + SETUP: billers(ADMIN, 422),
    INBOX + SETUP_ITEM: fjords(ADMIN, 422),
    **{THREAD + end: threads(422) for end in ("write/", *PROPOSALS)},
    **{THREAD + end: threads(204) for end in ("seen/", "draft/")},
    **{THREAD + act: threads(303) for act in ("assign/", "state/")},
    # An answer that is gone has been sent; what comes of it is the same for whoever may ask.
    THREAD + HELD: threads(303),
    f"{THREAD}card/<uuid:card_id>/withdraw/": dict.fromkeys(threads(), STAFF_NOBODY)
    | {"annas": staff_only(TALKING_STAFF, 303)},
    "hooks/mail/": {"own": only(CUSTOMERS + STAFF, 403)},  # not signed
}


def addresses(world: World, at: Places) -> Addresses:
    sent = Attachment.objects.get().public_id
    card = Card.objects.get().public_id
    incident = Incident.objects.get(biller=world.fjord).public_id
    reply = Reply.objects.get(biller=world.fjord).public_id
    files = {f"files/{end}": f"files/{sent}/{end[len(FILES[0]) :]}" for end in FILES}
    return {
        **below(OWN, at.own, [f"messages/{end}" for end in _BELOW_MESSAGES]),
        **below(OWN, at.own, {f"messages/{ANSWER}": f"messages/answers/{UNKNOWN}/"}),
        **below(
            OWN, at.own, {"messages/" + end: f"messages/{path}" for end, path in files.items()}
        ),
        **below(
            OWN,
            at.own,
            {f"{CARD}{end}/": f"proposals/{card}/{end}/" for end in ("accept", "decline")},
        ),
        **below(STAFFS, at.staff, files | {"thread/": "thread/"}),
        **below(BILLERS, at.billers, [f"inbox/{end}" for end in _BELOW_INBOX]),
        **below(
            INBOX,
            at.billers,
            {
                INCIDENT: f"inbox/incidents/{incident}/",
                SETUP: "inbox/setup/replies/",
                SETUP_ITEM: f"inbox/setup/replies/{reply}/",
            },
        ),
        **below(
            THREAD,
            _threads(world, at),
            {
                **{end: end for end in (*_BELOW_THREAD, *PROPOSALS)},
                HELD: f"held/{UNKNOWN}/",
                "card/<uuid:card_id>/withdraw/": f"card/{card}/withdraw/",
            },
        ),
        "hooks/mail/": {"own": "/hooks/mail/"},
    }


def _threads(world: World, at: Places) -> dict[str, str]:
    annas, namesakes = (
        Thread.objects.get(invoice=invoice).public_id for invoice in (world.annas, world.namesakes)
    )
    ours, theirs = f"{at.billers['fjord']}inbox/", f"{at.billers['other']}inbox/"
    return {
        "annas": f"{ours}{annas}/",
        "namesakes": f"{theirs}{namesakes}/",
        "annas at the wrong biller": f"{theirs}{annas}/",
        "namesakes at the wrong biller": f"{ours}{namesakes}/",
        "unknown": f"{ours}{UNKNOWN}/",
    }


_BELOW_MESSAGES = ("", "seen/", "here/", "draft/", "rate/", "answers/")
_BELOW_INBOX = ("", "panels/", "bulk/", "mail/", "attend/", "setup/", "incidents/")
_BELOW_THREAD = (
    *("", "panels/", "write/", "draft/", "replies/"),
    *("assign/", "state/", "seen/"),
)
