"""The admin: one door, superusers alone, and nothing that actions own can be written there."""

from io import BytesIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from invoices.admin import BillerForm
from invoices.billers.logos import LARGEST_FILE_BYTES, LARGEST_SIDE, logo_of
from invoices.billers.models import Agreement, Biller, Membership, PayeeAccount, User
from invoices.errors import Refused
from tests.people import World, a_picture

pytestmark = pytest.mark.django_db

READ_ONLY = {
    "customer": "invoices",
    "invoice": "invoices",
    "account": "invoices",
    "transfer": "invoices",
    "historyentry": "invoices",
    "bankfile": "payments",
    "bankline": "payments",
    "match": "payments",
}
EDITABLE = {"biller", "membership", "user", "payeeaccount", "agreement"}
EDITABLE |= {"openingperiod", "specialday", "answer"}
EDITABLE |= {"matchingterms", "promiseterms", "creditterms"}


def sign_in(email: str, password: str = "password", to: str = "/admin/") -> tuple[Client, Any]:
    client = Client()
    fields = {"login": email, "password": password, "next": to}
    return client, client.post("/accounts/login/", fields)


def test_the_admin_has_no_form_of_its_own_to_guess_at(world: World) -> None:
    login = Client().get("/admin/login/", {"next": "/admin/invoices/biller/"})
    tried = Client().post("/admin/login/", {"username": "root@example.com", "password": "password"})
    inside = world.client("finance").get("/admin/login/")

    assert login["Location"] == "/accounts/login/?next=/admin/invoices/biller/"
    assert tried.status_code == 405
    assert inside.status_code == 403


def test_a_superuser_comes_in_through_the_one_sign_in(world: World) -> None:
    client, answer = sign_in("root@example.com")

    assert answer["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_being_staff_is_not_enough(world: World) -> None:
    User.objects.filter(email="finn@example.com").update(is_staff=True)

    assert world.client("finance").get("/admin/").status_code == 302
    assert world.client("finance").get("/admin/login/").status_code == 403


def test_who_was_made_inactive_is_out_at_once(world: World) -> None:
    root, finance = world.client("superuser"), world.client("finance")
    assert root.get("/admin/").status_code == 200

    User.objects.filter(email__in=["root@example.com", "finn@example.com"]).update(is_active=False)

    assert root.get("/admin/").status_code == 302
    assert finance.get("/staff/fjordfiber/")["Location"].startswith("/accounts/login/")
    assert sign_in("finn@example.com")[1]["Location"] == "/accounts/inactive/"


def test_who_lost_the_membership_is_out_at_once(world: World) -> None:
    finance = world.client("finance")
    assert finance.get("/staff/fjordfiber/").status_code == 200

    Membership.objects.filter(user__email="finn@example.com").delete()

    assert finance.get("/staff/fjordfiber/").status_code == 404


def test_a_second_step_is_asked_for_before_the_admin_opens(world: World) -> None:
    root = User.objects.get(email="root@example.com")
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(root, secret)

    client, answer = sign_in("root@example.com")

    assert answer["Location"].startswith("/accounts/2fa/authenticate/")
    assert client.get("/admin/").status_code == 302
    assert client.get("/staff/").status_code == 302
    wrong = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert wrong.status_code == 200
    assert client.get("/admin/").status_code == 302
    code = totp.format_hotp_value(
        totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time()))
    )
    client.post("/accounts/2fa/authenticate/", {"code": code})
    assert client.get("/admin/").status_code == 200


def test_the_pages_of_second_steps_and_sessions_work(world: World) -> None:
    client, _ = sign_in("finn@example.com", to="/staff/")
    asked = client.get("/accounts/2fa/totp/activate/")
    assert asked["Location"].startswith("/accounts/reauthenticate/")
    client.post("/accounts/reauthenticate/", {"password": "password"})
    for path in ("", "totp/activate/", "webauthn/add/", "webauthn/"):
        answer = client.get(f"/accounts/2fa/{path}", follow=True)
        assert answer.status_code == 200, path
        assert answer.request["PATH_INFO"].startswith("/accounts/2fa/"), path
    assert client.get("/accounts/sessions/").status_code == 200
    assert client.get("/accounts/password/change/").status_code == 200


def test_nobody_signs_up(world: World) -> None:
    before = User.objects.count()
    fields = {
        "email": "new@example.com",
        "password1": "a long password",
        "password2": "a long password",
    }

    answer = Client().post("/accounts/signup/", fields)

    assert "new@example.com" not in answer.text
    assert User.objects.count() == before


def test_nobody_gives_themselves_another_address(world: World) -> None:
    client, _ = sign_in("finn@example.com")

    assert client.get("/accounts/email/").status_code == 404
    fields = {"action_add": "", "email": "root2@example.com"}
    assert client.post("/accounts/email/", fields).status_code == 404


