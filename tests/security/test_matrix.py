"""Who gets what: every URL pattern x actor x method against a table. An unlisted URL fails."""

import re
from collections import Counter

import pytest
from django.test import Client

from invoices.live.tokens import read_page_token
from tests.people import World, link_behind
from tests.security.walk import METHODS, METHODS_OF, Answer, Walked, patterns, targets

pytestmark = pytest.mark.django_db

# What an answer may be called in the table besides its number: led to the sign-in, or to the desk.
LOGIN, DESK = "login", "desk"

CUSTOMERS = (
    "anonymous",
    "anna",
    "anna_with_code",
    "payer",
    "bo",
    "namesake",
    "expired",
    "revoked",
)
STAFF = ("cia_agent", "marketer", "finance", "admin", "dag_elsewhere", "superuser")
INVOICE_STAFF = ("cia_agent", "finance", "admin")
MONEY_STAFF = ("finance", "admin")
OURS = ("cia_agent", "marketer", "finance", "admin")
DAG = ("dag_elsewhere",)

type Expected = dict[str, int | str]


def only(actors: tuple[str, ...], status: int | str = 200, else_: int | str = 404) -> Expected:
    """These actors get the status, everybody else the other."""
    return {name: status if name in actors else else_ for name in CUSTOMERS + STAFF}


def staff_only(actors: tuple[str, ...], status: int | str = 200) -> Expected:
    """The same behind the sign-in: whoever is not signed in is led there, whatever they ask."""
    return only(actors, status) | dict.fromkeys(CUSTOMERS, LOGIN)


ANYBODY, NOBODY = only(CUSTOMERS + STAFF), only(())
STAFF_NOBODY = staff_only(())

ANNAS = ("anna", "anna_with_code")


def customers(
    anna: int | str = 200,
    coded: int | str = 200,
    others: int | str = 200,
    payer: int | str = 404,
    expired: int | str = 404,
) -> dict[str, Expected]:
    """What each customer gets below their own invoice; everybody else and elsewhere 404.

    ``anna`` has a link, ``coded`` is Anna with a code, ``others`` have links to their own.
    """
    own = {"anna": anna, "anna_with_code": coded, "payer": payer, "expired": expired}
    return {
        "annas": NOBODY | own,
        "bos": only(("bo",), others),
        "namesakes": only(("namesake",), others),
        "unknown": NOBODY,
    }


# Anna's link and contact point stand in the paths below the others' invoices too.
def annas_alone(anna: int | str, coded: int | str, others: int | str = 404) -> dict[str, Expected]:
    """What takes Anna's own things; others have no such thing, or are first asked for a code."""
    return customers(anna, coded, others)


CUSTOMER_PAGE = customers(payer=200, expired=302)
CUSTOMER_PANELS = customers(payer=200)
WITH_CODE = customers(302, 200, 302)
STAFF_PAGE = {
    "annas": staff_only(INVOICE_STAFF),
    "bos": staff_only(INVOICE_STAFF),
    "namesakes": staff_only(DAG),
    "annas at the wrong biller": STAFF_NOBODY,
    "namesakes at the wrong biller": STAFF_NOBODY,
    "unknown": STAFF_NOBODY,
    "unknown biller": STAFF_NOBODY,
}
# Without fields a form is refused with 422; an undo names nothing to undo: 404 for everybody.
CHANGES = ("due-date", "split")
STAFF_CHANGES = ("due-date", "split", "credit", "write-down", "charge", "dispute")
CHANGE, STAFF_CHANGE = (
    "invoice/<uuid:public_id>/changes/",
    ("staff/<slug:slug>/invoice/<uuid:public_id>/changes/"),
)
CANCEL_PAGE = STAFF_PAGE | {
    "annas": staff_only(MONEY_STAFF),
    "bos": staff_only(MONEY_STAFF),
}


def answering(page: dict[str, Expected], status: int) -> dict[str, Expected]:
    """The same page, with another status for whoever may see it."""
    return answering_with(page, 200, status)


