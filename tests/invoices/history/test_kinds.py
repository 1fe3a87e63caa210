"""Every kind of event can be said, in every language, from what its action records."""

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from invoices.documents.links.levels import Channel
from invoices.history.kinds import KINDS, Audience, kinds_for
from invoices.page.sentences import fill
from messaging.threads.topics import About
from payments.claims.planning import Why

MONEY = {"amount_minor": 12_345_600, "left_minor": 30_000, "currency": "NOK"}
DUE_ON = date(2026, 12, 6).isoformat()
BOOKED: dict[str, Any] = {"booked_on": DUE_ON, "rule": "exact", "line": 1, "file": "bank.txt"}

PAYING = {"amount_minor": 25_000, "currency": "NOK", "provider": "Vipps", "intent": "1"}

# What always has small print, whatever the data.
ALWAYS_MORE = (
    *("expected.reopened", "expected.lapsed", "promise.broken"),
    *("refund.asked", "refund.sent", "refund.returned"),
)
SAID = MONEY | {"paid_on": DUE_ON, "pay_on": DUE_ON, "until_on": DUE_ON}

WHY = "There was not enough money on the account."
SCHEMES: list[dict[str, Any]] = [
    {"scheme": label, "mandate": "1"} for label in ("Autogiro", "AvtaleGiro", "Vipps")
]

DRAW: dict[str, Any] = {
    "amount_minor": 50_000,
    "draw_on": "2026-12-05",
    "scheme": "Autogiro",
    "claim": "1",
}
VIPPS = DRAW | {"scheme": "Vipps"}

LINKS: list[dict[str, Any]] = [{"level": "own", "channel": channel} for channel in Channel]
CONTACTS: list[dict[str, Any]] = [{"contact": kind} for kind in ("email", "phone", "address")]

GIVEN: list[dict[str, Any]] = [each | {"reason": "Asked on the phone"} for each in SCHEMES]

