"""Every address the house answers to, with arguments that lead somewhere."""

import logging
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http.cookies import SimpleCookie

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from invoices.billers.looks import logo_url_of
from invoices.models import Account, HistoryEntry, Membership, PayeeAccount, Transfer
from messaging.models import Attachment, Card, Incident, Reply, Thread
from payments.models import (
    BankLine,
    Mandate,
    OutgoingFile,
    PaymentIntent,
    PayoutFile,
    ProviderAccount,
    Refund,
    SandboxPayment,
)
from tests.people import World, link_behind

SAFE = ("GET", "HEAD", "OPTIONS")
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
METHODS = SAFE + UNSAFE
# Where asking leaves a trace by design: who comes in has a session, limits on guessing count.
TRACES = ("django_session", "usersessions_usersession", "nota_cache", "invoices_tally")
# Pages of others: the admin has one gate, which looks at no method; allauth's know these two.
METHODS_OF = {"admin": ("GET", "POST"), "account": ("GET", "POST")}
UNKNOWN = uuid.UUID(int=7)


@dataclass(frozen=True, slots=True)
class Target:
    """One concrete path of a pattern; ``whose`` says what it leads to."""

    pattern: str
    whose: str
    path: str


def patterns() -> list[str]:
    """The routes of all URL patterns, as ``include`` nests them."""
    return list(_patterns(get_resolver()))


