"""Finding conversations by what was written, by the customer, the invoice or a way to reach them.

Each way of finding reads an index of its own and stops at FOUND_MAX: more is no answer to a
search. Words are found as they were written (no stemming: a conversation has no one language), in
any order, and by their beginnings; in "quotes" just so, and without -words that stand there.
"""

import re
from collections.abc import Sequence
from typing import Any, Final

from django.db import connection
from django.db.models import Q

from invoices.billers.models import Biller
from messaging.sorting.queries import PER_PAGE, Cursor, Page, Stretch, Wanted, with_last_words
from messaging.threads.models import Thread

FOUND_MAX: Final = 500
_WORD = re.compile(r"[\w@.+/-]*\w")
_PHONE = re.compile(r"\+?[\d\s().\-/]{6,20}")
_CODES: Final = {"NO": "47", "SE": "46"}

# The newest first; ids of messages grow with time. Words that only must not stand there find
# nothing: querytree says which they are.
_SAID = """
SELECT m.thread_id FROM messaging_message m
WHERE nota_words_of(m.biller_id, m.text) @@ nota_asked_of(%(biller)s, {words})
AND m.biller_id = %(biller)s AND querytree({words}) NOT IN ('T', '')
ORDER BY m.biller_id, m.id DESC LIMIT %(most)s
"""
_NAMED = """
SELECT t.id FROM invoices_customer c JOIN messaging_thread t ON t.customer_id = c.id
WHERE to_tsvector('simple'::regconfig, coalesce(c.name, '')) @@ {words}
AND c.biller_id = %(biller)s AND querytree({words}) NOT IN ('T', '') LIMIT %(most)s
"""
_NUMBERED = """
SELECT t.id FROM invoices_customer c JOIN messaging_thread t ON t.customer_id = c.id
WHERE c.biller_id = %(biller)s AND c.number = ANY(%(numbers)s)
"""
_INVOICED = """
SELECT t.id FROM invoices_invoice i JOIN messaging_thread t ON t.invoice_id = i.id
WHERE i.biller_id = %(biller)s AND i.number = ANY(%(numbers)s)
"""
_REFERRED = """
SELECT t.id FROM invoices_invoice i JOIN messaging_thread t ON t.invoice_id = i.id
WHERE i.agreement_id IN (SELECT id FROM invoices_agreement WHERE biller_id = %(biller)s)
AND i.reference = %(bare)s
"""
_REACHED = """
SELECT t.id FROM invoices_contactpoint p
JOIN invoices_customer c ON c.id = p.customer_id
JOIN messaging_thread t ON t.customer_id = c.id
WHERE lower(p.value) = ANY(%(points)s) AND c.biller_id = %(biller)s LIMIT %(most)s
"""
_BY_WORDS = "websearch_to_tsquery('simple', %(query)s)"
_BY_BEGINNINGS = "to_tsquery('simple', %(beginnings)s)"


def found_by(
    wanted: Wanted, biller: Biller, after: Cursor | None = None, most: int = PER_PAGE
) -> Page:
    """A page of the biller's conversations that a search finds, the newest first, open or closed.

    Two questions: which they are, and what a list shows of them.
    """
    ids = found_ids(wanted.query, biller)
    stretch = Stretch("f", Q(pk__in=ids), "last_at", up=False)
    here = Thread.objects.filter(biller_id=biller.pk)
    after = after if after and after.stretch == stretch.name else None
    rows = list(stretch.rows(with_last_words(here), after)[: most + 1])
    if len(rows) <= most:
        return Page(rows, "")
    last = rows[most - 1]
    return Page(rows[:most], str(Cursor(stretch.name, last.last_at, last.pk)))


def found_ids(query: str, biller: Biller) -> Sequence[int]:
    """The ids of the threads that a search finds."""
    sql, values = statement(query, biller)
    if not sql:
        return []
    with connection.cursor() as cursor:  # planned for these words: rare and common ones differ
        cursor.execute(sql, values)
        return [pk for (pk,) in cursor.fetchall()]


def statement(query: str, biller: Biller) -> tuple[str, dict[str, Any]]:
    """The search as SQL with its values; "" where nothing can be looked for."""
    bare = "".join(query.split())
    beginnings = " & ".join(_beginning(word) for word in _WORD.findall(query))
    if not bare:
        return "", {}
    exact = '"' in query or re.search(r"(^|\s)-\w", query) or not beginnings
    words = _BY_WORDS if exact else _BY_BEGINNINGS
    parts = [_SAID, _NAMED, _NUMBERED, _INVOICED, _REFERRED]
    points = _points(query.strip(), biller.country)
    if points:
        parts.append(_REACHED)
    sql = " UNION ".join(f"({part.format(words=words)})" for part in parts)
    values: dict[str, Any] = {
        "biller": biller.pk,
        "most": FOUND_MAX,
        "bare": bare,
        "numbers": sorted({bare, bare.upper(), bare.lower()}),
    }
    values |= {"query": query} if exact else {"beginnings": beginnings}
    return sql, values | ({"points": points} if points else {})


def _beginning(word: str) -> str:
    """A word for to_tsquery; short ones whole, since too much begins like them."""
    quoted = "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
    return f"{quoted}:*" if len(word) > 2 else quoted


def _points(query: str, country: str) -> list[str]:
    """How the query would stand among contact points; [] where it is neither address nor number."""
    if "@" in query and " " not in query:
        return [query.lower()]
    if not _PHONE.fullmatch(query):
        return []
    digits = re.sub(r"\D", "", query)
    code = _CODES[country]
    own = digits.removeprefix("00").removeprefix(code) if len(digits) > 9 else digits
    return sorted({f"+{digits.removeprefix('00')}", f"+{code}{own.lstrip('0')}", digits})
