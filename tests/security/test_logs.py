"""What the logs hold: no secret, no line that somebody outside has written."""

import logging
import logging.config
import secrets
import sys
from io import StringIO
from urllib.parse import quote

import pytest
import uvicorn.config
from django.conf import settings
from uvicorn.logging import AccessFormatter

from config.logs import ArgumentsWithoutTokens, WithoutTokens, without_tokens

TOKEN = secrets.token_urlsafe(24)


@pytest.mark.parametrize(
    "said",
    [
        f"Not Found: /i/{TOKEN}",
        f'127.0.0.1 - "GET /i/{TOKEN} HTTP/1.1" 302',
        f"GET https://nota.example/i/{TOKEN}?x=1",
        f"/accounts/login/?next=%2Fi%2F{TOKEN}",
        f"/accounts/login/?next={quote('/i/', safe='')}{TOKEN}",
        f'"WebSocket /ws/page/?token={TOKEN}:1x:sig_-a" [accepted]',
        f"/ws/page/?a=1&token={TOKEN}%3A1x%3Asig",
    ],
)
def test_secrets_are_blacked_out(said: str) -> None:
    masked = without_tokens(said)

    assert TOKEN not in masked
    assert "sig" not in masked
    assert "[hidden]" in masked


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_nobody_writes_a_second_line(end: str) -> None:
    masked = without_tokens(f"Not Found: /x{end}2026-01-01 INFO root all is well")

    assert len(masked.splitlines()) == 1


@pytest.mark.parametrize("hidden", ["\x1b[2J", "\x00", "\u202e", "\u2066"])
def test_what_would_move_a_terminal_is_shown_as_text(hidden: str) -> None:
    assert without_tokens(f"a{hidden}b").isprintable()


def _written(logger: logging.Logger, handler: logging.Handler) -> StringIO:
    out = StringIO()
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(out)
    logger.handlers, logger.propagate = [handler], False
    logger.setLevel(logging.INFO)
    return out


def test_a_traceback_is_masked_too() -> None:
    logger = logging.getLogger("nota.test")
    handler = logging.StreamHandler()
    handler.addFilter(WithoutTokens())
    out = _written(logger, handler)

    try:
        raise ValueError(f"no such thing: /i/{TOKEN}")
    except ValueError:
        logger.exception("failed at /i/%s", TOKEN)

    assert TOKEN not in out.getvalue()
    assert "Traceback" in out.getvalue()
    assert out.getvalue().count("[hidden]") >= 2


def test_uvicorns_access_log_is_masked_and_keeps_its_form() -> None:
    logger = logging.Logger("access")
    handler = logging.StreamHandler()
    handler.setFormatter(AccessFormatter("%(client_addr)s %(request_line)s %(status_code)s"))
    logger.addFilter(ArgumentsWithoutTokens())
    out = _written(logger, handler)

    logger.info('%s - "%s %s HTTP/%s" %d', "10.0.0.1:5", "GET", f"/i/{TOKEN}", "1.1", 302)

    assert out.getvalue() == "10.0.0.1:5 GET /i/[hidden] HTTP/1.1 302 Found\n"


def test_the_mask_stays_when_uvicorn_sets_its_own_logs_up() -> None:
    names = ("uvicorn", "uvicorn.error", "uvicorn.access")
    kept = {name: logging.getLogger(name).__dict__.copy() for name in names}
    try:
        logging.config.dictConfig(settings.LOGGING)

        uvicorn.config.Config("config.asgi:application").configure_logging()

        for name in names[1:]:
            filters = logging.getLogger(name).filters
            assert any(isinstance(each, ArgumentsWithoutTokens) for each in filters), name
    finally:
        for name, state in kept.items():
            logging.getLogger(name).__dict__.update(state)


def test_django_writes_through_the_masked_handler_alone() -> None:
    assert logging.getLogger("django").handlers == []
    root = [h for h in logging.getLogger().handlers if type(h) is logging.StreamHandler]
    assert root
    assert all(any(isinstance(f, WithoutTokens) for f in h.filters) for h in root)
    assert sys.stderr is not None