def test_anothers_second_step_cannot_be_removed(world: World) -> None:
    root = User.objects.get(email="root@example.com")
    key = Authenticator.objects.create(
        user=root, type=Authenticator.Type.WEBAUTHN, data={"name": "key", "credential": {}}
    )
    client, _ = sign_in("finn@example.com")
    client.post("/accounts/reauthenticate/", {"password": "password"})

    for verb in ("remove", "edit"):
        assert client.post(f"/accounts/2fa/webauthn/keys/{key.pk}/{verb}/").status_code == 404
    assert Authenticator.objects.filter(pk=key.pk).exists()


def test_the_secret_of_a_second_step_is_not_shown(world: World) -> None:
    root = User.objects.get(email="root@example.com")
    secret = totp.generate_totp_secret()
    step = totp.TOTP.activate(root, secret).instance

    page = world.client("superuser").get(f"/admin/mfa/authenticator/{step.pk}/change/")

    assert page.status_code == 200
    assert secret not in page.text
    assert "secret" not in page.text


def test_the_admin_holds_what_it_should_and_no_more() -> None:
    names = {model._meta.model_name for model in admin.site._registry}

    assert names == EDITABLE | set(READ_ONLY) | {"authenticator", "procrastinatejob"}


@pytest.mark.parametrize(("model", "app"), READ_ONLY.items())
def test_what_actions_own_is_only_read(world: World, model: str, app: str) -> None:
    root = world.client("superuser")
    kind = next(m for m in admin.site._registry if m._meta.label_lower == f"{app}.{model}")
    row = kind._default_manager.first()
    pk = row.pk if row else 1

    page = root.get(f"/admin/{app}/{model}/{pk}/change/")

    assert page.status_code == (200 if row else 302)
    assert 'name="_save"' not in page.text
    assert root.get(f"/admin/{app}/{model}/add/").status_code == 403
    for path in ("add/", f"{pk}/change/", f"{pk}/delete/"):
        if row or path == "add/":
            assert root.post(f"/admin/{app}/{model}/{path}", {"post": "yes"}).status_code == 403
    acted = {"action": "delete_selected", "_selected_action": [pk], "post": "yes"}
    root.post(f"/admin/{app}/{model}/", acted)
    assert kind._default_manager.filter(pk=pk).exists() == bool(row)


def _biller_fields(biller: Biller, **changed: Any) -> dict[str, Any]:
    fields = {
        "name": biller.name,
        "slug": biller.slug,
        "country": biller.country,
        "currency": biller.currency,
        "languages": ",".join(biller.languages),
        "brand_colour": biller.brand_colour,
        "due_days": biller.due_days,
        "move_due_days_max": biller.move_due_days_max,
    }
    return fields | changed


def change(world: World, **changed: Any) -> Any:
    return world.client("superuser").post(
        f"/admin/invoices/biller/{world.fjord.pk}/change/", _biller_fields(world.fjord, **changed)
    )


def logo(world: World) -> bytes:
    return bytes(Biller.objects.get(pk=world.fjord.pk).logo or b"")


def a_file(content: bytes, name: str = "logo.png", kind: str = "image/png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, kind)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_logo_is_drawn_anew_as_a_small_png(world: World, form: str) -> None:
    raw = a_picture(900, 300, form)

    answer = change(world, logo_file=a_file(raw, "logo.html", "text/html"))

    assert answer.status_code == 302
    picture = Image.open(BytesIO(logo(world)))
    assert (picture.format, max(picture.size)) == ("PNG", LARGEST_SIDE)
    assert logo(world) != raw


def test_what_hides_in_a_picture_does_not_come_along() -> None:
    out = BytesIO()
    picture = Image.new("RGB", (8, 8))
    exif = picture.getexif()
    exif[0x010E] = "<script>alert(1)</script>"
    picture.save(out, "JPEG", exif=exif, comment=b"<?php evil ?>")

    clean = logo_of(out.getvalue() + b"<script>alert(2)</script>")

    assert b"script" not in clean
    assert b"php" not in clean


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a" + b"\0" * 50,
        b"\x89PNG\r\n\x1a\n" + b"\0" * 50,
        b"\xff\xd8\xff" + b"\0" * 50,
        b"%PDF-1.7",
        b"<html>",
        a_picture()[:40],
        b"\0" * (LARGEST_FILE_BYTES + 1),
    ],
)
def test_what_is_no_picture_is_refused(world: World, content: bytes) -> None:
    before = logo(world)

    answer = change(world, logo_file=a_file(content))

    assert answer.status_code == 200
    assert "logo" in str(answer.context["adminform"].form.errors).lower()
    assert logo(world) == before


