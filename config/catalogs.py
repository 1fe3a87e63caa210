"""The translation catalogues: what is to be said, read from the code, and how each says it.

English is the message itself, so it has no catalogue. The files carry neither dates nor line
numbers: they change only when what is said changes.
"""

import io
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

BASE = Path(__file__).resolve().parent.parent
LOCALE = BASE / "config" / "locale"
LANGUAGES = ("nb", "sv")
ROOTS = ("config", "invoices", "messaging", "payments", "templates")
SKIPPED = frozenset({"migrations", "tests", "locale", "__pycache__"})
TEMPLATES = frozenset({".html", ".txt"})
KEYWORDS = {
    **dict.fromkeys(("_", "N_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
# Messages of allauth that staff meet, and that we word ourselves.
BORROWED = (
    "Be patient, you are sending too many requests.",
    "Confirm Access",
    "Email",
    "Invalid login.",
    "Passkey",
    "Please reauthenticate to safeguard your account.",
    "The email address and/or password you specified are not correct.",
    "Two-Factor Authentication",
    "Your account is protected by two-factor authentication. Please enter an authenticator code:",
)
PLACEHOLDER = re.compile(r"\{\w*\}|%\(\w+\)[a-z]|%%")
TAG = re.compile(r"</?\w[^>]*>")


class Tidy(Catalog):
    """A catalogue whose header says only what a program needs to read it."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", str(self.locale_identifier)),
            ("Plural-Forms", self.plural_forms),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit\n"),
        ]


def wanted() -> Catalog:
    """Every message that the code and the templates, or BORROWED, ask for."""
    found = Catalog()
    for path in _sources():
        text = path.read_text(encoding="utf-8")
        if path.suffix in TEMPLATES:
            # Within brackets Python has no opinion on how a template is indented.
            text = f"(\n{templatize(text, origin=str(path.relative_to(BASE)))}\n)"
        code = io.BytesIO(text.encode())
        for _line, message, _comments, context in extract("python", code, keywords=KEYWORDS):
            found.add(message, context=context)
    for borrowed in BORROWED:
        found.add(borrowed)
    return found


def _sources() -> Iterator[Path]:
    for root in ROOTS:
        for path in sorted((BASE / root).rglob("*")):
            known = path.suffix in TEMPLATES or path.suffix == ".py"
            if known and not SKIPPED & set(path.relative_to(BASE).parts):
                yield path


def po_path(language: str) -> Path:
    """Where a language's catalogue lies; the compiled one lies beside it."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    """The catalogue as it lies there, or an empty one."""
    path = po_path(language)
    if not path.exists():
        return Catalog(language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def merged(known: Catalog, asked: Catalog, language: str) -> Tidy:
    """What is asked for, with the translations known so far; what nobody asks for falls away."""
    tidy = Tidy(language, header_comment="# Nota.", fuzzy=False)
    for want in asked:
        if want.id:
            have = known.get(_key(want), want.context)
            fits = have is not None and isinstance(have.id, tuple) == isinstance(want.id, tuple)
            string = have.string if have and fits else None
            flags = {"fuzzy"} if have and (have.fuzzy or not fits) else set()
            tidy.add(want.id, string, flags=flags, context=want.context)
    return tidy


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def po_bytes(catalog: Catalog) -> bytes:
    """The catalogue as a .po file: by message, nothing that changes by itself."""
    file = io.BytesIO()
    write_po(file, catalog, width=100, no_location=True, sort_output=True)
    return file.getvalue()


def mo_bytes(catalog: Catalog) -> bytes:
    """The catalogue as a .mo file; what is untranslated stays English."""
    file = io.BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def write(language: str, asked: Catalog) -> None:
    """Bring a language's files up to what is asked for."""
    catalog = merged(read(language), asked, language)
    path = po_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(po_bytes(catalog))
    path.with_suffix(".mo").write_bytes(mo_bytes(catalog))


def problems(language: str, asked: Catalog) -> Iterator[str]:
    """Everything that keeps a language's files from being complete, right and tidy."""
    known = read(language)
    for want in asked:
        if want.id and known.get(_key(want), want.context) is None:
            yield f"missing: {_key(want)}"
    for have in known:
        if have.id:
            if asked.get(_key(have), have.context) is None:
                yield f"nobody asks for: {_key(have)}"
            elif trouble := _trouble(have):
                yield f"{trouble}: {_key(have)}"
    for message in known.obsolete.values():
        yield f"obsolete: {_key(message)}"
    catalog, path = merged(known, asked, language), po_path(language)
    for file, content in ((path, po_bytes(catalog)), (path.with_suffix(".mo"), mo_bytes(catalog))):
        if not file.exists() or file.read_bytes() != content:
            yield f"out of date: {file.relative_to(BASE)}; run: uv run manage.py catalogs"


def _trouble(message: Message) -> str:
    """What is wrong with one translation, "" for nothing."""
    ids = (message.id,) if isinstance(message.id, str) else message.id
    strings = (message.string,) if isinstance(message.string, str) else message.string or ()
    if not strings or not all(strings):
        return "untranslated"
    if message.fuzzy:
        return "fuzzy"
    if any(_placeholders(text) not in [_placeholders(each) for each in ids] for text in strings):
        return "other placeholders or tags than"
    return ""


def _placeholders(text: str) -> tuple[set[str], list[str]]:
    return set(PLACEHOLDER.findall(text)), sorted(TAG.findall(text))
