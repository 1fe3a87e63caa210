"""Saying yes: once, refused where it cannot be, and proved before the bank hears of it."""

import uuid

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

from invoices.billers.models import Agreement
from invoices.errors import Refused
from invoices.history.actors import BANK, CUSTOMER, SYSTEM
from invoices.history.models import HistoryEntry
from payments.formats.autogiro import orders
from payments.mandates import actions
from payments.mandates.models import Evidence, FunnelStep, Mandate, MandateOrder, Signing
from payments.mandates.queries import active_mandate, mandate_of, mandates_of, wording_of
from payments.mandates.signing import actions as signing
from payments.mandates.states import MandateState
from payments.outgoing.models import OutgoingFile
from payments.schemes.bankid import Order
from payments.schemes.models import SchemeAccount
from tests.payments.mandates.house import (
    ACCOUNT,
    PERSONAL_NUMBER,
    SEAL_KEY,
    a_norwegian,
    a_swede,
    active,
    completed,
    consent,
    enrolled,
    fresh,
    pending,
    sent_orders,
    signed,
)

pytestmark = pytest.mark.django_db
OTHER_ACCOUNT = "5839000008257466"


def told(kind: str) -> int:
    return HistoryEntry.objects.filter(kind=kind).count()


def test_a_double_click_is_one_mandate() -> None:
    invoice, request_id = a_swede(), uuid.uuid4()

    first = enrolled(invoice, request_id=request_id)
    second = enrolled(invoice, request_id=request_id)

    assert first.pk == second.pk
    assert told("mandate.begun") == 1


def test_a_scheme_that_is_not_offered_is_refused() -> None:
    invoice = a_norwegian()
    SchemeAccount.objects.update(is_open=False)

    for scheme in ("avtalegiro", "vipps", "autogiro"):
        with pytest.raises(Refused):
            enrolled(invoice, scheme)
    assert not Mandate.objects.exists()


def test_avtalegiro_needs_a_kid_that_names_the_customer() -> None:
    invoice = a_norwegian()
    Agreement.objects.update(customer_digits=0)

    with pytest.raises(Refused):
        enrolled(invoice)


def test_what_was_begun_and_not_proved_makes_room_for_a_new_try() -> None:
    invoice = a_swede()
    first = enrolled(invoice)

    second = enrolled(invoice)

    assert fresh(first).state == MandateState.LEFT
    assert second.state == MandateState.REQUESTED
    assert second.payer_number != first.payer_number


def test_what_the_bank_was_asked_for_is_not_asked_for_again() -> None:
    invoice = a_swede()
    pending(invoice)

    with pytest.raises(Refused):
        enrolled(invoice)


def test_only_another_account_can_follow_one_that_is_in_force() -> None:
    invoice = a_swede()
    first = active(invoice)

    for account in ("", ACCOUNT):
        with pytest.raises(Refused):
            enrolled(invoice, payer_account=account)
    second = pending(invoice, payer_account=OTHER_ACCOUNT)

    assert second.replaces_id == first.pk
    assert mandates_of(invoice.customer_id)[0] == first
    assert mandates_of(invoice.customer_id)[1] == second
    assert active_mandate(invoice.customer_id) == first


def test_the_new_account_takes_over_when_the_bank_says_yes_and_the_old_one_is_ended() -> None:
    invoice = a_swede()
    first = active(invoice)
    sent_orders(invoice.biller)
    second = pending(invoice, payer_account=OTHER_ACCOUNT)

    actions.activate(second.pk, actor=BANK)

    assert active_mandate(invoice.customer_id) == second
    assert fresh(first).state == MandateState.STOPPED
    asked = orders.read(sent_orders(invoice.biller), bytes.fromhex(SEAL_KEY)).mandates
    assert orders.EndMandate(first.payer_number) in asked


def test_postgresql_itself_holds_that_there_is_one_in_force() -> None:
    invoice = a_swede()
    first = active(invoice)

    with pytest.raises(IntegrityError), transaction.atomic():
        Mandate.objects.filter(pk=pending(invoice, payer_account=OTHER_ACCOUNT).pk).update(
            state=MandateState.ACTIVE
        )
    assert fresh(first).state == MandateState.ACTIVE


def test_a_signature_is_evidence_and_an_order_at_once() -> None:
    mandate = signed(enrolled(a_swede()))

    proof = Evidence.objects.get(mandate=mandate)
    order = MandateOrder.objects.get(mandate=mandate)
    assert mandate.state == MandateState.PENDING
    assert proof.text.startswith("Medgivande till betalning via Autogiro")
    assert mandate.payer_number in proof.text
    assert (proof.ip, proof.user_agent, proof.level) == ("192.0.2.7", "a phone", "own")
    assert proof.signature_ref == "ref"
    assert proof.pdf is not None
    assert (order.kind, order.file) == (MandateOrder.Kind.NEW, None)


