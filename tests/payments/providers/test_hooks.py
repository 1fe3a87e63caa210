"""Webhooks: any number of times, in any order, late, forged and stale, they end in one state."""

import random
import time
from collections.abc import Sequence

import pytest
from django.db import connection
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from config.demo.simulators import card as played_card
from config.demo.simulators import vipps as played_vipps
from invoices.billers.models import Biller
from invoices.documents.models import Invoice
from invoices.documents.queries import figures
from invoices.ledger.actions import biller_account
from invoices.ledger.codes import AccountKind
from invoices.ledger.models import Transfer
from invoices.ledger.queries import balance, faults
from payments.providers import work
from payments.providers.models import PaymentIntent, ProviderAccount, ProviderMessage
from payments.providers.states import IntentState
from payments.underway.models import Underway
from tests.build import a_biller, a_customer, a_payment, a_provider, an_invoice
from tests.jobs import run_queue
from tests.payments.providers.playground import KEYS, Heard, Playground

pytestmark = pytest.mark.django_db

SIGN = {"vipps": played_vipps.signed, "card": played_card.signed}


def connected(playground: Playground, provider: str) -> ProviderAccount:
    country = "SE" if provider == "swish" else "NO"
    biller = a_biller(f"biller-{provider}", country)
    return a_provider(biller, provider, **playground.keys(provider))


def deliver(account: ProviderAccount, heard: Heard) -> int:
    """The webhook comes in at its own address; the status it got."""
    path = work.hook_path(account)
    headers = {
        k: v for k, v in heard.headers.items() if k.lower() not in ("host", "content-length")
    }
    answer = Client().generic(
        "POST", path, heard.raw, content_type="application/json", headers=headers
    )
    return answer.status_code


def signed_for(account: ProviderAccount, playground: Playground, heard: Heard) -> Heard:
    """The same message as the provider signs it for the account's own address."""
    if account.provider == "swish":
        return heard
    url = f"{playground.ear}{work.hook_path(account)}"
    keys = KEYS[account.provider] | {"hook_url": url}
    return Heard(url, SIGN[account.provider](keys, heard.raw), heard.raw)


def stale(account: ProviderAccount, playground: Playground, heard: Heard) -> Heard:
    """The message as it was signed six minutes ago."""
    url = f"{playground.ear}{work.hook_path(account)}"
    keys = KEYS[account.provider] | {"hook_url": url}
    headers = SIGN[account.provider](keys, heard.raw, time.time() - 360)
    return Heard(url, headers, heard.raw)


def forged(heard: Heard) -> Heard:
    """Somebody else says the same."""
    wrong = {
        k: ("F" * 32 if k.lower() == "callbackidentifier" else v[:-4] + "AAAA")
        for k, v in heard.headers.items()
        if k.lower() != "content-type"
    }
    return Heard(heard.path, wrong, heard.raw)


def customers(
    playground: Playground, account: ProviderAccount, answers: Sequence[str]
) -> list[Invoice]:
    """Each has an invoice, wants to pay 200 of it, and does what the list says."""
    invoices = []
    for place, answer in enumerate(answers):
        invoice = an_invoice(a_customer(account.biller, f"Customer {place}"))
        intent = work.hand_over(a_payment(invoice, 20_000, account).pk)
        invoices.append(invoice)
        if answer != "away":
            playground.customer(intent.handover_url, answer)
    return invoices


def states(biller: Biller) -> list[str]:
    intents = PaymentIntent.objects.filter(invoice__biller=biller).order_by("pk")
    return list(intents.values_list("state", flat=True))