def answering_with(page: dict[str, Expected], old: int, new: int) -> dict[str, Expected]:
    """The same page, with one status in the place of another."""
    return {
        whose: {actor: new if got == old else got for actor, got in expected.items()}
        for whose, expected in page.items()
    }


# The receipt asked for is that of a payment on Anna's invoice: it is on no other.
ANNAS_RECEIPT = {"bos": NOBODY, "namesakes": NOBODY}
STAFFS_RECEIPT = {"bos": STAFF_NOBODY, "namesakes": STAFF_NOBODY}
DESKS = {
    "fjord": staff_only(OURS),
    "other": staff_only(DAG),
    "unknown biller": STAFF_NOBODY,
}

# Paying: Anna's biller offers a provider, the other one none; Anna's one payment is over.
PAYERS = {"anna": 200, "anna_with_code": 200, "payer": 200}
PAY = {
    "annas": NOBODY | PAYERS,
    "bos": only(("bo",)),
    "namesakes": only(("namesake",), 303),
    "unknown": NOBODY,
}
ANNAS_PAYMENT = {"annas": NOBODY | dict.fromkeys(PAYERS, 302)} | dict.fromkeys(
    ("bos", "namesakes", "unknown"), NOBODY
)
# Whoever comes back in a browser that may not see the invoice is told nothing of it.
BACK = {
    "annas": ANYBODY | dict.fromkeys(PAYERS, 302),
    "bos": ANYBODY | {"bo": 302},
    "namesakes": ANYBODY | {"namesake": 302},
    "unknown": ANYBODY,
}
PAYING = "invoice/<uuid:public_id>/pay/"

# Automatic payment, by the customer's own link alone. The one mandate is the namesake's.
AUTOPAY = "invoice/<uuid:public_id>/autopay/"


def the_namesakes(status: int) -> dict[str, Expected]:
    """What takes the namesake's own mandate."""
    return dict.fromkeys(("annas", "bos", "unknown"), NOBODY) | {
        "namesakes": only(("namesake",), status)
    }


# Where no account of the customer's can be asked for, it leads back to the invoice.
AUTOPAY_FORM = customers(303, 303) | {"bos": only(("bo",), 303)}
AUTOPAY_BACK = {
    "annas": ANYBODY | dict.fromkeys(ANNAS, 302),
    "bos": ANYBODY | {"bo": 302},
    "namesakes": ANYBODY | {"namesake": 302},
    "unknown": ANYBODY,
}

