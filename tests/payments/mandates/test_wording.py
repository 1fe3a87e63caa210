"""The wording that customers agree to never changes behind their backs."""

import hashlib

import pytest

from payments.mandates.wording import IN_FORCE, languages_of, wording

# The hash of each text as it was agreed on, with these values. Never change one: make a version.
KNOWN = {
    ("autogiro", "sv"): "cd56add73a943a708334bd7d5a65ad821c30a44bc720bafa82c16803c0ebc887",
    ("autogiro", "nb"): "3d03894cf981dad26cf2e7f9e3a211cafed781631d29ca48e895e3d094b4c5a0",
    ("autogiro", "en"): "fd88a4e0e527679d33fc0279067aeb49fdc271a0ccb7155e3ff414f4cfe9bf26",
    ("avtalegiro", "nb"): "693199767ce64143b605a9bd7cf19b1d83d825065d5e0a3b7316f1a8f8a3aa54",
    ("avtalegiro", "sv"): "b8bf459a944987943d2caa68be61376b3b6379099e7e9c4cec07792b5e18485c",
    ("avtalegiro", "en"): "77cdc881003e7dfc0800cf1b20a15006294833562210c2ecb848a7412f64af3d",
    ("vipps", "nb"): "77eb5910af05511071d39b949759cbd410a6508264e67d5f3a7cb10bda754395",
    ("vipps", "sv"): "b10eb68c9c564ebce44e746b6dd144a0aa90716c9a34f514e795ac73320544b8",
    ("vipps", "en"): "bda9565926168a1cf2dd1d5dc2f7e25b1c6b70a30bdf88437a6c91ca446a4363",
}
GIVEN = {"biller": "Mobilo", "payee": "9912346", "payer_number": "4501019", "account": "5839 8257"}


@pytest.mark.parametrize(("scheme", "language"), KNOWN)
def test_a_text_is_word_for_word_what_its_version_was(scheme: str, language: str) -> None:
    said = wording(scheme, language, **GIVEN)

    assert said.sha256.hex() == KNOWN[scheme, language]
    assert said.sha256 == hashlib.sha256(said.text.encode()).digest()
    assert "Mobilo" in said.text
    assert "{" not in said.text


@pytest.mark.parametrize("scheme", IN_FORCE)
def test_a_version_exists_in_every_language(scheme: str) -> None:
    assert languages_of(IN_FORCE[scheme]) == {"nb", "sv", "en"}


def test_an_unknown_language_gets_the_one_that_holds() -> None:
    assert wording("autogiro", "fi", **GIVEN).language == "sv"
    assert wording("avtalegiro", "fi", **GIVEN).language == "nb"
