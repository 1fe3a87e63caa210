"""The inbox with 100,000 conversations and 1,000,000 messages, beside the barest statement.

The plan of each list is looked at: a list that sorts, or reads a table to its end, fails. Beside
them stand another biller's 200,000 messages, which no search of the first may read.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from invoices.billers.models import Biller, User
from invoices.billers.roles import Role
from messaging.sorting.queries import Wanted, cursor_from, page_of
from messaging.sorting.search import found_ids, statement
from messaging.threads.models import Thread
from messaging.threads.states import Box
from tests.bench.table import Row
from tests.build import a_biller, a_customer, a_member, an_invoice

THREADS, MESSAGES, WAITING = 100_000, 1_000_000, 5_000
ROUNDS = 15

_CUSTOMERS = """
INSERT INTO invoices_customer (biller_id, number, reference_no, name, kind, language, created_at)
SELECT %(biller)s, 'B' || n, 500000 + n, 'Kunde' || n || ' Etternavn' || n %% 5000, 'person',
    'nb', now()
FROM generate_series(1, %(threads)s) n
"""
_INVOICES = """
INSERT INTO invoices_invoice (biller_id, customer_id, agreement_id, number, reference, currency,
    issued_on, issued_due_on, due_on, total_minor, vat_minor)
SELECT c.biller_id, c.id, %(agreement)s, 'B' || c.reference_no, lpad(c.reference_no::text, 13, '9'),
    'NOK', current_date, current_date + 14, current_date + 14, 50000, 10000
FROM invoices_customer c WHERE c.biller_id = %(biller)s AND c.reference_no > 500000
"""
# One in twenty waits; half of the others are closed.
_THREADS = """
INSERT INTO messaging_thread (biller_id, customer_id, invoice_id, owner_id, state, waiting_since,
    last_no, last_at, customer_got_no, customer_read_no, staff_got_no, staff_read_no, created_at,
    topic, topic_by_hand, snooze_reason)
SELECT i.biller_id, i.customer_id, i.id, CASE WHEN i.id %% 3 = 0 THEN %(owner)s END,
    CASE WHEN i.id %% 20 = 0 OR i.id %% 2 = 1 THEN 'open' ELSE 'closed' END,
    CASE WHEN i.id %% 20 = 0 THEN now() - i.id * interval '1 second' END,
    %(each)s, now() - i.id * interval '1 second', 0, 0, 0, 0, now(), 'payment', false, ''
FROM invoices_invoice i WHERE i.biller_id = %(biller)s AND i.number LIKE 'B%%'
"""
_MESSAGES = """
INSERT INTO messaging_message
    (biller_id, public_id, thread_id, no, kind, side, user_id, text, at)
SELECT t.biller_id, uuidv7(), t.id, n, 'message',
    CASE WHEN n %% 2 = 1 THEN 'customer' ELSE 'staff' END,
    CASE WHEN n %% 2 = 0 THEN %(owner)s::bigint END,
    'Hei, jeg lurer på fakturaen ord' || (t.id * 7 + n) %% 20000 || ' og ord' || t.id %% 977
        || CASE WHEN t.id = %(rare)s AND n = 1 THEN ' sjeldenhet' ELSE '' END || %(foreign)s,
    now() - (t.id * 10 + n) * interval '1 second'
FROM messaging_thread t, generate_series(1, %(each)s) n WHERE t.biller_id = %(biller)s
"""
# What a list cannot do without: the ids in the order of the index, and their words.
_FLOOR_LIST = """
SELECT t.id, c.name, (SELECT text FROM messaging_message m WHERE m.thread_id = t.id
    ORDER BY no DESC LIMIT 1)
FROM messaging_thread t JOIN invoices_customer c ON c.id = t.customer_id
WHERE t.biller_id = %(biller)s AND t.waiting_since IS NOT NULL AND t.snoozed_until IS NULL
AND t.lead_id IS NULL ORDER BY t.waiting_since, t.id LIMIT 51
"""
_FLOOR_SEARCH = """
SELECT m.thread_id FROM messaging_message m
WHERE nota_words_of(m.biller_id, m.text)
    @@ nota_asked_of(%(biller)s, to_tsquery('simple', %(word)s))
