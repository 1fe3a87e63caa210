"""Logs never hold what opens a door."""

import logging
import re

SECRETS = re.compile(r"(/i/|token=)[A-Za-z0-9_\-:.%]+")


def without_tokens(text: str) -> str:
    """The text with secret links and page tokens blacked out, on one line."""
    return SECRETS.sub(r"\1[hidden]", text).replace("\r", "\\r").replace("\n", "\\n")


class WithoutTokens(logging.Filter):
    """Blacks out secrets in every record's final message."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = without_tokens(record.getMessage()), ()
        return True