# What the actions record, with every turn that a sentence takes.
RECORDED: dict[str, list[dict[str, Any]]] = {
    "invoice.issued": [{"amount_minor": 1, "due_on": DUE_ON}],
    "invoice.credited": [
        MONEY | {"refundable_minor": refundable, "reason": reason}
        for refundable in (0, 5_000)
        for reason in ("", "Outage {x}")
    ],
    "invoice.charged": [MONEY | {"reason": ""}, MONEY | {"reason": "Late"}],
    "invoice.due_moved": [{"from_on": DUE_ON, "to_on": DUE_ON, "reason": "Payday"}],
    "invoice.split": [{"count": 3, "first_minor": 100, "first_on": DUE_ON, "reason": ""}],
    "invoice.due_move_undone": [{"from_on": DUE_ON, "to_on": DUE_ON, "left_minor": 100}],
    "invoice.split_undone": [{"from_on": DUE_ON, "to_on": DUE_ON, "left_minor": 100}],
    "invoice.written_down": [MONEY | {"reason": "Small"}],
    "invoice.write_down_undone": [MONEY],
    "invoice.cancelled": [{"reason": "Twice"}],
    "invoice.disputed": [{"left_minor": 100, "due_on": DUE_ON, "reason": "Never got it"}],
    "invoice.dispute_settled": [{"left_minor": 100, "due_on": DUE_ON, "reason": "Got it"}],
    "invoice.to_collection": [{"agency": "Kravo AS", "left_minor": 100, "reason": "Unpaid"}],
    "invoice.from_collection": [{"left_minor": left, "reason": "Agreed"} for left in (0, 100)],
    "invoice.opened": LINKS,
    "link.made": [{"made_for": "e-mail"}, *LINKS],
    "link.shared": LINKS,
    "link.revoked": [{}, *LINKS],
    "link.rotated": LINKS,
    "link.code_sent": [{"purpose": "step_up"}, {"purpose": "verify"}],
    "link.proved": [{}],
    "link.code_locked": [{}],
    "contact.added": CONTACTS,
    "contact.removed": CONTACTS,
    "contact.preferred": CONTACTS,
    "contact.verified": CONTACTS,
    "credit.used": [
        MONEY | {"left_minor": left, "automatic": automatic}
        for left in (0, 30_000)
        for automatic in (False, True)
    ],
    "credit.unused": [MONEY],
    "refund.asked": [MONEY],
    "refund.approved": [MONEY],
    "refund.refused": [MONEY | {"reason": "Wrong account"}],
    "refund.withdrawn": [MONEY],
    "refund.account_changed": [MONEY, MONEY | {"approval": "void"}],
    "refund.sent": [MONEY],
    "refund.held_back": [MONEY | {"code": "RJCT"}],
    "refund.paid": [MONEY],
    "refund.returned": [MONEY],
    "payout.file_made": [MONEY | {"count": 2, "file": "NOTA-1-1"}],
    "payout.answered": [{"file": "NOTA-1-1", "paid": 1, "returned": 0, "waiting": 0}],
    "expected.stated": [SAID],
    "expected.met": [SAID],
    "expected.reopened": [SAID],
    "expected.lapsed": [SAID],
    "expected.withdrawn": [SAID, SAID | {"because": "settled"}],
    "promise.made": [SAID],
    "promise.kept": [SAID],
    "promise.broken": [SAID],
    "promise.withdrawn": [SAID],
    "bankfile.received": [MONEY | {"file": "bank.txt", "file_id": 1, "count": 2, "duplicates": 0}],
    "bankfile.refused": [{"file": "bank.txt", "file_id": 1}],
    "payment.matched": [
        MONEY | BOOKED | {"left_minor": left, "overpaid_minor": over}
        for left in (0, 30_000)
        for over in (0, 5_000)
    ]
    + [MONEY | BOOKED | PAYING | {"left_minor": 0, "overpaid_minor": 0}],
    "payment.unmatched": [MONEY | {"reference": "–", "line": 1, "file": "bank.txt"}],
    "payment.taken_back": [MONEY | BOOKED],
    "payment.undone": [
        MONEY | {"left_minor": left, "reason": "wrong_customer", "back": back}
        for left in (0, 100)
        for back in (False, True)
    ],
    **{
        f"payment.{what}": [MONEY]
        for what in ("kept", "let_go", "set_aside", "waits_again", "returned")
    },
    **{
        f"payment.{what}": [PAYING]
        for what in ("handed_over", "approved", "declined", "cancelled", "expired", "failed")
    },
    "payment.started": [PAYING, PAYING | {"shared": True}],
    "provider.connected": [{"provider": "Vipps"}],
    **{
        f"mandate.{what}": [*SCHEMES, *GIVEN] for what in ("left", "resumed", "stopped", "restored")
    },
    **{f"mandate.{what}": SCHEMES for what in ("begun", "requested")},
    "mandate.activated": [*SCHEMES, SCHEMES[1] | {"by_bank": True}],
    **{f"mandate.{what}": [*SCHEMES, SCHEMES[0] | {"why": WHY}] for what in ("refused", "ended")},
    "mandate.paused": [
        each | {"by": by} for each in (SCHEMES[0], GIVEN[0]) for by in ("customer", "staff", "bank")
    ],
    "mandate.notice": [SCHEMES[1] | {"wanted": wanted} for wanted in (True, False)],
    "mandate.unknown": [{"number": "9831", "file_id": 1, "line": 2}],
    "scheme.connected": SCHEMES,
    "outgoing.written": [MONEY | {"file": "autogiro-00001.txt", "count": 2}],
    "outgoing.fetched": [{"file": "autogiro-00001.txt"}],
    "thread.snoozed": [{"until_on": DUE_ON}],
    "thread.woke": [{}],
    "thread.tagged": [{"tag": "VIP"}],
    "thread.untagged": [{"tag": "VIP"}],
    "thread.sorted": [{"topic": topic} for topic in ("", *About)],
    "thread.joined": [{"other": "20482"}],
    "thread.parted": [{"other": "20482"}],
    "thread.gathered": [{"incident": "Brudd i Bergen"}],
    "thread.teamed": [{"team": "Faktura"}, {"team": ""}],
    **{
        f"claim.{what}": [DRAW, VIPPS]
        for what in (
            *("planned", "replanned", "notified", "stopped", "resumed", "sent", "accepted"),
            *(
                "moved",
                "overlaps",
                "settled",
                "settled_after_all",
                "rested",
                "unbooked",
                "rebooked",
            ),
        )
    },
    **{
        f"claim.{what}": [VIPPS, *(DRAW | {"cause": cause} for cause in (*Why, "something else"))]
        for what in ("withdrawn", "cancelling")
    },
    **{
        f"claim.{what}": [each | {"cause": "draw.1", "why": WHY} for each in (DRAW, VIPPS)]
        for what in ("failed", "rejected", "refunded", "not_cancelled")
    },
    "claim.cancelled": [DRAW, DRAW | {"cause": "change.12", "why": WHY}],
    "claim.retrying": [
        each | {"retry_on": "2026-12-07", "cause": "draw.9", "why": WHY} for each in (DRAW, VIPPS)
    ],
    "claim.unknown": [{"file": "autogiro.txt", "line": 3}],
    "scheme.terms_set": [{"scheme": "Autogiro", "valid_on": "2026-12-05", "own": {}}],
    "transfer.reversed": [MONEY | {"reason": "Wrong invoice"}],
    "message.sent": [{"message_id": 1, "side": side} for side in ("customer", "staff", "else")],
    "hours.changed": [{}],
    "thread.rated": [{"score": score} for score in ("good", "fair", "bad", "else")],
    "thread.rated_words": [{}],
    "message.noted": [{"message_id": 1}],
    "thread.assigned": [
        {"how": how, "owner_id": owner}
        for how, owner in (("taken", 1), ("given", 2), ("released", None))
    ],
    **{f"thread.{what}": [{}] for what in ("settled", "waits", "closed", "reopened")},
    "mail.told": [{"channel": channel} for channel in ("email", "sms", "else")],
    "mail.failed": [{"channel": channel} for channel in ("email", "sms", "else")],
    "mail.unreachable": [{}],
    "mail.noted": [{"verdict": v} for v in ("automatic", "bounced", "empty", "unreadable", "else")],
    "mail.elsewhere": [{"mail_id": 1}],
    "mail.files_refused": [{"count": 1}, {"count": 2, "reason": "Too large"}],
    "card.proposed": [
        {"what": "move", "to_on": DUE_ON},
        {"what": "split", "count": 3, "first_minor": 100, "first_on": DUE_ON},
        {"what": "credit", "amount_minor": 100},
        {"what": "else"},
    ],
    **{
        f"card.{end}": [{"what": "move"}]
        for end in ("accepted", "declined", "withdrawn", "expired", "outdated")
    },
}


