"""Every address the house answers to, with arguments that lead somewhere."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http.cookies import SimpleCookie

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from invoices.models import Account, HistoryEntry, Membership, PayeeAccount, Transfer
from tests.people import World
from tests.security import doors

SAFE = ("GET", "HEAD", "OPTIONS")
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
METHODS = SAFE + UNSAFE
# Where asking leaves a trace by design: who comes in has a session, limits on guessing count.
TRACES = ("django_session", "usersessions_usersession", "nota_cache", "invoices_tally")
# Pages of others: the admin has one gate, which looks at no method; allauth's know these two.
METHODS_OF = {"admin": ("GET", "POST"), "account": ("GET", "POST")}


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
    ours = doors.addresses(world)
    found = []
    for pattern in patterns():
        if pattern.startswith("admin/"):
            found.append(Target(pattern, "admin", "/" + _admin_path(pattern, world)))
        elif pattern.startswith("accounts/"):
            found.append(Target(pattern, "account", "/" + _account_path(pattern)))
        else:
            found += [Target(pattern, whose, path) for whose, path in ours[pattern].items()]
    return found


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