@pytest.mark.parametrize("provider", ["vipps", "swish", "card"])
def test_three_times_shuffled_forged_and_stale_they_end_as_in_order(
    playground: Playground, provider: str
) -> None:
    seen = random.Random(7)  # the same disorder each time
    account = connected(playground, provider)
    answers = [seen.choice(["approve", "approve", "decline", "away"]) for _ in range(20)]
    if provider == "card":
        answers = ["leave" if answer == "decline" else answer for answer in answers]
    invoices = customers(playground, account, answers)
    told = {"vipps": 20 + 20 - answers.count("away"), "swish": 20 - answers.count("away")}
    playground.wait_for(told.get(provider, answers.count("approve")))
    genuine = [signed_for(account, playground, heard) for heard in playground.heard]
    storm = [(heard, 200) for heard in genuine * 3]
    storm += [(forged(heard), 403) for heard in seen.choices(genuine, k=len(storm) // 10)]
    if provider != "swish":  # which does not sign, and so has no time
        old = seen.choices(genuine, k=len(genuine) * 3 // 10)
        storm += [(stale(account, playground, heard), 403) for heard in old]
    seen.shuffle(storm)

    for heard, expected in storm:
        assert deliver(account, heard) == expected
        if seen.random() < 0.3:
            run_queue("payments")
    run_queue("payments")

    in_order = {
        "approve": IntentState.CAPTURED,
        "decline": IntentState.DECLINED,
        "leave": IntentState.WAITING,
        "away": IntentState.WAITING,
    }
    assert states(account.biller) == [in_order[answer] for answer in answers]
    assert [figures(each).paid for each in invoices] == [
        20_000 if answer == "approve" else 0 for answer in answers
    ]
    held = biller_account(account.biller_id, AccountKind.PROVIDER, account.biller.currency)
    assert balance(held) == 20_000 * answers.count("approve")
    assert Transfer.objects.filter(code="provider_payment").count() == answers.count("approve")
    assert faults() == []


def test_a_message_is_kept_as_it_came_and_once(playground: Playground) -> None:
    account = connected(playground, "card")
    customers(playground, account, ["approve"])
    heard = signed_for(account, playground, playground.wait_for(1)[0])

    statuses = [deliver(account, heard) for _ in range(3)]

    assert statuses == [200, 200, 200]
    assert bytes(ProviderMessage.objects.get().raw) == heard.raw
    assert ProcrastinateJob.objects.filter(task_name__endswith="tasks.look").count() == 1


def test_nothing_is_believed_of_what_a_message_says(playground: Playground) -> None:
    account = connected(playground, "swish")
    (invoice,) = customers(playground, account, ["away"])
    reference = PaymentIntent.objects.get().reference
    said = f'{{"id": "{reference.upper()}", "status": "PAID", "amount": 200.00}}'.encode()
    headers = {"callbackIdentifier": KEYS["swish"]["identifier"]}

    assert deliver(account, Heard("", headers, said)) == 200
    run_queue("payments")

    assert figures(invoice).paid == 0
    assert states(account.biller) == [IntentState.WAITING]


def test_a_message_about_a_payment_at_another_account_moves_nothing(playground: Playground) -> None:
    theirs = connected(playground, "card")
    customers(playground, theirs, ["approve"])
    heard = playground.wait_for(1)[0]
    other = a_biller("elsewhere")
    ours = a_provider(other, "card", **playground.keys("card"))

    assert deliver(ours, signed_for(ours, playground, heard)) == 200

    assert not ProviderMessage.objects.exists()


def test_a_huge_message_is_not_read(playground: Playground) -> None:
    account = connected(playground, "card")

    assert deliver(account, Heard("", {"Stripe-Signature": "t=1,v1=a"}, b"x" * 70_000)) == 413


def test_a_webhook_is_answered_without_asking_the_provider(playground: Playground) -> None:
    account = connected(playground, "vipps")
    customers(playground, account, ["approve"])
    heard = signed_for(account, playground, playground.wait_for(2)[1])
    playground.lose("/", count=5)

    status = deliver(account, heard)

    playground.lose("/", count=0)
    assert status == 200
    assert Underway.objects.filter(until=None).count() == 1
    assert connection.in_atomic_block  # the test's own: nothing was left open besides