# What GET and HEAD get. Every other method gets 405 from everybody, but for POSTS.
TABLE: dict[str, dict[str, Expected]] = {
    "i/<str:token>": {
        "living": only(CUSTOMERS + STAFF, 302),  # whoever holds the link may use it
        "expired": only(CUSTOMERS + STAFF, 302),  # to where a new one can be asked for
        "revoked": NOBODY,
        "unknown": NOBODY,
    },
    "invoice/<uuid:public_id>/": CUSTOMER_PAGE,
    "invoice/<uuid:public_id>/panels/": CUSTOMER_PANELS,
    "invoice/<uuid:public_id>/pdf/": customers(),
    "invoice/<uuid:public_id>/pdf/now/": customers(),
    "invoice/<uuid:public_id>/receipt/<uuid:entry_id>/": customers() | ANNAS_RECEIPT,
    "invoice/<uuid:public_id>/access/": customers(),
    "invoice/<uuid:public_id>/code/": customers(200, 302, 200),
    "invoice/<uuid:public_id>/you/": WITH_CODE,
    "invoice/<uuid:public_id>/you/<uuid:point_id>/confirm/": annas_alone(302, 200, 302),
    "invoice/<uuid:public_id>/all/": WITH_CODE,
    "link/<uuid:link_id>/": {
        "expired": only(("expired",), 410),
        "living": only(ANNAS, 302),
        "revoked": NOBODY,
        "unknown": NOBODY,
    },
    "staff/<slug:slug>/invoice/<uuid:public_id>/links/": STAFF_PAGE,
    "staff/<slug:slug>/invoice/<uuid:public_id>/": STAFF_PAGE,
    "staff/<slug:slug>/invoice/<uuid:public_id>/pdf/": STAFF_PAGE,
    "staff/<slug:slug>/invoice/<uuid:public_id>/pdf/now/": STAFF_PAGE,
    "staff/<slug:slug>/invoice/<uuid:public_id>/receipt/<uuid:entry_id>/": STAFF_PAGE
    | STAFFS_RECEIPT,
    "staff/<slug:slug>/invoice/<uuid:public_id>/panels/": STAFF_PAGE,
    CHANGE: customers(),
    **{f"{CHANGE}{step}/": customers() for step in CHANGES},
    **{f"{STAFF_CHANGE}{step}/": STAFF_PAGE for step in STAFF_CHANGES},
    f"{STAFF_CHANGE}cancel/": CANCEL_PAGE,
    f"{STAFF_CHANGE}collection/": CANCEL_PAGE,
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
    "staff/<slug:slug>/": DESKS,
    "staff/<slug:slug>/panels/": DESKS,
    PAYING: PAY,
    f"{PAYING}<uuid:intent_id>/onward/": ANNAS_PAYMENT,
    f"{PAYING}<uuid:intent_id>/back/": BACK,
    "sandbox/<uuid:public_id>/": {"annas": ANYBODY, "unknown": NOBODY},
    AUTOPAY: AUTOPAY_FORM,
    f"{AUTOPAY}sign/": customers(302, 302, 302),
    f"{AUTOPAY}sign/code/": customers(),
    f"{AUTOPAY}sign/open/": customers(302, 302, 302),
    f"{AUTOPAY}<uuid:mandate_id>/onward/": the_namesakes(303),
    f"{AUTOPAY}<uuid:mandate_id>/back/": AUTOPAY_BACK,
    f"{AUTOPAY}<uuid:mandate_id>/pdf/": the_namesakes(200),
    "healthz": {"open": ANYBODY},
    "readyz": {"open": ANYBODY},
}
# What is said of paying: by the customer, or by staff who were told. Nothing is named to take back.
SAID = ("paid/", "promise/")
OWN, STAFFS = "invoice/<uuid:public_id>/", "staff/<slug:slug>/invoice/<uuid:public_id>/"
TABLE |= {
    **{f"{OWN}{step}": customers() for step in SAID},
    **{f"{STAFFS}{step}": STAFF_PAGE for step in SAID},
}
# Credit: to have it paid back takes a code, and staff who see money. The payback is Anna's.
CREDIT, STAFFS_CREDIT, REFUNDS = f"{OWN}credit/", f"{STAFFS}credit/", "staff/<slug:slug>/refunds/"
PAYBACKS = {
    "fjord": staff_only(MONEY_STAFF),
    "other": staff_only(DAG),
    "unknown biller": STAFF_NOBODY,
}
ANNAS_PAYBACK = PAYBACKS | {"other": STAFF_NOBODY}
TABLE |= {
    f"{CREDIT}use/": customers(),
    f"{CREDIT}back/": WITH_CODE,
    f"{CREDIT}back/<uuid:refund_id>/account/": annas_alone(302, 200, 302),
    f"{STAFFS_CREDIT}use/": CANCEL_PAGE,
    f"{STAFFS_CREDIT}back/": CANCEL_PAGE,
    REFUNDS: PAYBACKS,
    f"{REFUNDS}panels/": PAYBACKS,
    f"{REFUNDS}<uuid:refund_id>/": ANNAS_PAYBACK,
    f"{REFUNDS}file/<uuid:file_id>/": ANNAS_PAYBACK,
}
MANAGERS = ("cia_agent", "admin")
INBOX = "staff/<slug:slug>/inbox/"
THREAD = f"{INBOX}<uuid:thread_id>/"
INBOXES = {
    "fjord": staff_only(MANAGERS),
    "other": staff_only(DAG),
    "unknown biller": STAFF_NOBODY,
}
THREADS = {
    "annas": staff_only(MANAGERS),
    "namesakes": staff_only(DAG),
    "annas at the wrong biller": STAFF_NOBODY,
    "namesakes at the wrong biller": STAFF_NOBODY,
    "unknown": STAFF_NOBODY,
}
# Only administrators set the inbox up; the one reply is the first biller's.
SETUPS = {
    "fjord": staff_only(("admin",)),
    "other": staff_only(DAG),
    "unknown biller": STAFF_NOBODY,
}
REPLIES = SETUPS | {"other": STAFF_NOBODY}
# The one incident is the first biller's.
INCIDENTS = INBOXES | {"other": STAFF_NOBODY}
TABLE |= {
    INBOX: INBOXES,
    f"{THREAD}replies/": THREADS,
    f"{INBOX}panels/": INBOXES,
    # The one file came with Anna's message: it is on no other invoice.
    **{
        f"invoice/<uuid:public_id>/messages/files/<uuid:file_id>/{end}": customers() | ANNAS_RECEIPT
        for end in ("", "small/")
    },
    **{
        f"staff/<slug:slug>/invoice/<uuid:public_id>/files/<uuid:file_id>/{end}": STAFF_PAGE
        | STAFFS_RECEIPT
        for end in ("", "small/")
    },
    f"{INBOX}setup/": SETUPS,
    f"{INBOX}incidents/": INBOXES,
    f"{INBOX}incidents/<uuid:incident_id>/": INCIDENTS,
    f"{INBOX}setup/<slug:kind>/": SETUPS,
    f"{INBOX}setup/<slug:kind>/<uuid:item_id>/": REPLIES,
    THREAD: THREADS,
    f"{THREAD}panels/": THREADS,
    **{f"{THREAD}propose/{end}/": THREADS for end in ("due-date", "split", "credit")},
    f"{INBOX}mail/": INBOXES,
}
# Finance and administrators; an act that names nothing is refused with 422.
REVIEW = "staff/<slug:slug>/payments/"
REVIEWS = {
    "fjord": staff_only(MONEY_STAFF),
    "other": staff_only(DAG),
    "unknown biller": STAFF_NOBODY,
}
THE_PAYMENT = {
    "fjords": staff_only(MONEY_STAFF),
    "fjords at the wrong biller": STAFF_NOBODY,
    "unknown": STAFF_NOBODY,
}
TABLE |= {
    **{f"{REVIEW}{end}": REVIEWS for end in ("", "panels/", "many/", "quality/")},
    **{f"{REVIEW}<uuid:line_id>/{end}": THE_PAYMENT for end in ("", "panels/")},
}
# The one card is on Anna's invoice: on all others there is none such.
NOT_ANNAS = ("bos", "namesakes", "unknown")
ANNAS_CARD = {"annas": only(ANNAS, 303)} | dict.fromkeys(NOT_ANNAS, NOBODY)
STAFF_LINKS = {
    whose: staff_only(MANAGERS, DESK) if whose in ("annas", "bos") else STAFF_NOBODY
    for whose in STAFF_PAGE
} | {"namesakes": staff_only(DAG, DESK)}
# The link in the path is Anna's: at another invoice there is none such.
STAFF_LINK = dict.fromkeys(STAFF_PAGE, STAFF_NOBODY) | {"annas": staff_only(MANAGERS, DESK)}
POSTS: dict[str, dict[str, Expected]] = {
    "invoice/<uuid:public_id>/opened/": customers(204, 204, 204, 204),
    "invoice/<uuid:public_id>/access/share/": customers(),
    "invoice/<uuid:public_id>/access/<uuid:link_id>/close/": annas_alone(200, 200),
    "invoice/<uuid:public_id>/access/<uuid:link_id>/replace/": annas_alone(302, 302, 302),
    "invoice/<uuid:public_id>/code/": customers(422, 302, 422),
    "invoice/<uuid:public_id>/code/send/": customers(302, 302, 302),
    "invoice/<uuid:public_id>/code/forget/": customers(302, 302, 302),
    "invoice/<uuid:public_id>/you/add/": customers(302, 422, 302),
    "invoice/<uuid:public_id>/you/<uuid:point_id>/remove/": annas_alone(302, 422, 302),
    "invoice/<uuid:public_id>/you/<uuid:point_id>/first/": annas_alone(302, 302, 302),
    "invoice/<uuid:public_id>/you/<uuid:point_id>/confirm/": annas_alone(302, 422, 302),
    "invoice/<uuid:public_id>/you/<uuid:point_id>/confirm/send/": annas_alone(302, 302, 302),
    "link/<uuid:link_id>/renew/": {
        "expired": only(("expired",), 302),
        "living": NOBODY,
        "revoked": NOBODY,
        "unknown": NOBODY,
    },
    "staff/<slug:slug>/invoice/<uuid:public_id>/links/send/": STAFF_LINKS,
    "staff/<slug:slug>/invoice/<uuid:public_id>/links/<uuid:link_id>/close/": STAFF_LINK,
    "staff/<slug:slug>/invoice/<uuid:public_id>/links/<uuid:link_id>/replace/": STAFF_LINK,
    "staff/<slug:slug>/bankfiles/": {
        "fjord": staff_only(MONEY_STAFF, DESK),
        "other": staff_only(DAG, DESK),
        "unknown biller": STAFF_NOBODY,
    },
    **{f"{CHANGE}{step}/": answering(customers(), 422) for step in CHANGES},
    **{f"{STAFF_CHANGE}{step}/": answering(STAFF_PAGE, 422) for step in STAFF_CHANGES},
    f"{STAFF_CHANGE}cancel/": answering(CANCEL_PAGE, 422),
    f"{STAFF_CHANGE}collection/": answering(CANCEL_PAGE, 422),
    f"{CHANGE}undo/": answering(customers(), 404),
    f"{STAFF_CHANGE}undo/": answering(STAFF_PAGE, 404),
    PAYING: {
        whose: {actor: 404 if got == 404 else 422 for actor, got in expected.items()}
        for whose, expected in PAY.items()
    },
    f"{PAYING}<uuid:intent_id>/cancel/": answering_with(ANNAS_PAYMENT, 302, 303),
    # Nobody here has a draw: who may stop one that is there, tests/payments/claims asks.
    **{
        f"invoice/<uuid:public_id>/draws/<uuid:claim_id>/{what}/": dict.fromkeys(PAY, NOBODY)
        for what in ("stop", "resume", "instead")
    },
    **{
        f"staff/<slug:slug>/invoice/<uuid:public_id>/draws/<uuid:claim_id>/{what}/": dict.fromkeys(
            STAFF_PAGE, STAFF_NOBODY
        )
        for what in ("stop", "resume")
    },
    "staff/<slug:slug>/draws/<uuid:file_id>/accepted/": dict.fromkeys(DESKS, STAFF_NOBODY),
    "hooks/<slug:provider>/<uuid:public_id>/": {
        "fjord": only(CUSTOMERS + STAFF, 403),  # not signed
        "another provider": NOBODY,
        "unknown": NOBODY,
    },
    "sandbox/<uuid:public_id>/": {
        "annas": only(CUSTOMERS + STAFF, 302),
        "unknown": NOBODY,
    },
    AUTOPAY: answering(AUTOPAY_FORM, 422),
    **{f"{AUTOPAY}{what}/": answering(customers(), 303) for what in ("yes", "sign")},
    f"{AUTOPAY}note/<slug:what>/": answering(customers(), 204),
    f"{AUTOPAY}do/<slug:what>/": answering(customers(), 303),
    "staff/<slug:slug>/mandates/write/": {
        "fjord": staff_only(MONEY_STAFF, DESK),
        "other": staff_only(DAG, DESK),
        "unknown biller": STAFF_NOBODY,
    },
    "staff/<slug:slug>/outgoing/<uuid:file_id>/": {
        "others": staff_only(DAG),
        "others at the wrong biller": STAFF_NOBODY,
        "unknown": STAFF_NOBODY,
    },
    # Without a text a message is refused; an act without a choice leads back with the sentence.
    "invoice/<uuid:public_id>/messages/": answering(customers(), 422),
    "invoice/<uuid:public_id>/messages/seen/": answering(customers(), 204),
    "invoice/<uuid:public_id>/messages/draft/": answering(customers(), 204),
    # Nothing fits no words; what is not there is not noted; nothing is closed yet.
    "invoice/<uuid:public_id>/messages/answers/": answering(customers(), 204),
    "invoice/<uuid:public_id>/messages/answers/<uuid:answer_id>/": answering(customers(), 303),
    "invoice/<uuid:public_id>/messages/rate/": answering(customers(), 422),
    "staff/<slug:slug>/invoice/<uuid:public_id>/thread/": {
        whose: staff_only(MANAGERS, DESK) if whose in ("annas", "bos") else STAFF_NOBODY
        for whose in STAFF_PAGE
    }
    | {"namesakes": staff_only(DAG, DESK)},
    f"{THREAD}write/": answering(THREADS, 422),
    f"{THREAD}seen/": answering(THREADS, 204),
    **{
        f"{THREAD}propose/{end}/": answering(THREADS, 422)
        for end in ("due-date", "split", "credit")
    },
    f"{INBOX}mail/": {
        "fjord": staff_only(MANAGERS, DESK),
        "other": staff_only(DAG, DESK),
        "unknown biller": STAFF_NOBODY,
    },
    "invoice/<uuid:public_id>/messages/here/": answering(customers(), 204),
    "hooks/mail/": {"own": only(CUSTOMERS + STAFF, 403)},  # not signed
    f"{THREAD}card/<uuid:card_id>/withdraw/": dict.fromkeys(THREADS, STAFF_NOBODY)
    | {"annas": staff_only(MANAGERS, 303)},
    **{
        f"invoice/<uuid:public_id>/proposals/<uuid:card_id>/{end}/": ANNAS_CARD
        for end in ("accept", "decline")
    },
    **{f"{THREAD}{act}/": answering(THREADS, 303) for act in ("assign", "state")},
    **{f"{OWN}{step}": answering(customers(), 422) for step in SAID},
    **{f"{STAFFS}{step}": answering(STAFF_PAGE, 422) for step in SAID},
    **{f"{OWN}{step}back/": answering(customers(), 404) for step in SAID},
    **{f"{STAFFS}{step}back/": answering(STAFF_PAGE, 404) for step in SAID},
    # Whoever ticks nothing is led back to the list, on the desk.
    f"{REVIEW}many/": answering(REVIEWS, 303),
    **{
        f"{REVIEW}<uuid:line_id>/{act}/": answering(THE_PAYMENT, 422)
        for act in ("book", "split", "credit", "mark", "undo")
    },
    f"{INBOX}bulk/": answering(INBOXES, 303),
    f"{CREDIT}use/": answering(customers(), 422),
    f"{CREDIT}back/": answering(WITH_CODE, 422),
    f"{CREDIT}back/<uuid:refund_id>/account/": annas_alone(302, 422, 302),
    # In a file for the bank already.
    f"{CREDIT}back/<uuid:refund_id>/keep/": annas_alone(422, 422),
    f"{STAFFS_CREDIT}use/": answering(CANCEL_PAGE, 422),
    f"{STAFFS_CREDIT}back/": answering(CANCEL_PAGE, 422),
    f"{STAFFS_CREDIT}unuse/": answering(CANCEL_PAGE, 404),
    f"{REFUNDS}<uuid:refund_id>/": answering(ANNAS_PAYBACK, 422),
    f"{REFUNDS}file/": answering(PAYBACKS, 303),
    f"{REFUNDS}answer/": answering(PAYBACKS, 303),
    f"{INBOX}attend/": answering(INBOXES, 303),
    f"{INBOX}incidents/": answering(INBOXES, 422),
    f"{INBOX}incidents/<uuid:incident_id>/": answering(INCIDENTS, 422),
    f"{INBOX}setup/<slug:kind>/": answering(SETUPS, 422),
    f"{INBOX}setup/<slug:kind>/<uuid:item_id>/": answering(REPLIES, 422),
    f"{THREAD}draft/": answering(THREADS, 204),
    # An answer that is gone has been sent; what comes of it is the same for whoever may ask.
    f"{THREAD}held/<uuid:held_id>/": answering(THREADS, 303),
    "language/": {"own": only((), else_=302)},
}
# The account pages that need no signing in; all others lead there.
OPEN_ACCOUNT_PAGES = (
    "accounts/login/",
    "accounts/logout/",
    "accounts/inactive/",
    "accounts/signup/",
    "accounts/confirm-email/",
    "accounts/login/code/confirm/",
    "accounts/^confirm-email/",
    "accounts/password/reset/",
    "accounts/^password/reset/key/",
    "accounts/2fa/authenticate/",
    "accounts/2fa/webauthn/login/",
)


