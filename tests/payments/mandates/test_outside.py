"""What is said to BankID and to Vipps over real HTTP, and what a process that dies may not do."""

import hashlib
import json

import httpx
import pytest

from invoices.documents.models import Invoice
from invoices.errors import Refused
from invoices.history.actors import CUSTOMER, SYSTEM
from invoices.history.models import HistoryEntry
from payments.mandates import actions, work
from payments.mandates.models import Evidence, Mandate, MandateOrder, Signing
from payments.mandates.orders.actions import SEALED_FOR
from payments.mandates.queries import wording_of
from payments.mandates.signing import actions as signing_actions
from payments.mandates.signing import work as signing
from payments.mandates.states import MandateState
from payments.schemes.vipps_recurring import VippsRecurring
from payments.sealing import open_bytes
from tests.build import a_biller, a_customer, an_invoice
from tests.payments.mandates.house import WHERE, enrolled, fresh, with_direct_debit
from tests.payments.providers.playground import Playground

pytestmark = pytest.mark.django_db
State = MandateState


@pytest.fixture
def swedish(playground: Playground) -> Invoice:
    biller = a_biller("norrsken", "SE")
    with_direct_debit(biller, simulators=playground.url)
    return an_invoice(a_customer(biller, "Åsa Lund"))


@pytest.fixture
def norwegian(playground: Playground) -> Invoice:
    biller = a_biller()
    with_direct_debit(biller, simulators=playground.url, vipps=playground.keys("vipps"))
    return an_invoice(a_customer(biller, "Anna Berg"))


def in_the_app(tried: Signing, answer: str) -> None:
    url = signing.start_url(tried)
    assert answer in httpx.get(url).text
    httpx.post(url, data={"answer": answer})


def test_a_signature_proves_the_very_document_that_was_drawn(swedish: Invoice) -> None:
    mandate = enrolled(swedish)

    tried = signing.begin(mandate.pk, WHERE)
    assert tried.state == Signing.State.PENDING
    in_the_app(tried, "sign")
    tried = signing.collect(tried.pk)

    proof = Evidence.objects.get(mandate=mandate)
    assert tried.state == Signing.State.COMPLETE
    assert fresh(mandate).state == State.PENDING
    assert proof.pdf is not None
    assert bytes(proof.pdf).startswith(b"%PDF")
    assert bytes(proof.pdf_sha256 or b"") == hashlib.sha256(bytes(proof.pdf)).digest()
    assert proof.signed is not None
    kept = json.loads(open_bytes(proof.signed, SEALED_FOR))
    assert set(kept) == {"signature", "ocspResponse"}
    assert all(kept.values())


def test_the_code_on_the_screen_opens_the_app_now_and_not_later(
    swedish: Invoice, playground: Playground
) -> None:
    tried = signing.begin(enrolled(swedish).pk, WHERE)
    text = signing.code_of(tried)
    prefix, token, second, code = text.split(".")
    scan = f"{playground.url}/bankid/scan"

    stale = ".".join((prefix, token, str(int(second) + 60), code))
    wrong = ".".join((prefix, token, second, "0" * 64))
    assert [httpx.post(scan, json={"qr": each}).status_code for each in (stale, wrong)] == [400] * 2
    assert httpx.post(scan, json={"qr": text}).status_code == 200

    signing.collect(tried.pk)
    tried.refresh_from_db()
    assert tried.hint == "userSign"
    assert signing.code_of(tried) == ""  # the app is open: there is nothing to scan any more


def test_the_customer_who_cancels_can_try_again(swedish: Invoice) -> None:
    mandate = enrolled(swedish)
    first = signing.begin(mandate.pk, WHERE)
    in_the_app(first, "cancel")
    first = signing.collect(first.pk)

    assert (first.state, first.hint) == (Signing.State.FAILED, "userCancel")
    assert fresh(mandate).state == State.REQUESTED
    second = signing.begin(mandate.pk, WHERE)
    in_the_app(second, "sign")
    signing.collect(second.pk)
    assert fresh(mandate).state == State.PENDING


def test_an_order_whose_answer_was_lost_costs_a_try_and_nothing_else(
    swedish: Invoice, playground: Playground
) -> None:
    mandate = enrolled(swedish)
    playground.lose("/rp/v6.0/sign")

    first = signing.begin(mandate.pk, WHERE)

    assert (first.state, first.hint) == (Signing.State.FAILED, signing.NO_ORDER)
    assert fresh(mandate).state == State.REQUESTED
    assert signing.begin(mandate.pk, WHERE).state == Signing.State.PENDING


