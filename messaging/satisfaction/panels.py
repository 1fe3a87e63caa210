"""The question after a closing, on the customer's page; what came of it, in the inbox."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from invoices.billers.roles import ANSWERS
from invoices.page.view import InvoiceView
from invoices.panels import CUSTOMER, Panel, register
from messaging.satisfaction.queries import rating_after_last_closing, rating_of, summed
from messaging.satisfaction.states import WORDS_MAX, Score
from messaging.threads.panels import talk_of
from messaging.threads.states import ThreadState

LATELY: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Question:
    """``asked`` while there is something to say; ``score`` is what was said, "" before."""

    asked: bool
    url: str = ""
    score: str = ""
    score_label: str = ""
    words: str = ""
    scores: tuple[tuple[str, str], ...] = ()
    words_max: int = WORDS_MAX


def question(view: InvoiceView) -> Question:
    """Asked once a conversation in which somebody answered is closed; nothing before."""
    talk = talk_of(view)
    if talk is None or talk.state != ThreadState.CLOSED or not talk.answered:
        return Question(asked=False)
    rating = rating_after_last_closing(view.invoice.pk)
    labels = score_labels()
    return Question(
        asked=True,
        url=reverse("rate_conversation", args=[view.invoice.public_id]),
        score=rating.score if rating else "",
        score_label=labels[Score(rating.score)] if rating else "",
        words=rating.words if rating else "",
        scores=tuple((score.value, label) for score, label in labels.items()),
    )


def score_labels() -> dict[Score, str]:
    """What can be said, in the reader's language, the best first."""
    return {Score.GOOD: _("Good"), Score.FAIR: _("So-so"), Score.BAD: _("Not good")}


@dataclass(frozen=True, slots=True)
class Said:
    """What customers said lately, and what this one did."""

    good_percent: int
    answers: int
    rows: list[tuple[str, int]]
    score_label: str
    words: str


def said(view: Any) -> Said:
    """The sum of the last LATELY, and the open thread's own; for the inbox."""
    total = summed(view.biller.pk, view.now - LATELY)
    closed = view.thread is not None and view.thread.state == ThreadState.CLOSED
    rating = rating_of(view.thread.pk) if closed else None
    labels = score_labels()
    return Said(
        good_percent=total.good_percent,
        answers=total.answers,
        rows=[(label, getattr(total, score.value)) for score, label in labels.items()],
        score_label=labels[Score(rating.score)] if rating else "",
        words=rating.words if rating else "",
    )


register(
    Panel(
        "invoice",
        "satisfaction",
        "messaging/satisfaction/_question.html",
        question,
        place="story",
        order=15,
        audience=frozenset({CUSTOMER}),
    )
)
register(Panel("inbox", "said", "messaging/satisfaction/_said.html", said, "side", 90, ANSWERS))