LIMIT 500
"""
_WORDS = "SELECT pg_get_indexdef('message_words'::regclass)"


def run() -> list[Row]:
    """Lists, search and the whole page."""
    biller, client = _filled()
    slug = f"/staff/{biller.slug}/inbox/"
    rows = [_list_row(biller), _deep_row(biller)]
    for name, query, word in (
        ("search, a rare word", "sjeldenhet", "'sjeldenhet':*"),
        ("search, a common word", "fakturaen", "'fakturaen':*"),
        ("search, two words", "ord5 ord976", "'ord5' & 'ord976':*"),
        ("search, a name", "Kunde77777", "'Kunde77777':*"),
        ("search, others' word", "fremmedord", "'fremmedord':*"),
    ):
        rows.append(_search_row(biller, name, query, word))
    rows.append(_page_row(client, slug, biller))
    return rows


def _filled() -> tuple[Biller, Client]:
    began = time.perf_counter()
    ours, other = a_biller("benk"), a_biller("annen")
    with connection.cursor() as cursor:  # an index is built in a set too
        cursor.execute(_WORDS)
        ((words,),) = cursor.fetchall()
        cursor.execute("DROP INDEX message_words")
        cursor.execute("SET maintenance_work_mem = '256MB'")
        cursor.execute("SET session_replication_role = replica")  # what is made fits by itself
        user = _fill(cursor, ours, THREADS, "")
        _fill(cursor, other, THREADS // 5, " fremmedord")
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute(words)
        for table in ("messaging_message", "messaging_thread"):
            cursor.execute(f"VACUUM ANALYZE {table}")
        cursor.execute("ANALYZE invoices_customer, invoices_invoice")
    sys.stderr.write(f"  filled in {time.perf_counter() - began:.0f} s\n")
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return ours, client


def _fill(cursor: Any, biller: Biller, threads: int, foreign: str) -> User:
    first = an_invoice(a_customer(biller))
    user = a_member(biller, Role.AGENT, f"{biller.slug}@example.com")
    values = {
        "biller": biller.pk,
        "agreement": first.agreement_id,
        "owner": user.pk,
        "threads": threads,
        "each": MESSAGES // THREADS,
        "foreign": foreign,
    }
    for sql in (_CUSTOMERS, _INVOICES, _THREADS):
        cursor.execute(sql, values)
    rare = Thread.objects.filter(biller=biller).order_by("pk")[threads // 2].pk
    cursor.execute(_MESSAGES, values | {"rare": rare})
    return user


def _ms(work: Callable[[], object]) -> float:
    work()
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        times.append(1_000 * (time.perf_counter() - began))
    return statistics.median(times)


def _bare(sql: str, **values: Any) -> Callable[[], object]:
    def ask() -> object:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall()

    return ask


def _row(name: str, ours: float, floor: float, aim: float, note: str) -> Row:
    return Row("inbox", name, ours, floor, ours / floor, aim, "lower", "ms", note)


def _list_row(biller: Biller) -> Row:
    wanted = Wanted(biller.pk, 0, Box.WAITING)
    note = _plan(lambda: page_of(wanted))
    ours = _ms(lambda: page_of(wanted))
    floor = _ms(_bare(_FLOOR_LIST, biller=biller.pk))
    return Row(
        "inbox", "who waits, first page", ours, floor, ours / floor, 50, "lower", "ms", note, "ours"
    )


def _deep_row(biller: Biller) -> Row:
    wanted = Wanted(biller.pk, 0, Box.CLOSED)
    after = None
    for _ in range(40):
        after = cursor_from(page_of(wanted, after, 500).after)
    note = _plan(lambda: page_of(wanted, after))
    ours = _ms(lambda: page_of(wanted, after))
    floor = _ms(lambda: page_of(wanted))
    return _row("closed, behind row 20,000", ours, floor, 1.5, f"floor: its first page; {note}")


def _search_row(biller: Biller, name: str, query: str, word: str) -> Row:
    sql, values = statement(query, biller)
    note = f"{len(found_ids(query, biller))} found; {_nodes(sql, values)}"
    ours = _ms(lambda: found_ids(query, biller))
    floor = _ms(_bare(_FLOOR_SEARCH, word=word, biller=biller.pk))
    return Row("inbox", name, ours, floor, ours / floor, 300, "lower", "ms", note, of="ours")


def _page_row(client: Client, slug: str, biller: Biller) -> Row:
    path = f"{slug}?view=waiting"
    client.get(path)  # what a process asks once
    many = _asked(client, path)
    ours = _ms(lambda: client.get(path))
    kept = list(
        Thread.objects.filter(biller=biller).order_by("pk").values_list("pk", flat=True)[:3]
    )
    with transaction.atomic():
        Thread.objects.filter(biller=biller).exclude(pk__in=kept).update(waiting_since=None)
        Thread.objects.filter(pk__in=kept).update(waiting_since="2026-11-01T00:00Z", state="open")
        few = _asked(client, path)
        transaction.set_rollback(True)
    assert len(many) == len(few), f"other questions with many: {set(many) ^ set(few)}"
    floor = _ms(lambda: client.get(f"{slug}?view=mentions"))
    note = f"floor: an empty view; {len(many)} questions, as many as with 3 conversations"
    return _row("the whole page", ours, floor, 5, note)


def _asked(client: Client, path: str) -> list[str]:
    """What a page asks, without the savepoints of a transaction around it."""
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    said = (query["sql"] for query in asked.captured_queries)
    return [sql for sql in said if "SAVEPOINT" not in sql]


def _plan(work: Callable[[], object]) -> str:
    """The plan of what a list asks, in a few words; a scan of a whole table is a fault."""
    with CaptureQueriesContext(connection) as asked:
        work()
    said = []
    for query in asked.captured_queries:
        if query["sql"].startswith("SELECT"):
            said.append(_nodes(query["sql"], None))
    return " / ".join(said)


def _nodes(sql: str, values: dict[str, Any] | None) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", values)
        ((plan,),) = cursor.fetchall()
    plan = plan if isinstance(plan, list) else json.loads(plan)
    names = list(_walk(plan[0]["Plan"]))
    sys.stderr.write(f"  plan: {', '.join(names)}\n")
    faults = ("Seq Scan on messaging_message", "Seq Scan on messaging_thread", "Incremental Sort")
    whole = [name for name in names if name in faults]
    assert not whole, whole
    return ", ".join(dict.fromkeys(name for name in names if "messaging_" in name))


def _walk(node: dict[str, Any]) -> Any:
    place = node.get("Index Name") or node.get("Relation Name") or ""
    yield f"{node['Node Type']} on {place}" if place else node["Node Type"]
    for below in node.get("Plans", ()):
        yield from _walk(below)
