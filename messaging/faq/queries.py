"""Which answers fit what somebody is writing, and what offering them has come to."""

from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

OFFERED_MAX: Final = 3
# PostgreSQL's stemming of each language; a language that is not here is searched as it is written.
CONFIGS: Final = {"nb": "norwegian", "sv": "swedish", "en": "english"}
# A word of the question weighs most, then other words for it, then the answer's.
RANK_MIN: Final = 0.08

# Any of the words may fit: people write sentences. Words that every sentence holds are left out
# by the language's own list.
_FITTING = """
WITH asked AS (
    SELECT replace(plainto_tsquery(%(config)s::regconfig, %(text)s)::text, '&', '|')::tsquery AS q
), known AS (
    SELECT id, public_id, question, answer,
        setweight(to_tsvector(%(config)s::regconfig, question), 'A')
        || setweight(to_tsvector(%(config)s::regconfig, keywords), 'B')
        || setweight(to_tsvector(%(config)s::regconfig, answer), 'D') AS words
    FROM messaging_answer
    WHERE biller_id = %(biller)s AND language = %(language)s AND is_shown
)
SELECT id, public_id::text, question, answer FROM (
    SELECT known.*, ts_rank('{0.02, 0.1, 0.6, 1.0}', words, asked.q) AS rank
    FROM known, asked WHERE words @@ asked.q
) fitting
WHERE rank >= %(rank_min)s ORDER BY rank DESC, id LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Fitting:
    """An answer that fits."""

    id: int
    public_id: str
    question: str
    answer: str


def fitting(biller_id: int, language: str, text: str) -> list[Fitting]:
    """Up to OFFERED_MAX of the biller's answers in the language that fit the words, best first."""
    if not text.strip():
        return []
    values: dict[str, Any] = {
        "config": CONFIGS.get(language, "simple"),
        "text": text[:2_000],
        "biller": biller_id,
        "language": language,
        "rank_min": RANK_MIN,
        "most": OFFERED_MAX,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FITTING, values)
        return [Fitting(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Came:
    """What came of an answer: how often it was shown, opened, called a help, and of those that it
    helped, how many sent nothing.
    """

    shown: int
    opened: int
    helped: int
    unsent: int


_CAME = """
SELECT count(*), count(opened_at), count(helped_at), count(*) FILTER (
    WHERE helped_at IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM messaging_message m WHERE m.public_id = o.message_id))
FROM messaging_offer o WHERE answer_id = %s
"""


def came_of(answer_id: int) -> Came:
    """What came of offering the answer; what was sent after all counts as no help."""
    with connection.cursor() as cursor:
        cursor.execute(_CAME, [answer_id])
        return Came(*cursor.fetchone())
