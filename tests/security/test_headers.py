"""What every answer says besides its content."""

import os
import re
import subprocess
import sys

import pytest

from tests.security.walk import Answer, Walked

pytestmark = pytest.mark.django_db

ANYWHERE = re.compile(r"""(?:https?:)?//[^\s"'<>]+""")
NONCED = re.compile(r"<(?:script|style)\b([^>]*)>", re.IGNORECASE)
# Names of XML vocabularies, and our own server under its name in tests.
NOT_FETCHED = ("http://www.w3.org/", "http://testserver/", "https://testserver/")


@pytest.fixture
def answers(walked: Walked) -> list[Answer]:
    return walked.pages


def faulty(answers: list[Answer], good: object) -> list[str]:
    """The addresses whose answers are not good."""
    assert callable(good)
    return sorted({f"{a.target.path} as {a.actor}" for a in answers if not good(a)})


def test_every_page_is_under_a_policy_without_exceptions(answers: list[Answer]) -> None:
    def good(answer: Answer) -> bool:
        policy = answer.headers.get("Content-Security-Policy", "")
        return (
            "default-src 'none'" in policy
            and "frame-ancestors 'none'" in policy
            and "base-uri 'none'" in policy
            and "unsafe" not in policy
            and "*" not in policy
        )

    assert faulty(answers, good) == []


def test_every_script_and_style_in_a_page_carries_the_nonce_of_its_policy(
    answers: list[Answer],
) -> None:
    def good(answer: Answer) -> bool:
        policy = answer.headers["Content-Security-Policy"]
        return all(_is_covered(attributes, policy) for attributes in NONCED.findall(answer.html))

    assert faulty(answers, good) == []
    assert any("'nonce-" in a.headers["Content-Security-Policy"] for a in answers)


def _is_covered(attributes: str, policy: str) -> bool:
    nonce = re.search(r'nonce="([^"]+)"', attributes)
    if nonce:
        return f"'nonce-{nonce[1]}'" in policy
    return "src=" in attributes or "application/json" in attributes


def test_no_page_holds_handlers_or_styles_in_attributes(answers: list[Answer]) -> None:
    ours = [a for a in answers if a.target.whose != "admin"]

    assert faulty(ours, lambda a: not re.search(r"<[^>]*\s(?:on[a-z]+|style)=", a.html)) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("X-Robots-Tag", "noindex, nofollow, noarchive"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ],
)
def test_every_answer_carries(answers: list[Answer], name: str, value: str) -> None:
    assert faulty(answers, lambda a: a.headers.get(name) == value) == []


def test_nothing_is_told_to_other_sites_and_of_secret_links_nothing_at_all(
    answers: list[Answer],
) -> None:
    def good(answer: Answer) -> bool:
        secret = answer.target.pattern == "i/<str:token>"
        return answer.headers["Referrer-Policy"] == ("no-referrer" if secret else "same-origin")

    assert faulty(answers, good) == []


def test_no_cache_keeps_anything_but_logos(answers: list[Answer]) -> None:
    def good(answer: Answer) -> bool:
        kept = answer.headers["Cache-Control"]
        if answer.target.pattern.startswith("logo/") and answer.status == 200:
            return "immutable" in kept
        return "no-store" in kept

    assert faulty(answers, good) == []


def test_no_page_names_another_site(answers: list[Answer]) -> None:
    def good(answer: Answer) -> bool:
        found = ANYWHERE.findall(answer.html)
        return all(url.startswith(NOT_FETCHED) for url in found)

    assert faulty([a for a in answers if a.target.whose != "admin"], good) == []


def test_every_cookie_is_closed_to_scripts_and_to_other_sites(answers: list[Answer]) -> None:
    seen = {name for a in answers for name in a.cookies}
    closed = all(
        cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["path"] == "/"
        for a in answers
        for cookie in a.cookies.values()
    )

    assert closed
    assert {"nota_links", "nota_csrf"} <= seen <= {"nota_links", "nota_csrf", "nota_staff"}


def test_the_deployment_check_finds_nothing_under_https() -> None:
    checked = _under_https("check", "--deploy", "--fail-level", "WARNING")

    assert checked.returncode == 0, checked.stderr


def test_under_https_every_cookie_is_bound_to_the_host_and_secure() -> None:
    found = _under_https(
        "shell",
        "--no-imports",
        "--command",
        "from django.conf import settings as s\n"
        "print([s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.LINK_COOKIE_NAME,"
        " s.LANGUAGE_COOKIE_NAME], s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE,"
        " s.LANGUAGE_COOKIE_SECURE, s.SECURE_HSTS_SECONDS >= 31536000, s.MESSAGE_STORAGE)",
    )

    names = "['__Host-nota_staff', '__Host-nota_csrf', '__Host-nota_links', '__Host-nota_language']"
    session = "django.contrib.messages.storage.session.SessionStorage"
    assert found.stdout.strip() == f"{names} True True True True {session}", found.stderr


def _under_https(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "NOTA_HTTPS": "1",
        "NOTA_HOSTS": "nota.example",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    return subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
