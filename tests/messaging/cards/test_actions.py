"""Cards: proposed within the policy, accepted once, and calmly taken back where they do not fit."""

import threading
import uuid
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection

from invoices import clock
from invoices.billers.models import Membership
from invoices.billers.roles import Role
from invoices.changes import actions as changes
from invoices.changes.actions import Asker
from invoices.documents.models import Adjustment, Change, Invoice
from invoices.documents.queries import figures, instalments
from invoices.errors import Refused
from invoices.history.actors import CUSTOMER, SYSTEM
from invoices.history.models import HistoryEntry
from messaging.cards import actions
from messaging.cards.models import Card
from messaging.cards.states import CHANGES, CardState, What
from messaging.threads.actions import post
from messaging.threads.models import Message, Thread
from tests.build import an_invoice, an_ocr_file, receive
from tests.jobs import run_queue
from tests.messaging.cards.build import WORDS, a_card, a_thread, an_agent, terms_of

pytestmark = pytest.mark.django_db


def kinds_on(invoice: Invoice, *wanted: str) -> list[str]:
    """What has happened to the invoice, in order; of these kinds alone where some are given."""
    kinds = HistoryEntry.objects.filter(invoice=invoice).order_by("pk")
    return [kind for kind in kinds.values_list("kind", flat=True) if not wanted or kind in wanted]


def state_of(card: Card) -> str:
    return Card.objects.get(pk=card.pk).state


def test_a_proposal_is_a_message_with_a_card_and_changes_nothing_yet() -> None:
    invoice = an_invoice()
    post(invoice, "Kan jeg få mer tid?", actor=CUSTOMER, message_id=uuid.uuid4())
    due_on = invoice.due_on

    card = a_card(invoice)

    invoice.refresh_from_db()
    assert invoice.due_on == due_on
    assert not Change.objects.exists()
    assert card.message.text == WORDS
    assert Thread.objects.get().waiting_since is None
    told = HistoryEntry.objects.filter(invoice=invoice).order_by("pk")
    assert [entry.kind for entry in told][-2:] == ["message.sent", "card.proposed"]
    entry = told.get(kind="card.proposed")
    assert entry.data["to_on"] == card.terms["to_on"]
    assert entry.actor_user_id == card.proposed_by_id


@pytest.mark.parametrize("what", sorted(CHANGES))
def test_accepting_changes_the_invoice_as_it_was_promised(what: What) -> None:
    invoice = an_invoice()
    card = a_card(invoice, what)

    accepted = actions.accept(card.pk, actor=CUSTOMER)

    invoice.refresh_from_db()
    assert accepted.state == CardState.ACCEPTED
    promise = card.promise
    assert figures(invoice).left == promise["left"]
    assert invoice.due_on.isoformat() == promise["due_on"]
    parts = instalments(invoice, figures(invoice).left)
    assert [[p.due_on.isoformat(), p.open] for p in parts] == promise["parts"]
    kind = {"move": "invoice.due_moved", "split": "invoice.split", "credit": "invoice.credited"}
    told = kinds_on(invoice, kind[what], "card.proposed", "card.accepted")
    assert told == ["card.proposed", kind[what], "card.accepted"]
    proposed, made, agreed = (
        HistoryEntry.objects.get(invoice=invoice, kind=k)
        for k in ("card.proposed", kind[what], "card.accepted")
    )
    assert proposed.actor_kind == "staff"
    assert (made.actor_kind, agreed.actor_kind) == ("customer", "customer")


def test_the_same_form_proposes_once_and_nobody_elses_id_is_taken() -> None:
    invoice = an_invoice()
    agent, card_id = an_agent(invoice), uuid.uuid4()
    draft = actions.Draft(What.MOVE, terms_of(invoice, What.MOVE), WORDS)
    thread = a_thread(invoice, agent)

    first = actions.propose(thread, draft, actor=agent, card_id=card_id)
    again = actions.propose(thread, draft, actor=agent, card_id=card_id)

    assert first == again
    assert Message.objects.count() == Card.objects.count() == 1
    with pytest.raises(Refused):
        actions.propose(thread, draft, actor=an_agent(invoice), card_id=card_id)


def test_accepting_twice_changes_once() -> None:
    invoice = an_invoice()
    card = a_card(invoice)

    for _ in range(3):
        assert actions.accept(card.pk, actor=CUSTOMER).state == CardState.ACCEPTED

    assert Change.objects.count() == 1
    assert kinds_on(invoice).count("card.accepted") == 1