def test_a_personal_number_lies_nowhere_in_clear() -> None:
    mandate = signed(enrolled(a_swede()))
    sent_orders(mandate.biller)

    assert MandateOrder.objects.get().id_no is None
    tables = ("mandate", "evidence", "signing", "mandateorder", "outgoingfile")
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT t::text FROM payments_{table} t")
            rows = "".join(row[0] for row in cursor.fetchall())
            assert rows, table
            assert PERSONAL_NUMBER not in rows, table
            assert PERSONAL_NUMBER.encode().hex() not in rows, table


@pytest.mark.parametrize("sql", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
@pytest.mark.parametrize(("model", "column"), [(Evidence, "language"), (FunnelStep, "scheme")])
def test_evidence_and_the_funnel_cannot_be_changed(
    sql: str, model: type[Evidence | FunnelStep], column: str
) -> None:
    signed(enrolled(a_swede()))
    words = sql.format(model._meta.db_table, column, column)

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        connection.cursor().execute(words)


def test_a_signature_collected_twice_is_one_order_and_one_evidence() -> None:
    mandate = signed(enrolled(a_swede()))
    tried = Signing.objects.get()

    signing.note_collected(tried.pk, completed(), actor=SYSTEM)

    assert Evidence.objects.count() == MandateOrder.objects.count() == 1
    assert fresh(mandate).state == MandateState.PENDING


def test_a_signature_that_comes_after_the_customer_left_binds_nobody() -> None:
    mandate = enrolled(a_swede())
    tried = signing.begin_signing(
        mandate.pk,
        said=wording_of(mandate),
        pdf=b"%PDF",
        where=signing.Where("192.0.2.7", "", None, "own"),
        actor=SYSTEM,
    )
    signing.note_started(tried.pk, Order("r", "a", "t", "s"), actor=SYSTEM)
    actions.stop(mandate.pk, actor=CUSTOMER)

    signing.note_collected(tried.pk, completed(), actor=SYSTEM)

    assert fresh(mandate).state == MandateState.LEFT
    assert not Evidence.objects.exists()
    assert not MandateOrder.objects.exists()


def test_the_file_asks_for_what_waits_sealed_and_only_once() -> None:
    mandate = signed(enrolled(a_swede()))

    raw = sent_orders(mandate.biller)

    asked = orders.read(raw, bytes.fromhex(SEAL_KEY))
    assert asked.customer_no == 471117
    assert asked.mandates == (orders.NewMandate(mandate.payer_number, ACCOUNT, PERSONAL_NUMBER),)
    assert OutgoingFile.objects.get().raw == raw
    assert OutgoingFile.objects.get().number == 1
    with pytest.raises(ValueError, match="not enough values"):
        sent_orders(mandate.biller)


def test_stopping_before_the_bank_has_heard_of_it_leaves_no_trace_at_the_bank() -> None:
    mandate = signed(enrolled(a_swede()))

    actions.stop(mandate.pk, actor=CUSTOMER)

    assert fresh(mandate).state == MandateState.LEFT
    assert MandateOrder.objects.get().withdrawn_at is not None
    assert MandateOrder.objects.get().id_no is None


def test_a_stop_can_be_undone_until_the_bank_is_told() -> None:
    mandate = active(a_swede())
    sent_orders(mandate.biller)

    actions.stop(mandate.pk, actor=CUSTOMER)
    assert fresh(mandate).state == MandateState.STOPPED
    actions.restore(mandate.pk, actor=CUSTOMER)
    assert fresh(mandate).state == MandateState.ACTIVE
    actions.stop(mandate.pk, actor=CUSTOMER)
    sent_orders(mandate.biller)

    with pytest.raises(Refused):
        actions.restore(mandate.pk, actor=CUSTOMER)
    assert fresh(mandate).state == MandateState.STOPPED


def test_stopping_and_pausing_twice_is_done_once() -> None:
    mandate = active(a_norwegian())
    by = Mandate.PausedBy.CUSTOMER

    for _ in range(2):
        actions.pause(mandate.pk, by=by, actor=CUSTOMER)
    for _ in range(2):
        actions.resume(mandate.pk, by=by, actor=CUSTOMER)
    for _ in range(2):
        actions.stop(mandate.pk, actor=CUSTOMER)

    assert [told(f"mandate.{what}") for what in ("paused", "resumed", "stopped")] == [1, 1, 1]
    assert mandate_of(mandate.customer_id) == mandate


def test_what_the_bank_paused_only_the_bank_lets_go_on() -> None:
    mandate = active(a_swede())
    actions.pause(mandate.pk, by=Mandate.PausedBy.BANK, actor=BANK)

    with pytest.raises(Refused):
        actions.resume(mandate.pk, by=Mandate.PausedBy.CUSTOMER, actor=CUSTOMER)
    assert actions.resume(mandate.pk, by=Mandate.PausedBy.BANK, actor=BANK).draws


def test_the_funnel_counts_each_step_once_with_its_moment() -> None:
    invoice = a_swede()
    mandate = active(invoice, moment="paid")

    steps = FunnelStep.objects.filter(mandate=mandate).order_by("pk")
    assert [each.step for each in steps] == ["began", "signed", "active"]
    assert {(each.moment, each.scheme) for each in steps} == {("paid", "autogiro")}
    assert consent(invoice).moment == "page"