def test_a_picture_with_too_many_pixels_is_never_unpacked() -> None:
    with pytest.raises(Refused, match="pixels"):
        logo_of(a_picture(6_000, 6_000))


def test_a_logo_stays_until_it_is_removed(world: World) -> None:
    before = logo(world)
    assert before

    assert change(world).status_code == 302
    assert logo(world) == before
    assert change(world, remove_logo="on").status_code == 302
    assert logo(world) == b""


@pytest.mark.parametrize(
    "wrong",
    [{"brand_colour": "red;}"}, {"currency": "SEK"}, {"languages": "xx"}, {"slug": "norrsken"}],
)
def test_a_biller_that_cannot_be_is_refused_in_the_form(
    world: World, wrong: dict[str, str]
) -> None:
    assert change(world, **wrong).status_code == 200


def test_an_agreement_is_on_an_account_of_its_own_biller(world: World) -> None:
    ours = Agreement.objects.get(biller=world.fjord)
    theirs = PayeeAccount.objects.get(biller=world.other)
    path = f"/admin/invoices/agreement/{ours.pk}/change/"
    fields = {
        "account": theirs.pk,
        "scheme": "kid",
        "algorithm": "mod10",
        "lengths": "13",
        "customer_digits": 6,
        "is_default": "on",
        "biller": world.other.pk,
    }

    refused = world.client("superuser").post(path, fields)
    kept = world.client("superuser").post(path, {**fields, "account": ours.account_id})

    assert (refused.status_code, kept.status_code) == (200, 302)
    ours.refresh_from_db()
    assert ours.biller_id == world.fjord.pk


def test_people_are_made_and_given_roles(world: World) -> None:
    root = world.client("superuser")
    inline = {
        "memberships-TOTAL_FORMS": 1,
        "memberships-INITIAL_FORMS": 0,
        "memberships-0-biller": world.fjord.pk,
        "memberships-0-role": "agent",
    }
    fields = {
        "email": "New@Example.com",
        "name": "New Testsen",
        "usable_password": "true",
        "password1": "a-long-enough-one",
        "password2": "a-long-enough-one",
    }

    answer = root.post("/admin/invoices/user/add/", fields | inline)

    assert answer.status_code == 302, answer.context["errors"]
    made = User.objects.get(email="new@example.com")
    assert (made.is_staff, made.is_superuser) == (False, False)
    client, signed = sign_in("new@example.com", "a-long-enough-one", to="/staff/")
    assert signed["Location"] == "/staff/"
    assert client.get("/staff/", follow=True).status_code in (200, 403)


def test_a_new_password_ends_the_persons_other_sessions(world: World) -> None:
    finance, root = world.client("finance"), world.client("superuser")
    user = User.objects.get(email="finn@example.com")
    password = {"password1": "another-long-one", "password2": "another-long-one"}

    root.post(f"/admin/invoices/user/{user.pk}/password/", {**password, "usable_password": "true"})

    assert finance.get("/staff/fjordfiber/")["Location"].startswith("/accounts/login/")


def test_a_swish_number_is_tidied_and_kept_for_sweden_alone(world: World) -> None:
    form = BillerForm(data={"swish_number": "123 118 11 89", "country": "SE"})
    form.is_valid()
    norwegian = BillerForm(data={"swish_number": "1231181189", "country": "NO"})
    wrong = BillerForm(data={"swish_number": "0701234567", "country": "SE"})

    assert form.cleaned_data["swish_number"] == "1231181189"
    assert norwegian.errors["swish_number"] == ["Swish is paid in Sweden alone."]
    assert "ten digits" in wrong.errors["swish_number"][0]


def test_where_customers_pay_to_is_changed_only_by_who_shows_the_password_anew(
    world: World,
) -> None:
    client, _ = sign_in("root@example.com")
    account = PayeeAccount.objects.filter(biller=world.fjord).get()
    page = f"/admin/invoices/payeeaccount/{account.pk}/change/"
    changed = {"kind": account.kind, "number": "15030000099", "iban": ""}
    assert client.get(page).status_code == 200

    asked = client.post(page, changed)

    assert asked["Location"].startswith("/accounts/reauthenticate/")
    account.refresh_from_db()
    assert account.number != "15030000099"
    client.post(asked["Location"], {"password": "wrong"})
    account.refresh_from_db()
    assert account.number != "15030000099"
    client.post(asked["Location"], {"password": "password"})
    account.refresh_from_db()
    assert account.number == "15030000099"  # what was sent before is done now, once
    assert client.post(page, changed | {"number": "15030000098"})["Location"].startswith("/admin/")