def test_a_signature_whose_answer_was_lost_is_collected_again_and_counts_once(
    swedish: Invoice, playground: Playground
) -> None:
    mandate = enrolled(swedish)
    tried = signing.begin(mandate.pk, WHERE)
    in_the_app(tried, "sign")
    playground.lose("/rp/v6.0/collect")

    assert signing.collect(tried.pk).state == Signing.State.PENDING
    for _ in range(2):
        signing.collect(tried.pk)

    assert fresh(mandate).state == State.PENDING
    assert Evidence.objects.count() == MandateOrder.objects.count() == 1
    assert HistoryEntry.objects.filter(kind="mandate.requested").count() == 1


def test_a_process_that_died_before_it_kept_the_order_leaves_room_for_another(
    swedish: Invoice,
) -> None:
    mandate = enrolled(swedish)
    dead = signing_actions.begin_signing(
        mandate.pk, said=wording_of(mandate), pdf=b"%PDF", where=WHERE, actor=SYSTEM
    )

    living = signing.begin(mandate.pk, WHERE)

    dead.refresh_from_db()
    assert (dead.state, dead.hint) == (Signing.State.FAILED, "replaced")
    assert living.state == Signing.State.PENDING


def test_vipps_is_active_when_the_customer_approves_there_and_not_before(
    norwegian: Invoice, playground: Playground
) -> None:
    mandate = work.hand_over(enrolled(norwegian, "vipps").pk)
    assert mandate.handover_url.startswith(playground.url)

    work.look(mandate.pk)
    assert fresh(mandate).state == State.REQUESTED
    back = playground.customer(mandate.handover_url, "approve")
    work.look(mandate.pk)

    assert back.endswith(f"/autopay/{mandate.public_id}/back/")
    assert fresh(mandate).state == State.ACTIVE


@pytest.mark.parametrize("lost", [1, 2])
def test_an_agreement_whose_answer_was_lost_is_found_again_and_made_once(
    norwegian: Invoice, playground: Playground, lost: int
) -> None:
    mandate = enrolled(norwegian, "vipps")
    playground.lose("/recurring/v3/agreements", lost)

    assert work.hand_over(mandate.pk).scheme_ref == ""
    for _ in range(lost):
        work.look(mandate.pk)

    mandate = fresh(mandate)
    again = VippsRecurring(**playground.keys("vipps")).begin(work.wanted_of(mandate))
    assert mandate.scheme_ref == again.scheme_ref
    assert Mandate.objects.count() == 1


def test_a_no_in_vipps_is_a_refusal_and_a_stop_there_ends_it(
    norwegian: Invoice, playground: Playground
) -> None:
    first = work.hand_over(enrolled(norwegian, "vipps").pk)
    playground.customer(first.handover_url, "decline")
    work.look(first.pk)
    assert fresh(first).state == State.REFUSED

    second = work.hand_over(enrolled(norwegian, "vipps").pk)
    playground.customer(second.handover_url, "approve")
    work.look(second.pk)
    playground.customer(second.handover_url, "stop")
    work.look(second.pk)
    assert fresh(second).state == State.ENDED


def test_what_is_stopped_here_is_stopped_at_vipps_too(
    norwegian: Invoice, playground: Playground
) -> None:
    mandate = work.hand_over(enrolled(norwegian, "vipps").pk)
    playground.customer(mandate.handover_url, "approve")
    work.look(mandate.pk)
    playground.lose(f"/agreements/{fresh(mandate).scheme_ref}")

    actions.stop(mandate.pk, actor=CUSTOMER)
    work.look(mandate.pk)  # the answer is lost: asked again
    work.look(mandate.pk)

    assert fresh(mandate).state == State.ENDED


def test_vipps_does_not_replace_avtalegiro_that_is_in_force(norwegian: Invoice) -> None:
    first = enrolled(norwegian)
    actions.activate(first.pk, actor=SYSTEM)

    with pytest.raises(Refused):
        enrolled(norwegian, "vipps")


def test_the_banks_page_takes_what_we_signed_and_nothing_else(
    norwegian: Invoice, playground: Playground
) -> None:
    mandate = work.hand_over(enrolled(norwegian).pk)
    assert mandate.state == State.PENDING

    shown = httpx.get(mandate.handover_url)
    assert norwegian.reference in shown.text
    turned = mandate.handover_url.replace(norwegian.reference, "0" * 13)
    assert httpx.get(turned).status_code == 400
    httpx.post(mandate.handover_url, data={"answer": "agree"})
    agreed = httpx.get(f"{playground.url}/agreements/agreed").json()

    assert mandate.reference in [each["reference"] for each in agreed]
    assert fresh(mandate).state == State.PENDING  # only the bank's file says more