def outcome(answer: Answer) -> int | str:
    if answer.status == 302 and answer.location.startswith("/accounts/login/"):
        return LOGIN
    if answer.status == 302 and answer.location.startswith("/staff/"):
        return DESK
    return answer.status


def fault(answer: Answer) -> str:
    """What is wrong with an answer; '' for nothing."""
    pattern, got = answer.target.pattern, outcome(answer)
    if answer.status >= 500:
        return f"{answer.status}"
    if pattern.startswith("admin/"):
        return "" if answer.actor == "superuser" or _kept_out(answer) else f"in the admin: {got}"
    if pattern.startswith("accounts/"):
        is_open = pattern.startswith(OPEN_ACCOUNT_PAGES)
        own = answer.actor in STAFF or got in (LOGIN, 404)
        return "" if is_open or own else f"expected login: {got}"
    expected = _expected(answer)
    return "" if got == expected else f"expected {expected}, got {got}"


def _expected(answer: Answer) -> int | str:
    pattern, whose = answer.target.pattern, answer.target.whose
    if answer.method in ("GET", "HEAD") and pattern in TABLE:
        return TABLE[pattern][whose][answer.actor]
    if pattern == "language/" and answer.method not in ("GET", "HEAD"):
        # Django's own view: every method leads back, only POST sets the language.
        return 302
    if answer.method == "POST" and pattern in POSTS:
        return POSTS[pattern][whose][answer.actor]
    return 302 if pattern == "language/" else 405


