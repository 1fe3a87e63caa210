"""How long customers waited for their first answers, read from what was written."""

from datetime import datetime
from typing import Any

from django.db import connection

# A turn of a thread: what the customer wrote after the last answer, and the answer that ended it.
_WAITS = """
SELECT min(at) FILTER (WHERE side = 'customer'), min(at) FILTER (WHERE side = 'staff')
FROM (
    SELECT m.thread_id, m.side, m.at, count(*) FILTER (WHERE m.side = 'staff') OVER (
        PARTITION BY m.thread_id ORDER BY m.no ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS turn
    FROM messaging_message m JOIN messaging_thread t ON t.id = m.thread_id
    WHERE t.biller_id = %(biller)s AND t.last_at >= %(since)s
    AND m.kind = 'message' AND m.at >= %(since)s
) turns
GROUP BY thread_id, turn
HAVING count(*) FILTER (WHERE side = 'customer') > 0 AND count(*) FILTER (WHERE side = 'staff') > 0
ORDER BY 2 DESC LIMIT %(most)s
"""
WAITS_MAX = 5_000


def waits_of(biller_id: int, since: datetime) -> list[tuple[datetime, datetime]]:
    """When customers began to wait and when they were answered, the newest answers first."""
    values: dict[str, Any] = {"biller": biller_id, "since": since, "most": WAITS_MAX}
    with connection.cursor() as cursor:
        cursor.execute(_WAITS, values)
        return [(began, ended) for began, ended in cursor.fetchall() if ended >= began]
