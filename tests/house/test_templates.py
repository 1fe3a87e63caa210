"""The house rules for templates."""

import re
from pathlib import Path

import allauth
import django.contrib.admin
import pytest
from django.template import engines
from django.urls import get_resolver

from config.demo.urls import urlpatterns as demo
from tests.house.source import modules, templates, text

# Django and allauth look for these by themselves.
BY_DJANGO = {"400.html", "403.html", "403_csrf.html", "404.html", "500.html"}
THEIRS = [Path(module.__path__[0]) / "templates" for module in (allauth, django.contrib.admin)]

UNSAFE = re.compile(r"\|\s*safe\b|\|\s*safeseq\b|autoescape\s+off|mark_safe")
IN_ATTRIBUTES = re.compile(r"<[a-z][^>]*\s(?:style|on[a-z]+)\s*=", re.IGNORECASE)
URL_TAG = re.compile(r"""\{%\s*url\s+['"]([^'"]+)['"]""")
QUOTED = re.compile(r"""['"]([\w./-]+\.(?:html|txt))['"]""")

# Help texts are written in code (Django's list of password rules is HTML), never data.
SAFE_ALLOWED = {"components/field.html": "field.help_text|safe"}


def test_nothing_goes_out_unescaped() -> None:
    unsafe = [
        f"{name}: {line.strip()[:80]}"
        for name, source in templates().items()
        for line in source.splitlines()
        if UNSAFE.search(line.replace(SAFE_ALLOWED.get(name, "\0"), ""))
    ]
    unsafe += [name for name, _ in modules() if UNSAFE.search(text(name))]

    assert unsafe == []


def test_no_style_or_handler_stands_in_an_attribute() -> None:
    assert [n for n, source in templates().items() if IN_ATTRIBUTES.search(source)] == []


def test_every_template_compiles() -> None:
    for name in templates():
        if name.endswith(".html"):
            engines["django"].get_template(name)


def test_every_template_is_used() -> None:
    asked = {found for source in templates().values() for found in QUOTED.findall(source)}
    asked |= {found for name, _ in modules() for found in QUOTED.findall(text(name))}
    unused = [
        name
        for name in templates()
        if name not in asked | BY_DJANGO
        and not name.startswith("components/icons/")
        and not any((theirs / name).exists() for theirs in THEIRS)
    ]

    assert unused == []


def test_every_icon_that_is_asked_for_exists() -> None:
    names = {name for name in templates() if name.startswith("components/icons/")}
    asked = {icon for s in templates().values() for icon in re.findall(r'\{% icon "(\w+)" %\}', s)}
    asked |= {icon for s in templates().values() for icon in re.findall(r'glyph="(\w+)"', s)}

    assert {f"components/icons/{icon}.html" for icon in asked} <= names


def _names() -> set[str]:
    resolver = get_resolver()
    names = {key for key in resolver.reverse_dict if isinstance(key, str)}
    for namespace, (_prefix, inner) in resolver.namespace_dict.items():
        names |= {f"{namespace}:{key}" for key in inner.reverse_dict if isinstance(key, str)}
    return names | {pattern.name for pattern in demo if pattern.name}


@pytest.mark.django_db
def test_every_address_that_a_template_names_exists() -> None:
    named = {found for source in templates().values() for found in URL_TAG.findall(source)}

    assert named
    assert named - _names() == set()
