"""The house rules that hold it together: vocabulary, migrations, contracts, pins, top level."""

import re
import string
import subprocess
import sys
import tomllib
from typing import Any

import pytest
from django.core.management import call_command

from invoices.documents.states import SETTLED, UNSETTLED, State
from invoices.history.kinds import KINDS, Kind
from invoices.page.status import TONES
from invoices.panels import EVERYONE, PAYER, _panels
from tests.house.source import ROOT, templates, text, tracked

TOP_LEVEL = {
    ".ci",
    ".gitignore",
    ".python-version",
    "README.md",
    "config",
    "invoices",
    "manage.py",
    "messaging",
    "payments",
    "pyproject.toml",
    "static",
    "templates",
    "tests",
}


class Everything(dict[str, Any]):
    """Data in which every fact is the same."""

    def __init__(self, value: int) -> None:
        super().__init__()
        self.value = value

    def __missing__(self, key: str) -> int:
        return self.value

    def get(self, key: str, default: Any = None) -> Any:
        return self.value


@pytest.mark.parametrize(("name", "kind"), KINDS.items())
def test_every_kind_is_said_and_shown_on_panels_that_exist(name: str, kind: Kind) -> None:
    registered = {panel for _page, panel in _panels}

    assert re.fullmatch(r"[a-z]+\.[a-z_]+", name)
    assert len(name) <= 40
    assert set(kind.panels) <= registered
    assert kind.panels
    for value in (0, 1):
        said, detail = kind.say(Everything(value)), kind.detail(Everything(value))
        assert said.endswith(".")
        for template in (said, detail):
            for _text, field, _form, _conversion in string.Formatter().parse(template):
                assert field is None or field.isidentifier(), template


def test_every_panel_has_a_template_and_readers() -> None:
    for (page, name), panel in _panels.items():
        assert panel.template in templates(), (page, name)
        assert panel.audience, (page, name)
        assert panel.audience <= EVERYONE | {PAYER}, (page, name)
        assert f'data-panel="{name}"' in templates()[panel.template], (page, name)


def test_every_state_is_in_one_group_and_has_a_tone() -> None:
    assert set(State) == SETTLED | UNSETTLED
    assert not SETTLED & UNSETTLED
    assert set(TONES) == set(State)


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_imports_keep_to_the_floor_plan() -> None:
    linted = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert linted.returncode == 0, linted.stdout
    assert ", 0 broken" in linted.stdout


def test_everything_that_is_installed_is_pinned() -> None:
    project = tomllib.loads(text("pyproject.toml"))
    asked = [
        *project["project"]["dependencies"],
        *project["dependency-groups"]["dev"],
        *project["tool"]["uv"]["constraint-dependencies"],
    ]

    assert [
        need for need in asked if not re.fullmatch(r"[\w.-]+(\[[\w,-]+\])?==[\w.]+", need)
    ] == []


def test_the_top_level_stays_as_it_is() -> None:
    assert {name.split("/")[0] for name in tracked()} <= TOP_LEVEL


# Put together, so that this file does not hold them itself.
ELSEWHERE = re.compile(
    "|".join(
        [
            r"/(?:work|root|home|Users)" + r"/[a-z]",
            "files.pythonhosted" + r"\.org",
            "registry.npmjs" + r"\.org",
            r"--(?:extra-)?index" + "-url",
            "proxy.golang" + r"\.org",
        ]
    )
)


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    found = [f"{name}: {hit[0]}" for name in tracked() if (hit := ELSEWHERE.search(text(name)))]

    assert found == []
