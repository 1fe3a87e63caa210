"""Adapters against simulators that speak the providers' wire: real HTTP, real signatures."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from config.demo.simulators import card as played_card
from config.demo.simulators import vipps as played_vipps
from payments.providers.base import Hook, Order, Provider, ProviderError, Seen, SignatureError
from payments.providers.registry import connect
from payments.providers.swish import Swish
from payments.providers.wire import call
from tests.payments.providers.playground import KEYS, Playground

REAL = ["vipps", "swish", "card"]


def adapter(playground: Playground, provider: str, **other: str) -> Provider:
    return connect(provider, playground.keys(provider) | other)


def an_order(playground: Playground, provider: str, amount_minor: int = 25_050) -> Order:
    return Order(
        reference=uuid.uuid4().hex,
        amount_minor=amount_minor,
        currency="SEK" if provider == "swish" else "NOK",
        text="Fjordfiber 20413",
        return_url="http://127.0.0.1/back/",
        hook_url=f"{playground.ear}/hooks/{provider}/",
        language="nb",
    )


def started(provider: Provider, order: Order) -> tuple[Order, str]:
    """The order as it is kept once the provider has answered, and where the customer goes."""
    answer = provider.start(order)
    return replace(order, provider_ref=answer.provider_ref), answer.url


def approved(playground: Playground, name: str, provider: Provider, order: Order) -> Order:
    """An order that its customer has approved, and that is drawn."""
    order, url = started(provider, order)
    playground.customer(url, "approve")
    if provider.fetch(order).seen == Seen.APPROVED:
        provider.capture(order)
    return order


@pytest.mark.parametrize("name", REAL)
def test_from_the_first_call_to_the_money(playground: Playground, name: str) -> None:
    provider, order = adapter(playground, name), an_order(playground, name)
    assert provider.fetch(order).seen == Seen.UNKNOWN

    order, url = started(provider, order)
    pending = provider.fetch(order)
    back = playground.customer(url, "approve")
    after = provider.fetch(order)
    provider.capture(order)
    drawn = provider.fetch(order)

    assert pending.seen == Seen.PENDING
    assert back == order.return_url
    assert after.seen == (Seen.APPROVED if name == "vipps" else Seen.CAPTURED)
    assert (drawn.seen, drawn.drawn_minor) == (Seen.CAPTURED, 25_050)


@pytest.mark.parametrize("name", ["vipps", "swish"])
def test_what_the_customer_declines(playground: Playground, name: str) -> None:
    provider = adapter(playground, name)
    order, url = started(provider, an_order(playground, name))

    playground.customer(url, "decline")

    assert provider.fetch(order).seen == Seen.DECLINED


def test_leaving_stripes_page_leaves_the_payment_open(playground: Playground) -> None:
    provider = adapter(playground, "card")
    order, url = started(provider, an_order(playground, "card"))

    playground.customer(url, "leave")

    assert provider.fetch(order).seen == Seen.PENDING


@pytest.mark.parametrize("name", REAL)
def test_taking_back_before_and_after(playground: Playground, name: str) -> None:
    provider = adapter(playground, name)
    early, _url = started(provider, an_order(playground, name))
    late = approved(playground, name, provider, an_order(playground, name))

    provider.cancel(early)
    with pytest.raises(ProviderError) as refused:
        provider.cancel(late)

    assert provider.fetch(early).seen in (Seen.CANCELLED, Seen.EXPIRED)
    assert refused.value.permanent
    assert provider.fetch(late).seen == Seen.CAPTURED


def test_a_reservation_at_vipps_can_be_taken_back(playground: Playground) -> None:
    provider = adapter(playground, "vipps")
    order, url = started(provider, an_order(playground, "vipps"))
    playground.customer(url, "approve")

    provider.cancel(order)

    assert provider.fetch(order).seen == Seen.CANCELLED


@pytest.mark.parametrize("name", REAL)
def test_a_part_is_given_back_and_never_more_than_was_drawn(
    playground: Playground, name: str
) -> None:
    provider = adapter(playground, name)
    order = approved(playground, name, provider, an_order(playground, name))

    provider.refund(order, 10_000, f"{order.reference}-a")
    with pytest.raises(ProviderError) as refused:
        provider.refund(order, 20_000, f"{order.reference}-b")

    assert refused.value.permanent
    if name == "vipps":
        assert provider.fetch(order).refunded_minor == 10_000


@pytest.mark.parametrize("name", ["vipps", "card"])
def test_what_is_asked_twice_is_done_once(playground: Playground, name: str) -> None:
    provider = adapter(playground, name)
    order = an_order(playground, name)

    first, second = provider.start(order), provider.start(order)
    order = replace(order, provider_ref=first.provider_ref)
    playground.customer(first.url, "approve")
    for _ in range(3):
        provider.capture(order)
        provider.refund(order, 10_000, f"{order.reference}-a")

    assert first == second
    assert provider.fetch(order).drawn_minor == 25_050


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("vipps", "/epayment/v1/payments"),
        ("swish", "/paymentrequests"),
        ("card", "/checkout/sessions"),
    ],
)
def test_an_answer_that_never_arrives_is_no_answer(
    playground: Playground, name: str, path: str
) -> None:
    provider, order = adapter(playground, name), an_order(playground, name)
    provider.fetch(order)
    playground.lose(path)

    with pytest.raises(ProviderError) as lost:
        provider.start(order)

    assert not lost.value.permanent
    if name != "card":  # whose reference we never heard
        assert provider.fetch(order).seen == Seen.PENDING


@pytest.mark.parametrize(
    ("name", "wrong", "code"),
    [
        ("vipps", {"client_secret": "no"}, "Unauthorized"),
        ("vipps", {"subscription_key": "no"}, "Unauthorized"),
        ("swish", {"payee_alias": "1230000000"}, "PA02"),
        ("card", {"secret_key": "sk_test_no"}, "invalid_api_key"),
    ],
)
def test_wrong_keys_are_said_in_the_providers_word_and_never_shown(
    playground: Playground, name: str, wrong: dict[str, str], code: str
) -> None:
    provider = adapter(playground, name, **wrong)

    with pytest.raises(ProviderError) as refused:
        provider.start(an_order(playground, name))

    assert (refused.value.code, refused.value.permanent) == (code, True)
    for secret in (*KEYS[name].values(), *wrong.values()):
        assert secret not in repr(provider)
        assert secret not in str(refused.value)


def test_nobody_answers(playground: Playground) -> None:
    provider = adapter(playground, "vipps", base_url="http://127.0.0.1:9")

    with pytest.raises(ProviderError) as nobody:
        provider.start(an_order(playground, "vipps"))

    assert not nobody.value.permanent


def test_swish_leads_to_the_app_here_and_gives_a_code_for_another_phone(
    playground: Playground,
) -> None:
    answer = adapter(playground, "swish").start(an_order(playground, "swish"))

    token = parse_qs(urlsplit(answer.url).query)["token"][0]
    assert answer.qr == f"D{token}"
    assert Swish("123", "x").app_url == "swish://paymentrequest"


def test_swish_asks_a_phone_that_is_named(playground: Playground) -> None:
    order = replace(an_order(playground, "swish"), payer="46701234567")

    answer = adapter(playground, "swish").start(order)

    assert (answer.url, answer.qr) == ("", "")


def test_a_tried_call_says_whether_to_try_again(playground: Playground) -> None:
    answer = call("GET", f"{playground.url}/nowhere/at-all", {})

    assert answer.status == 404


# ------------------------------------------------------------------ webhooks


def as_hook(playground: Playground, place: int = -1) -> Hook:
    heard = playground.heard[place]
    headers = {name.lower(): value for name, value in heard.headers.items()}
    host = urlsplit(playground.ear).netloc
    return Hook(heard.path, host, headers, heard.raw, datetime.now(UTC))


@pytest.mark.parametrize("name", REAL)
def test_a_webhook_says_which_payment(playground: Playground, name: str) -> None:
    provider = adapter(playground, name)
    order = an_order(playground, name)
    order, url = started(provider, order)
    playground.customer(url, "approve")
    playground.wait_for(2 if name == "vipps" else 1)

    notices = [provider.verify(as_hook(playground, place)) for place in range(-1, 0)]

    assert [notice.reference for notice in notices] == [order.reference]


@pytest.mark.parametrize("name", REAL)
def test_a_webhook_that_is_tampered_with_is_refused(playground: Playground, name: str) -> None:
    provider = adapter(playground, name)
    _order, url = started(provider, an_order(playground, name))
    playground.customer(url, "approve")
    playground.wait_for(2 if name == "vipps" else 1)
    hook = as_hook(playground)
    without = {k: v for k, v in hook.headers.items() if k in ("content-type", "x-ms-date")}

    wrong = [replace(hook, headers=without)]
    if name == "swish":  # not signed: only the identifier is looked at, and nothing is believed
        wrong.append(replace(hook, headers={**hook.headers, "callbackidentifier": "F" * 32}))
    else:
        wrong += [
            replace(hook, raw=hook.raw + b" "),
            replace(hook, now=hook.now + timedelta(seconds=301)),
            replace(hook, now=hook.now - timedelta(seconds=302)),
        ]
    if name == "vipps":
        wrong += [
            replace(hook, path="/hooks/elsewhere/"),
            replace(hook, host="evil.example"),
            replace(hook, headers={**hook.headers, "x-ms-date": "yesterday"}),
        ]

    for each in wrong:
        with pytest.raises(SignatureError):
            provider.verify(each)
    assert provider.verify(hook)


def test_stripes_signature_may_be_one_of_several_while_the_secret_is_rolled(
    playground: Playground,
) -> None:
    account = KEYS["card"] | {"hook_url": "http://here.example/hooks/card/"}
    raw = b'{"id": "evt_1", "data": {"object": {"client_reference_id": "abc"}}}'
    own = played_card.signed(account, raw)["Stripe-Signature"]
    other = played_card.signed(account | {"webhook_secret": "whsec_old"}, raw)["Stripe-Signature"]
    at, v1 = own.split(",")
    header = f"{at},{other.split(',')[1]},{v1},v0=abc"
    hook = Hook("/", "here.example", {"stripe-signature": header}, raw, datetime.now(UTC))

    assert adapter(playground, "card").verify(hook).reference == "abc"


@pytest.mark.parametrize(
    "header",
    ["", "t=1", "v1=abc", "t=x,v1=abc", "t=1,t=2,v1=abc", "t=99999999999999999,v1=a", "🙂"],
)
def test_a_signature_of_any_shape_is_refused_quietly(playground: Playground, header: str) -> None:
    hook = Hook("/", "here.example", {"stripe-signature": header}, b"{}", datetime.now(UTC))

    with pytest.raises(SignatureError):
        adapter(playground, "card").verify(hook)


@pytest.mark.parametrize("raw", [b"", b"[]", b"nothing", b"\xff\xfe"])
def test_a_signed_message_of_any_shape_is_no_crash(playground: Playground, raw: bytes) -> None:
    account = KEYS["vipps"] | {"hook_url": "http://here.example/hooks/vipps/"}
    headers = {k.lower(): v for k, v in played_vipps.signed(account, raw).items()}
    hook = Hook("/hooks/vipps/", "here.example", headers, raw, datetime.now(UTC))

    with pytest.raises(SignatureError):
        adapter(playground, "vipps").verify(hook)


def test_a_signed_message_about_nothing_is_about_no_payment(playground: Playground) -> None:
    account = KEYS["vipps"] | {"hook_url": "http://here.example/hooks/vipps/"}
    headers = {k.lower(): v for k, v in played_vipps.signed(account, b"{}").items()}
    hook = Hook("/hooks/vipps/", "here.example", headers, b"{}", datetime.now(UTC))

    assert adapter(playground, "vipps").verify(hook).reference == ""