def test_an_accepted_move_is_undone_by_the_customer_as_any_move() -> None:
    invoice = an_invoice()
    card = a_card(invoice)
    actions.accept(card.pk, actor=CUSTOMER)

    changes.undo_change(invoice.pk, card.public_id, actor=Asker("customer", None, "customer"))

    invoice.refresh_from_db()
    assert invoice.due_on == invoice.issued_due_on
    assert kinds_on(invoice)[-1] == "invoice.due_move_undone"


def test_a_proposal_beyond_what_customers_may_choose_holds_by_the_right_of_staff() -> None:
    invoice = an_invoice()
    far = clock.today() + timedelta(days=200)

    card = a_card(invoice, What.MOVE, to_on=far.isoformat())
    actions.accept(card.pk, actor=CUSTOMER)

    invoice.refresh_from_db()
    assert invoice.due_on == far


def test_what_staff_cannot_do_cannot_be_proposed() -> None:
    invoice = an_invoice()
    too_far = clock.today() + timedelta(days=400)

    with pytest.raises(Refused):
        a_card(invoice, What.MOVE, to_on=too_far.isoformat())
    with pytest.raises(Refused):  # it is due that day already
        a_card(invoice, What.MOVE, to_on=invoice.due_on.isoformat())
    with pytest.raises(Refused):  # more than the invoice
        a_card(invoice, What.CREDIT, text="Faktura", amount_minor=invoice.total_minor + 1)
    with pytest.raises(Refused):  # the parts are not what is left
        a_card(invoice, What.SPLIT, parts=[[too_far.isoformat(), 5]])

    assert not Card.objects.exists()
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("role", "what", "may"),
    [
        (Role.AGENT, What.MOVE, True),
        (Role.AGENT, What.CREDIT, True),
        (Role.ADMIN, What.SPLIT, True),
        (Role.FINANCE, What.MOVE, False),  # answers no customers
        (Role.MARKETER, What.CREDIT, False),
        ("", What.MOVE, False),
        ("customer", What.CREDIT, False),
    ],
)
def test_a_role_proposes_only_what_it_may_do_itself(role: str, what: What, may: bool) -> None:
    assert actions.may_propose(role, what) is may


def test_whoever_may_no_longer_do_it_has_proposed_in_vain() -> None:
    invoice = an_invoice()
    card = a_card(invoice)
    Membership.objects.filter(user=card.proposed_by_id).update(role=Role.MARKETER)

    assert actions.accept(card.pk, actor=CUSTOMER).state == CardState.OUTDATED

    invoice.refresh_from_db()
    assert invoice.due_on == invoice.issued_due_on


def test_a_split_no_longer_fits_when_something_was_paid_and_is_taken_back_by_itself() -> None:
    invoice = an_invoice()
    split, move = a_card(invoice, What.SPLIT), a_card(invoice, What.MOVE)

    receive(invoice.biller, an_ocr_file((invoice, 10_000)))
    run_queue("reactions")

    assert (state_of(split), state_of(move)) == (CardState.OUTDATED, CardState.PROPOSED)
    assert kinds_on(invoice)[-1] == "card.outdated"
    with pytest.raises(Refused, match="no longer fits"):
        actions.accept(split.pk, actor=CUSTOMER)


def test_accepting_what_does_not_fit_changes_nothing_and_ends_the_card() -> None:
    invoice = an_invoice()
    card = a_card(invoice, What.SPLIT)
    receive(invoice.biller, an_ocr_file((invoice, invoice.total_minor)))

    ended = actions.accept(card.pk, actor=CUSTOMER)

    assert ended.state == CardState.OUTDATED
    assert not Change.objects.exists()
    assert kinds_on(invoice)[-1] == "card.outdated"
    assert figures(invoice).left == 0


def test_a_move_from_a_day_that_has_moved_meanwhile_does_not_fit() -> None:
    invoice = an_invoice()
    card = a_card(invoice, What.MOVE)
    changes.move_due_date(
        invoice.pk,
        invoice.due_on + timedelta(days=3),
        actor=Asker("customer", None, "customer"),
        request_id=uuid.uuid4(),
    )

    assert actions.accept(card.pk, actor=CUSTOMER).state == CardState.OUTDATED
    assert Change.objects.count() == 1


