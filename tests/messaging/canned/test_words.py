"""What stands in a reply that is ready, and what is put in."""

import pytest

from invoices.errors import Refused
from messaging.canned.words import VARIABLES, check_key, check_text, fill, in_language


def test_a_reply_names_variables_that_exist() -> None:
    every = " ".join(f"{{{name}}}" for name in VARIABLES)

    assert check_text(f"  {every} ") == every
    for text in ("{fornavn}", "{}", "{first_name", "first_name}", "{{first_name}}", "{0}"):
        with pytest.raises(Refused):
            check_text(text)


def test_what_is_put_in_is_not_read_again() -> None:
    assert fill("Hei {name}, {kid}", {"name": "{kid}", "kid": "1"}) == "Hei {kid}, 1"


@pytest.mark.parametrize(("key", "kept"), [("/Takk", "takk"), (" på-vei ", "på-vei"), ("a1", "a1")])
def test_a_key_is_one_short_word(key: str, kept: str) -> None:
    assert check_key(key) == kept


@pytest.mark.parametrize("key", ["", "/", "to ord", "x" * 31, "-a", "a/b", "a{b}"])
def test_anything_else_is_no_key(key: str) -> None:
    with pytest.raises(Refused):
        check_key(key)


def test_the_customers_language_comes_first_then_the_billers_then_any() -> None:
    texts = {"en": "Hello", "nb": "Hei"}

    assert in_language(texts, ("nb", "en")) == ("nb", "Hei")
    assert in_language(texts, ("sv", "en")) == ("en", "Hello")
    assert in_language({"sv": "Hej"}, ("nb",)) == ("sv", "Hej")
    assert in_language({}, ("nb",)) == ("", "")
