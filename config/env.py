"""Reads settings from the environment, and is loud about a value it does not understand."""

import os
import re
from collections.abc import Sequence
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

_TRUE = ("1", "true", "yes", "on")
_FALSE = ("0", "false", "no", "off")


class BadSetting(ValueError):
    """An environment variable holds something the product cannot use; the text names it."""


def envstr(name: str, default: str = "") -> str:
    """The text of a variable without surrounding blanks; a blank variable counts as not set."""
    return os.environ.get(name, "").strip() or default


def envbool(name: str, default: bool) -> bool:
    """Yes or no."""
    value = envstr(name).lower()
    if not value:
        return default
    if value not in _TRUE + _FALSE:
        raise BadSetting(
            f"{name} is {value!r}, but must be one of {', '.join(_TRUE)} or {', '.join(_FALSE)}."
        )
    return value in _TRUE


def envint(name: str, default: int) -> int:
    """A whole number."""
    value = envstr(name)
    if not value:
        return default
    # int() alone would also take 1_000 and the digits of other scripts, which are rather typos.
    if not re.fullmatch(r"[+-]?[0-9]{1,18}", value):
        raise BadSetting(f"{name} is {value!r}, but must be a whole number such as 5432.")
    return int(value)


def envlist(name: str, default: Sequence[str] = ()) -> list[str]:
    """Items between commas."""
    value = envstr(name)
    if not value:
        return list(default)
    items = [item.strip() for item in value.split(",")]
    if not all(items):
        raise BadSetting(
            f"{name} is {value!r}, but must be items between commas, none of them empty."
        )
    return items


def envsecret(name: str, default: str | None = None) -> str:
    """A secret from NAME, or from the file that NAME_FILE points at; required without a default.

    The sentences never show the value: they end up in logs.
    """
    value, path = os.environ.get(name, ""), envstr(f"{name}_FILE")
    if value and path:
        raise BadSetting(f"{name} and {name}_FILE are both set, but only one of them may be.")
    if path:
        try:
            value = Path(path).read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
            raise BadSetting(
                f"{name}_FILE is {path!r}, but must be a readable text file ({reason})."
            ) from None
        if not value.strip():
            raise BadSetting(f"{name}_FILE is {path!r}, but that file must hold the secret.")
    if value.strip():
        return value
    if default is None:
        raise BadSetting(f"{name} is not set, but must hold a secret (or {name}_FILE its file).")
    return default


def envpostgres(name: str) -> str:
    """The URL of a PostgreSQL database, or nothing. May come from NAME_FILE: it holds a password.

    libpq itself reads it, so that all it can connect to is taken; its complaints are not passed
    on, since they may quote the password.
    """
    url = envsecret(name, "").strip()
    if not url:
        return ""
    try:
        parts = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        parts = {}
    database, ports = str(parts.get("dbname", "")), str(parts.get("port", "1")).split(",")
    ports_good = all(re.fullmatch("[0-9]{1,5}", port) and 0 < int(port) < 65536 for port in ports)
    scheme_good = url.startswith(("postgresql://", "postgres://"))
    if not (scheme_good and ports_good and database) or "/" in database:
        raise BadSetting(
            f"{name} is not understood: write postgresql://user:password@host:port/name, with "
            "% codes for special characters and libpq's options after a question mark."
        )
    return url