def test_a_credit_is_given_once_and_of_the_amount_that_was_shown() -> None:
    invoice = an_invoice()
    line = invoice.lines.get()
    card = a_card(invoice, What.CREDIT, text="Faktura", line_ids=[line.pk])
    # A colleague credits a part of the same line meanwhile.
    again = a_card(an_invoice(invoice.customer), What.CREDIT)
    changes.credit(
        invoice.pk,
        changes.Credit("Faktura", amount_minor=10_000),
        actor=an_agent(invoice, Role.FINANCE),
        request_id=uuid.uuid4(),
        reason="Feil",
    )

    assert actions.accept(card.pk, actor=CUSTOMER).state == CardState.OUTDATED
    assert actions.accept(again.pk, actor=CUSTOMER).state == CardState.ACCEPTED
    assert actions.accept(again.pk, actor=CUSTOMER).state == CardState.ACCEPTED
    assert Adjustment.objects.count() == 2


def test_a_new_proposal_of_a_kind_takes_the_old_one_back() -> None:
    invoice = an_invoice()
    first = a_card(invoice)

    second = a_card(invoice, What.MOVE, to_on=(clock.today() + timedelta(days=30)).isoformat())

    assert (state_of(first), state_of(second)) == (CardState.WITHDRAWN, CardState.PROPOSED)
    with pytest.raises(Refused, match="taken back"):
        actions.accept(first.pk, actor=CUSTOMER)


def test_declining_with_a_word_makes_the_thread_wait_and_without_does_not() -> None:
    quiet = an_invoice()
    loud = an_invoice(quiet.customer)
    first, second = a_card(quiet), a_card(loud)

    actions.decline(first.pk, "  ", actor=CUSTOMER)
    for _ in range(2):
        actions.decline(second.pk, "Heller den 15.", actor=CUSTOMER)

    assert state_of(first) == state_of(second) == CardState.DECLINED
    assert Thread.objects.get(invoice=quiet).waiting_since is None
    assert Thread.objects.get(invoice=loud).waiting_since is not None
    assert Message.objects.filter(side="customer").get().text == "Heller den 15."
    with pytest.raises(Refused):
        actions.accept(second.pk, actor=CUSTOMER)


def test_a_proposal_is_taken_back_only_while_it_waits() -> None:
    invoice = an_invoice()
    agent = an_agent(invoice)
    card, accepted = a_card(invoice), a_card(an_invoice(invoice.customer))
    actions.accept(accepted.pk, actor=CUSTOMER)

    for _ in range(2):
        actions.withdraw(card.pk, actor=agent)
    with pytest.raises(Refused):
        actions.withdraw(accepted.pk, actor=agent)

    assert kinds_on(invoice).count("card.withdrawn") == 1
    assert state_of(accepted) == CardState.ACCEPTED


def test_a_proposal_can_be_answered_on_its_last_day_and_not_after() -> None:
    invoice = an_invoice(due_in=30)
    with time_machine.travel("2026-11-20T09:00:00Z", tick=False) as time:
        first = a_card(invoice, to_on="2027-01-10")
        second = a_card(an_invoice(invoice.customer, due_in=40), to_on="2027-02-10")
        third = a_card(an_invoice(invoice.customer, due_in=40), to_on="2027-02-10")
        assert first.expires_on == date(2026, 11, 27)
        time.move_to("2026-11-27T20:00:00Z")
        assert actions.accept(first.pk, actor=CUSTOMER).state == CardState.ACCEPTED
        assert actions.expire_all(actor=SYSTEM) == 0
        time.move_to("2026-11-28T00:30:00Z")
        assert actions.accept(second.pk, actor=CUSTOMER).state == CardState.EXPIRED
        assert actions.expire_all(actor=SYSTEM) == 1

    assert state_of(third) == CardState.EXPIRED
    assert Change.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_taps_and_a_colleague_who_takes_it_back_one_wins() -> None:
    invoice = an_invoice()
    agent = an_agent(invoice)
    card = a_card(invoice, What.CREDIT, agent=agent)
    gate = threading.Barrier(9)
    faults: list[BaseException] = []

    def run(work: object) -> None:
        try:
            gate.wait()
            work()  # type: ignore[operator]
        except Refused:
            pass  # the other one was faster
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    ways = [lambda: actions.accept(card.pk, actor=CUSTOMER)] * 6
    ways += [lambda: actions.decline(card.pk, "", actor=CUSTOMER)] * 2
    ways += [lambda: actions.withdraw(card.pk, actor=agent)]
    threads = [threading.Thread(target=run, args=(way,)) for way in ways]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)

    assert faults == []
    state = CardState(state_of(card))
    assert state in (CardState.ACCEPTED, CardState.DECLINED, CardState.WITHDRAWN)
    assert Adjustment.objects.count() == (1 if state == CardState.ACCEPTED else 0)
    ends = [kind for kind in kinds_on(invoice) if kind.startswith("card.")]
    assert ends == ["card.proposed", f"card.{state}"]