@pytest.mark.parametrize("language", ["nb", "sv", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_said_in_every_language(kind: str, language: str) -> None:
    for data in RECORDED[kind]:
        with translation.override(language):
            said = fill(KINDS[kind].say(data), data, "NOK")
            small_print = fill(KINDS[kind].detail(data), data, "NOK")

        assert said
        assert "{" not in said
        names = ["reason", "overpaid_minor", "shared", "by_bank", "automatic"]
        names += ["why"] if kind.startswith(("mandate.", "claim.")) else []
        has_more = any(data.get(name) for name in names)
        by_provider = kind == "payment.matched" and "provider" in data
        assert bool(small_print) == (has_more or by_provider or kind in ALWAYS_MORE)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_shows_something_new_somewhere_and_has_a_short_name(kind: str) -> None:
    noun, past = kind.split(".")

    assert noun
    assert past
    assert KINDS[kind].panels
    assert len(kind) <= 40


def test_the_sentences_say_the_money_that_moved() -> None:
    matched = KINDS["payment.matched"]
    with translation.override("en"):
        part = fill(matched.say({"left_minor": 1}), MONEY | {"left_minor": 30_000})
        whole = fill(matched.say({"left_minor": 0}), MONEY)

    assert "123,456.00" in part
    assert "300.00" in part
    assert "is paid" in whole


def test_customers_read_of_their_money_and_not_of_our_files() -> None:
    assert {kind for kind in KINDS if KINDS[kind].audience == Audience.STAFF} == {
        "thread.snoozed",
        "thread.woke",
        "thread.tagged",
        "thread.untagged",
        "thread.sorted",
        "thread.teamed",
        "thread.joined",
        "thread.parted",
        "thread.gathered",
        "link.made",
        "bankfile.received",
        "bankfile.refused",
        "payment.unmatched",
        "payment.handed_over",
        "payment.approved",
        "provider.connected",
        "hours.changed",
        "message.noted",
        "thread.assigned",
        "thread.settled",
        "thread.waits",
        "mandate.notice",
        "mandate.unknown",
        "claim.accepted",
        "claim.not_cancelled",
        "claim.unknown",
        "scheme.terms_set",
        "scheme.connected",
        "outgoing.written",
        "outgoing.fetched",
        "mail.elsewhere",
        "mail.failed",
        "mail.noted",
        "mail.unreachable",
        "payment.kept",
        "payment.let_go",
        "payment.returned",
        "payment.set_aside",
        "payment.waits_again",
        "payout.answered",
        "payout.file_made",
        "refund.held_back",
    }
    assert set(kinds_for(for_staff=False)) == {
        kind for kind in KINDS if KINDS[kind].audience == Audience.CUSTOMER
    }