def _kept_out(answer: Answer) -> bool:
    led = ("/admin/login/", "/admin/", "/accounts/login/")
    return answer.status in (403, 405) or (
        answer.status == 302 and answer.location.split("?")[0] in led
    )


def test_every_url_is_in_the_table() -> None:
    grouped = ("admin/", "accounts/")
    unlisted = [
        pattern
        for pattern in patterns()
        if not pattern.startswith(grouped) and pattern not in TABLE and pattern not in POSTS
    ]

    assert unlisted == []


def test_every_actor_gets_what_the_table_says(
    world: World, walked: Walked, capsys: pytest.CaptureFixture[str]
) -> None:
    urls, actors = len(patterns()), len(world.actors)
    leaks = [
        f"{a.method} {a.target.pattern} ({a.target.whose}) as {a.actor}: {wrong}"
        for a in walked.answers
        if (wrong := fault(a))
    ]

    with capsys.disabled():
        print(
            f"\n{urls} URLs x {actors} actors x {len(METHODS)} methods"
            f" ({len(walked.answers)} answers), {len(leaks)} leaks"
        )
    assert not leaks, "\n".join(leaks)
    per_actor = sum(len(METHODS_OF.get(t.whose, METHODS)) for t in targets(world))
    assert len(walked.answers) == per_actor * actors
    assert {a.target.pattern for a in walked.answers} == set(patterns())
    assert actors == len(CUSTOMERS + STAFF)


