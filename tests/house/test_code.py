"""The house rules that code can be asked about."""

import ast
import re
from collections.abc import Iterator

from django.apps import apps
from django.db.models import ForeignKey

from tests.house.source import modules, text

FUNCTION_LINES, MODULE_LINES = 70, 400

WRITES = frozenset(
    ["save", "create", "update", "delete", "bulk_create", "bulk_update"]
    + ["get_or_create", "update_or_create"]
)
WRITING_SQL = re.compile(
    r"\b(INSERT\s+INTO|UPDATE\s+\S+(\s+\w+)?\s+SET|DELETE\s+FROM|TRUNCATE|COPY\s+\{)"
)
WRITERS = ("/actions.py", "/record.py")
# Writers under another name, each with its reason.
ALLOWED = {
    "invoices/billers/models.py": "UserManager, which Django's own commands call",
    "invoices/documents/links/limits.py": "counts guesses, also where nothing is done",
    "invoices/live/ring.py": "rings, and remembers the topics that are closed",
    "config/marks.py": "saves pictures to static/img",
    "invoices/documents/numbers.py": "takes the next numbers of a series",
    "invoices/billers/logos.py": "saves a picture to memory",
    "messaging/files/pictures.py": "saves pictures to memory",
    "invoices/bulk.py": "COPY, for the actions that write by the thousand",
    "config/demo/": "the seed makes billers and people, which no action does yet",
}


def _may_write(name: str) -> bool:
    return name.endswith(WRITERS) or name.startswith(tuple(ALLOWED))


def _writes(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        match node:
            case ast.Call(func=ast.Attribute(attr=name)) if name in WRITES:
                yield f"{node.lineno}: .{name}()"
            case ast.Constant(value=str(words)) if WRITING_SQL.search(words):
                yield f"{node.lineno}: {words.strip()[:40]}"


def test_only_actions_and_the_record_write() -> None:
    written = [
        f"{name}:{what}"
        for name, module in modules()
        if not _may_write(name)
        for what in _writes(module)
    ]

    assert written == []


def test_every_exception_from_that_rule_is_still_needed() -> None:
    writers = {name for name, module in modules() if any(_writes(module))}

    assert [path for path in ALLOWED if not any(w.startswith(path) for w in writers)] == []


def test_nothing_below_can_reach_upstairs_through_a_relation() -> None:
    reaching = [
        str(field)
        for app in ("payments", "messaging")
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey)
        and field.related_model._meta.app_label == "invoices"
        and not field.remote_field.hidden
    ]

    assert reaching == []


def test_functions_and_modules_are_short() -> None:
    long = [
        f"{name}:{node.lineno} {node.name} has {lines} lines"
        for name, module in modules(tests=True)
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LINES
    ]
    long += [
        f"{name} has {lines} lines"
        for name, _module in modules()
        if (lines := len(text(name).splitlines())) > MODULE_LINES
    ]

    assert long == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        name
        for name, module in modules(tests=True)
        if module.body and not ast.get_docstring(module)
    ]

    assert silent == []


def test_every_public_action_query_and_gatekeeper_says_what_it_promises() -> None:
    rooms = ("actions.py", "record.py", "queries.py", "access.py", "links.py", "views.py")
    silent = [
        f"{name}:{node.lineno} {node.name}"
        for name, module in modules()
        if name.endswith(rooms)
        for node in module.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]

    assert silent == []


def test_every_action_names_its_actor() -> None:
    """Or is part of actions that do: bookings, registers, matching, which is the bank's doing."""
    parts = ("invoices/ledger/", "invoices/customers/", "payments/matching/")
    nobodys = [
        f"{name} {node.name}"
        for name, module in modules()
        if name.endswith("/actions.py") and not name.startswith(parts)
        for node in module.body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and any(ast.unparse(decorator) == "transaction.atomic" for decorator in node.decorator_list)
        and "actor" not in {a.arg for a in node.args.kwonlyargs}
    ]

    assert nobodys == []