def _patterns(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _patterns(entry, route)
        else:
            assert isinstance(entry, URLPattern)
            yield route


def targets(world: World) -> list[Target]:
    """At least one path for every pattern; KeyError for a pattern nobody has thought of."""
    ours = _ours(world)
    found = []
    for pattern in patterns():
        if pattern.startswith("admin/"):
            found.append(Target(pattern, "admin", "/" + _admin_path(pattern, world)))
        elif pattern.startswith("accounts/"):
            found.append(Target(pattern, "account", "/" + _account_path(pattern)))
        else:
            found += [Target(pattern, whose, path) for whose, path in ours[pattern].items()]
    return found


def _ours(world: World) -> dict[str, dict[str, str]]:
    fjord, other = world.fjord.slug, world.other.slug
    annas, bos, namesakes = (i.public_id for i in (world.annas, world.bos, world.namesakes))
    page = {"annas": annas, "bos": bos, "namesakes": namesakes, "unknown": UNKNOWN}
    staff = {
        "annas": f"/staff/{fjord}/invoice/{annas}/",
        "bos": f"/staff/{fjord}/invoice/{bos}/",
        "namesakes": f"/staff/{other}/invoice/{namesakes}/",
        "annas at the wrong biller": f"/staff/{other}/invoice/{annas}/",
        "namesakes at the wrong biller": f"/staff/{fjord}/invoice/{namesakes}/",
        "unknown": f"/staff/{fjord}/invoice/{UNKNOWN}/",
        "unknown biller": f"/staff/nobody/invoice/{annas}/",
    }
    billers = {"fjord": fjord, "other": other, "unknown biller": "nobody"}
    return {
        "i/<str:token>": {
            "living": world.annas_link,
            "expired": world.expired_link,
            "revoked": world.revoked_link,
            "unknown": "/i/" + "A" * 32,
        },
        "invoice/<uuid:public_id>/": {w: f"/invoice/{i}/" for w, i in page.items()},
        "invoice/<uuid:public_id>/panels/": {w: f"/invoice/{i}/panels/" for w, i in page.items()},
        **_papers(world, page, staff),
        **_links(world, page, staff),
        **_paying(world, page),
        **_autopay(world, page),
        **_draws(page, staff, billers),
        **_talks(world, page, staff),
        **_told(page, staff),
        **_review(world),
        **_credit(world, page, staff),
        "staff/<slug:slug>/invoice/<uuid:public_id>/": staff,
        "staff/<slug:slug>/invoice/<uuid:public_id>/panels/": {
            whose: f"{path}panels/" for whose, path in staff.items()
        },
        **_changes(page, staff),
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
        "staff/<slug:slug>/": {w: f"/staff/{s}/" for w, s in billers.items()},
        "staff/<slug:slug>/panels/": {w: f"/staff/{s}/panels/" for w, s in billers.items()},
        "staff/<slug:slug>/bankfiles/": {w: f"/staff/{s}/bankfiles/" for w, s in billers.items()},
        "language/": {"own": "/language/"},
        "healthz": {"open": "/healthz"},
        "readyz": {"open": "/readyz"},
    }


def _changes(page: dict[str, uuid.UUID], staff: dict[str, str]) -> dict[str, dict[str, str]]:
    changes = ("", "due-date/", "split/", "undo/")
    staffs = (
        *("due-date", "split", "credit", "write-down", "charge", "dispute"),
        *("collection", "cancel", "undo"),
    )
    return {
        **{
            f"invoice/<uuid:public_id>/changes/{step}": {
                w: f"/invoice/{i}/changes/{step}" for w, i in page.items()
            }
            for step in changes
        },
        **{
            f"staff/<slug:slug>/invoice/<uuid:public_id>/changes/{step}/": {
                whose: f"{path}changes/{step}/" for whose, path in staff.items()
            }
            for step in staffs
        },
    }


def _papers(
    world: World, page: dict[str, uuid.UUID], staff: dict[str, str]
) -> dict[str, dict[str, str]]:
    """Every PDF; the one receipt is Anna's, and asked for at every invoice."""
    paid = HistoryEntry.objects.filter(invoice=world.annas, kind="payment.matched").first()
    ends = {
        "pdf/": "pdf/",
        "pdf/now/": "pdf/now/",
        "receipt/<uuid:entry_id>/": f"receipt/{paid.public_id if paid else UNKNOWN}/",
    }
    found = {}
    for pattern, end in ends.items():
        found[f"invoice/<uuid:public_id>/{pattern}"] = {
            whose: f"/invoice/{public_id}/{end}" for whose, public_id in page.items()
        }
        found[f"staff/<slug:slug>/invoice/<uuid:public_id>/{pattern}"] = {
            whose: f"{path}{end}" for whose, path in staff.items()
        }
    return found


def _links(
    world: World, page: dict[str, uuid.UUID], staff: dict[str, str]
) -> dict[str, dict[str, str]]:
    """The addresses of links, codes and details. Links and contact points are Anna's."""
    own = link_behind(world.annas_link).public_id
    point = world.annas.customer.contact_points.get(kind="email").public_id
    old = {
        "expired": link_behind(world.expired_link).public_id,
        "living": own,
        "revoked": link_behind(world.revoked_link).public_id,
        "unknown": UNKNOWN,
    }
    invoice, desk = "invoice/<uuid:public_id>/", "staff/<slug:slug>/invoice/<uuid:public_id>/links/"
    below = {
        "opened/": "opened/",
        "access/": "access/",
        "access/share/": "access/share/",
        "access/<uuid:link_id>/close/": f"access/{own}/close/",
        "access/<uuid:link_id>/replace/": f"access/{own}/replace/",
        "code/": "code/",
        "code/send/": "code/send/",
        "code/forget/": "code/forget/",
        "you/": "you/",
        "you/add/": "you/add/",
        "you/<uuid:point_id>/remove/": f"you/{point}/remove/",
        "you/<uuid:point_id>/first/": f"you/{point}/first/",
        "you/<uuid:point_id>/confirm/": f"you/{point}/confirm/",
        "you/<uuid:point_id>/confirm/send/": f"you/{point}/confirm/send/",
        "all/": "all/",
    }
    behind = {
        "": "",
        "send/": "send/",
        "<uuid:link_id>/close/": f"{own}/close/",
        "<uuid:link_id>/replace/": f"{own}/replace/",
    }
    return {
        "link/<uuid:link_id>/": {whose: f"/link/{pk}/" for whose, pk in old.items()},
        "link/<uuid:link_id>/renew/": {whose: f"/link/{pk}/renew/" for whose, pk in old.items()},
        **{
            invoice + route: {whose: f"/invoice/{pk}/{rest}" for whose, pk in page.items()}
            for route, rest in below.items()
        },
        **{
            desk + route: {whose: f"{path}links/{rest}" for whose, path in staff.items()}
            for route, rest in behind.items()
        },
    }


def _paying(world: World, page: dict[str, uuid.UUID]) -> dict[str, dict[str, str]]:
    """Paying, and where providers come in. The one payment is on Anna's invoice, and over."""
    account = ProviderAccount.objects.get(biller=world.fjord)
    intent = PaymentIntent.objects.get(invoice=world.annas).public_id
    sandbox = SandboxPayment.objects.get().public_id
    return {
        **{
            f"invoice/<uuid:public_id>/pay/{route}": {
                whose: f"/invoice/{pk}/pay/{route.replace('<uuid:intent_id>', str(intent))}"
                for whose, pk in page.items()
            }
            for route in (
                "",
                "<uuid:intent_id>/onward/",
                "<uuid:intent_id>/back/",
                "<uuid:intent_id>/cancel/",
            )
        },
        "hooks/<slug:provider>/<uuid:public_id>/": {
            "fjord": f"/hooks/sandbox/{account.public_id}/",
            "another provider": f"/hooks/vipps/{account.public_id}/",
            "unknown": f"/hooks/sandbox/{UNKNOWN}/",
        },
        "sandbox/<uuid:public_id>/": {
            "annas": f"/sandbox/{sandbox}/",
            "unknown": f"/sandbox/{UNKNOWN}/",
        },
    }


def _autopay(world: World, page: dict[str, uuid.UUID]) -> dict[str, dict[str, str]]:
    """Automatic payment. The one mandate is the namesake's, and so is the file for the bank."""
    mandate = Mandate.objects.get(customer=world.namesakes.customer).public_id
    file = OutgoingFile.objects.get(biller=world.other).public_id
    ends = {
        "": "",
        "yes/": "yes/",
        "sign/": "sign/",
        "sign/code/": "sign/code/",
        "sign/open/": "sign/open/",
        "note/<slug:what>/": "note/seen/",
        "do/<slug:what>/": "do/stop/",
        **{
            f"<uuid:mandate_id>/{each}/": f"{mandate}/{each}/" for each in ("onward", "back", "pdf")
        },
    }
    fjord, other = world.fjord.slug, world.other.slug
    return {
        **{
            f"invoice/<uuid:public_id>/autopay/{route}": {
                whose: f"/invoice/{pk}/autopay/{end}" for whose, pk in page.items()
            }
            for route, end in ends.items()
        },
        "staff/<slug:slug>/mandates/write/": {
            "fjord": f"/staff/{fjord}/mandates/write/",
            "other": f"/staff/{other}/mandates/write/",
            "unknown biller": "/staff/nobody/mandates/write/",
        },
        "staff/<slug:slug>/outgoing/<uuid:file_id>/": {
            "others": f"/staff/{other}/outgoing/{file}/",
            "others at the wrong biller": f"/staff/{fjord}/outgoing/{file}/",
            "unknown": f"/staff/{other}/outgoing/{UNKNOWN}/",
        },
    }


def _draws(
    page: dict[str, uuid.UUID], staff: dict[str, str], billers: dict[str, str]
) -> dict[str, dict[str, str]]:
    """Stopping a draw, and noting that the bank has a file: there is none of either."""
    draw = "draws/<uuid:claim_id>/"
    return {
        **{
            f"invoice/<uuid:public_id>/{draw}{what}/": {
                whose: f"/invoice/{pk}/draws/{UNKNOWN}/{what}/" for whose, pk in page.items()
            }
            for what in ("stop", "resume", "instead")
        },
        **{
            f"staff/<slug:slug>/invoice/<uuid:public_id>/{draw}{what}/": {
                whose: f"{path}draws/{UNKNOWN}/{what}/" for whose, path in staff.items()
            }
            for what in ("stop", "resume")
        },
        "staff/<slug:slug>/draws/<uuid:file_id>/accepted/": {
            whose: f"/staff/{slug}/draws/{UNKNOWN}/accepted/" for whose, slug in billers.items()
        },
    }


def _talks(
    world: World, page: dict[str, uuid.UUID], staff: dict[str, str]
) -> dict[str, dict[str, str]]:
    """The addresses of the conversations; Anna and her namesake have written."""
    fjord, other = world.fjord.slug, world.other.slug
    threads = {
        whose: Thread.objects.get(invoice=invoice).public_id
        for whose, invoice in (("annas", world.annas), ("namesakes", world.namesakes))
    }
    sent = str(Attachment.objects.get().public_id)
    reply = Reply.objects.get(biller=world.fjord).public_id
    incident = Incident.objects.get(biller=world.fjord).public_id
    inboxes = {"fjord": fjord, "other": other, "unknown biller": "nobody"}
    inside = {
        "annas": (fjord, threads["annas"]),
        "namesakes": (other, threads["namesakes"]),
        "annas at the wrong biller": (other, threads["annas"]),
        "namesakes at the wrong biller": (fjord, threads["namesakes"]),
        "unknown": (fjord, UNKNOWN),
    }
    return {
        **{
            f"invoice/<uuid:public_id>/messages/{end}": {
                whose: f"/invoice/{pk}/messages/{_filled(end, sent)}" for whose, pk in page.items()
            }
            for end in _BELOW_MESSAGES
        },
        **{
            f"staff/<slug:slug>/invoice/<uuid:public_id>/files/<uuid:file_id>/{end}": {
                whose: f"{path}files/{sent}/{end}" for whose, path in staff.items()
            }
            for end in ("", "small/")
        },
        "staff/<slug:slug>/invoice/<uuid:public_id>/thread/": {
            whose: f"{path}thread/" for whose, path in staff.items()
        },
        **{
            f"staff/<slug:slug>/inbox/{end}": {
                whose: f"/staff/{slug}/inbox/{end}" for whose, slug in inboxes.items()
            }
            for end in ("", "panels/", "bulk/", "mail/", "attend/", "setup/", "incidents/")
        },
        "staff/<slug:slug>/inbox/incidents/<uuid:incident_id>/": {
            whose: f"/staff/{slug}/inbox/incidents/{incident}/" for whose, slug in inboxes.items()
        },
        "staff/<slug:slug>/inbox/setup/<slug:kind>/": {
            whose: f"/staff/{slug}/inbox/setup/replies/" for whose, slug in inboxes.items()
        },
        "staff/<slug:slug>/inbox/setup/<slug:kind>/<uuid:item_id>/": {
            whose: f"/staff/{slug}/inbox/setup/replies/{reply}/" for whose, slug in inboxes.items()
        },
        "staff/<slug:slug>/inbox/<uuid:thread_id>/held/<uuid:held_id>/": {
            whose: f"/staff/{slug}/inbox/{pk}/held/{UNKNOWN}/"
            for whose, (slug, pk) in inside.items()
        },
        "hooks/mail/": {"own": "/hooks/mail/"},
        **{
            f"staff/<slug:slug>/inbox/<uuid:thread_id>/{end}": {
                whose: f"/staff/{slug}/inbox/{pk}/{end}" for whose, (slug, pk) in inside.items()
            }
            for end in ("", "panels/", "write/", "draft/", "replies/", "assign/", "state/", "seen/")
        },
        **_cards(page, inside),
    }


def _cards(
    page: dict[str, uuid.UUID], inside: dict[str, tuple[str, uuid.UUID]]
) -> dict[str, dict[str, str]]:
    """Proposing, and the one card there is: on Anna's invoice."""
    card = Card.objects.get().public_id
    ends = {
        **{f"propose/{end}/": f"propose/{end}/" for end in ("due-date", "split", "credit")},
        "card/<uuid:card_id>/withdraw/": f"card/{card}/withdraw/",
    }
    return {
        **{
            f"invoice/<uuid:public_id>/proposals/<uuid:card_id>/{end}/": {
                whose: f"/invoice/{pk}/proposals/{card}/{end}/" for whose, pk in page.items()
            }
            for end in ("accept", "decline")
        },
        **{
            f"staff/<slug:slug>/inbox/<uuid:thread_id>/{route}": {
                whose: f"/staff/{slug}/inbox/{pk}/{rest}" for whose, (slug, pk) in inside.items()
            }
            for route, rest in ends.items()
        },
    }


def _told(page: dict[str, uuid.UUID], staff: dict[str, str]) -> dict[str, dict[str, str]]:
    """Where it is said that an invoice is paid, or when it will be, and taken back."""
    found = {}
    for step in ("paid/", "paid/back/", "promise/", "promise/back/"):
        found[f"invoice/<uuid:public_id>/{step}"] = {
            whose: f"/invoice/{public_id}/{step}" for whose, public_id in page.items()
        }
        found[f"staff/<slug:slug>/invoice/<uuid:public_id>/{step}"] = {
            whose: f"{path}{step}" for whose, path in staff.items()
        }
    return found


def _review(world: World) -> dict[str, dict[str, str]]:
    """The addresses of the payments that wait; the one there is is Fjordfiber's."""
    fjord, other = world.fjord.slug, world.other.slug
    billers = {"fjord": fjord, "other": other, "unknown biller": "nobody"}
    line = BankLine.objects.get().public_id
    lines = {
        "fjords": (fjord, line),
        "fjords at the wrong biller": (other, line),
        "unknown": (fjord, UNKNOWN),
    }
    return {
        **{
            f"staff/<slug:slug>/payments/{end}": {
                whose: f"/staff/{slug}/payments/{end}" for whose, slug in billers.items()
            }
            for end in ("", "panels/", "many/", "quality/")
        },
        **{
            f"staff/<slug:slug>/payments/<uuid:line_id>/{end}": {
                whose: f"/staff/{slug}/payments/{pk}/{end}" for whose, (slug, pk) in lines.items()
            }
            for end in ("", "panels/", "book/", "split/", "credit/", "mark/", "undo/")
        },
    }


_BELOW_MESSAGES = (
    "",
    "seen/",
    "here/",
    "draft/",
    "rate/",
    "answers/",
    "answers/<uuid:answer_id>/",
    "files/<uuid:file_id>/",
    "files/<uuid:file_id>/small/",
)


def _filled(end: str, file_id: str) -> str:
    return end.replace("<uuid:file_id>", file_id).replace("<uuid:answer_id>", str(UNKNOWN))


def _credit(
    world: World, page: dict[str, uuid.UUID], staff: dict[str, str]
) -> dict[str, dict[str, str]]:
    """Credit, paybacks and their files. The one payback and the one file are Anna's biller's."""
    refund = Refund.objects.get(biller=world.fjord).public_id
    file = PayoutFile.objects.get(biller=world.fjord).public_id
    slugs = {"fjord": world.fjord.slug, "other": world.other.slug, "unknown biller": "nobody"}
    below = {
        "use/": "use/",
        "back/": "back/",
        "back/<uuid:refund_id>/account/": f"back/{refund}/account/",
        "back/<uuid:refund_id>/keep/": f"back/{refund}/keep/",
    }
    desk = {
        "": "",
        "panels/": "panels/",
        "file/": "file/",
        "file/<uuid:file_id>/": f"file/{file}/",
        "answer/": "answer/",
        "<uuid:refund_id>/": f"{refund}/",
    }
    return {
        **{
            f"invoice/<uuid:public_id>/credit/{route}": {
                whose: f"/invoice/{pk}/credit/{rest}" for whose, pk in page.items()
            }
            for route, rest in below.items()
        },
        **{
            f"staff/<slug:slug>/invoice/<uuid:public_id>/credit/{step}": {
                whose: f"{path}credit/{step}" for whose, path in staff.items()
            }
            for step in ("use/", "unuse/", "back/")
        },
        **{
            f"staff/<slug:slug>/refunds/{route}": {
                whose: f"/staff/{slug}/refunds/{rest}" for whose, slug in slugs.items()
            }
            for route, rest in desk.items()
        },
    }


def _account_path(pattern: str) -> str:
    return (
        pattern.replace("^confirm-email/(?P<key>[-:\\w]+)/$", "confirm-email/a-key/")
        .replace(
            "^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$", "password/reset/key/1-a/"
        )
        .replace("<int:pk>", "1")
    )


def _admin_path(pattern: str, world: World) -> str:
    path = pattern.replace("<path:content_type_id>/<path:object_id>", _on_site(world))
    path = path.replace("(?P<url>.*)$", "no/such/page")
    if "^(?P<app_label>" in path:
        return "admin/invoices/"
    if "<path:object_id>" in path:
        model = path.split("/")[2]
        path = path.replace("<path:object_id>", str(_some_id(model, world)))
    return path.replace("<id>", str(world.actors["superuser"].user.pk))  # type: ignore[union-attr]


def _on_site(world: World) -> str:
    return f"{ContentType.objects.get_for_model(world.fjord).pk}/{world.fjord.pk}"


def _some_id(model: str, world: World) -> int:
    invoice = world.annas
    rows = {
        "biller": world.fjord,
        "invoice": invoice,
        "customer": invoice.customer,
        "agreement": invoice.agreement,
        "membership": Membership.objects.filter(biller=world.fjord).first(),
        "payeeaccount": PayeeAccount.objects.filter(biller=world.fjord).first(),
        "account": Account.objects.filter(invoice=invoice).first(),
        "transfer": Transfer.objects.filter(biller=world.fjord).first(),
        "historyentry": HistoryEntry.objects.filter(invoice=invoice).first(),
        "user": world.actors["cia_agent"].user,
    }
    row = rows.get(model)
    return row.pk if row is not None else 1


@dataclass(frozen=True, slots=True)
class Answer:
    """What one actor got for one method on one target. ``html`` only for pages that were read."""

    target: Target
    actor: str
    method: str
    status: int
    location: str
    headers: dict[str, str]
    cookies: dict[str, dict[str, object]]
    html: str = ""


@dataclass(frozen=True, slots=True)
class Walked:
    """All answers, and what stood in every table before and after everything was read."""

    answers: list[Answer]
    before: dict[str, str]
    after: dict[str, str]

    @property
    def pages(self) -> list[Answer]:
        """The answers to GET."""
        return [answer for answer in self.answers if answer.method == "GET"]


def rows() -> dict[str, str]:
    """Table -> how many rows it has, a sum over all that stands in them, the last writer."""
    with connection.cursor() as cursor:
        found = {}
        for table in connection.introspection.table_names(cursor):
            if table not in TRACES:
                cursor.execute(
                    "SELECT count(*), sum(hashtextextended(t::text, 0)), max(xmin::text::bigint)"
                    f" FROM {connection.ops.quote_name(table)} t"
                )
                found[table] = str(cursor.fetchone())
    return found


def walk(world: World, methods: Sequence[str], *, undo: bool) -> list[Answer]:
    """Ask for every target as every actor, each time as one who has just come in.

    ``undo`` takes back what a request wrote, so that the next one finds the same world.
    """
    logging.disable(logging.ERROR)
    try:
        return [
            _ask(client, cookies, actor, target, method, undo)
            for actor, client, cookies in _browsers(world)
            for target in targets(world)
            for method in methods
            if method in METHODS_OF.get(target.whose, METHODS)
        ]
    finally:
        logging.disable(logging.NOTSET)


def _browsers(world: World) -> Iterator[tuple[str, Client, str]]:
    for name, actor in world.actors.items():
        client = actor.client()
        yield name, client, client.cookies.output(header="", sep=";")


def _ask(
    client: Client, cookies: str, actor: str, target: Target, method: str, undo: bool
) -> Answer:
    client.cookies = SimpleCookie(cookies)
    with transaction.atomic():
        response = client.generic(method, target.path)
        if undo:
            transaction.set_rollback(True)
    is_page = response.get("Content-Type", "").startswith("text/html") and not response.streaming
    return Answer(
        target,
        actor,
        method,
        response.status_code,
        response.get("Location", ""),
        dict(response.items()),
        {name: dict(morsel) for name, morsel in response.cookies.items()},
        response.text if method == "GET" and is_page else "",
    )