def test_the_superuser_reaches_every_page_of_the_admin(walked: Walked) -> None:
    seen = Counter(
        a.status
        for a in walked.pages
        if a.actor == "superuser" and a.target.pattern.startswith("admin/")
    )

    assert seen[200] > 30, seen


def test_anonymous_visitors_cannot_tell_whether_a_biller_exists(client: Client) -> None:
    for path in ("/staff/{}/", "/staff/{}/panels/"):
        ours, nobodys = (client.get(path.format(slug)) for slug in ("fjordfiber", "nobodyyy"))

        assert ours["Location"].replace("fjordfiber", "nobodyyy") == nobodys["Location"]
        assert (ours.status_code, ours.content) == (nobodys.status_code, nobodys.content)


def test_every_404_looks_the_same(world: World) -> None:
    strangers = world.client("bo"), world.client("dag_elsewhere"), Client()
    paths = [
        "/i/" + "A" * 32,
        world.revoked_link,
        f"/link/{link_behind(world.expired_link).public_id}/",
        f"/invoice/{world.annas.public_id}/",
        f"/invoice/{world.namesakes.public_id}/",
        "/no/such/page",
    ]
    answers = [client.get(path) for client in strangers for path in paths]
    for slug in ("fjordfiber", "nobody"):
        answers.append(strangers[1].get(f"/staff/{slug}/"))
        answers.append(strangers[1].get(f"/staff/{slug}/invoice/{world.annas.public_id}/"))
    refused = [a for a in answers if a.status_code == 404]

    assert len(refused) >= 16
    assert len({a.content for a in refused}) == 1
    unknown, revoked = (dict(strangers[2].get(path).items()) for path in paths[:2])
    assert unknown == revoked


