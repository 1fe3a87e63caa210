"""Logs never hold what opens a door, and nobody writes lines of their own into them."""

import logging
import re
from typing import Any

SECRETS = re.compile(
    r"((?:/|%2F)i(?:/|%2F)|token=)[A-Za-z0-9_\-:.%~]+",
    re.IGNORECASE,
)
# What ends a line, moves the cursor or turns the reading direction, in a terminal or a viewer.
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def without_tokens(text: str) -> str:
    """The text with secret links and page tokens blacked out, on one line."""
    return UNSEEN.sub(_shown, SECRETS.sub(r"\1[hidden]", text))


def _shown(found: re.Match[str]) -> str:
    return repr(found[0])[1:-1]


class WithoutTokens(logging.Filter):
    """Blacks out secrets in every record's final message, and in the traceback under it."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = without_tokens(record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            # Its own lines stay lines.
            lines = record.exc_text.split("\n")
            record.exc_text = "\n".join(without_tokens(line) for line in lines)
        return True


class ArgumentsWithoutTokens(logging.Filter):
    """Blacks out secrets in a record's arguments, for loggers whose formatters read those.

    Uvicorn writes its access log from the arguments and brings its own handlers: this sits on
    its loggers, which it leaves as they are.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(_clean(value) for value in record.args)
        return True


def _clean(value: Any) -> Any:
    return without_tokens(value) if isinstance(value, str) else value