def test_every_form_needs_the_token_against_forgery(world: World) -> None:
    let_in = []
    for name in ("anonymous", "finance"):
        client = world.actors[name].client(enforce_csrf_checks=True)
        for target in targets(world):
            if target.pattern.startswith("hooks/"):
                continue  # providers have no token: what they send is signed
            for method in ("POST", "DELETE"):
                if client.generic(method, target.path).status_code != 403:
                    let_in.append(f"{method} {target.path} as {name}")

    assert let_in == []


def test_a_browser_that_hides_its_origin_is_refused_and_our_own_pages_do_not(world: World) -> None:
    finance = world.actors["finance"].client(enforce_csrf_checks=True)
    page = finance.get("/staff/fjordfiber/")
    token = finance.cookies["nota_csrf"].value
    fields = {"csrfmiddlewaretoken": token}

    hidden = finance.post("/staff/fjordfiber/bankfiles/", fields, headers={"Origin": "null"})
    own = finance.post(
        "/staff/fjordfiber/bankfiles/", fields, headers={"Origin": "http://testserver"}
    )

    # Under no-referrer browsers hide the origin of our own forms too: never set it on pages.
    assert page["Referrer-Policy"] == "same-origin"
    assert (hidden.status_code, own.status_code) == (403, 302)


def test_the_customer_reads_nothing_that_is_for_staff_alone(world: World) -> None:
    page, panels = f"/invoice/{world.annas.public_id}/", f"/invoice/{world.annas.public_id}/panels/"
    anna, agent = world.client("anna"), world.client("cia_agent")
    for client in (anna, agent):
        client.cookies["nota_language"] = "en"

    ours = agent.get(f"/staff/fjordfiber{page}").text
    theirs = anna.get(page).text + anna.get(panels).text

    for word in ("A link was made for the e-mail", "Staff only", "channel"):
        assert word in ours, word
        assert word not in theirs, word


def test_a_socket_token_of_one_page_names_that_page_alone(world: World) -> None:
    pages = {
        # And the link that led there: it is closed with it.
        "anna": (
            f"/invoice/{world.annas.public_id}/",
            (f"i{world.annas.pk}", f"l{link_behind(world.annas_link).pk}"),
            "customer",
        ),
        "cia_agent": ("/staff/fjordfiber/", (f"b{world.fjord.pk}",), "agent"),
        "dag_elsewhere": ("/staff/norrsken/", (f"b{world.other.pk}",), "admin"),
    }
    for name, (path, topics, audience) in pages.items():
        found = re.findall(
            r'token=([\w:.-]+)|data-token="([^"]+)"', world.client(name).get(path).text
        )
        tokens = [read_page_token(one or other) for one, other in found]
        assert [(t.topics, t.audience) for t in tokens if t] == [(topics, audience)], name
