"""Every reader takes what it promises, and names the variable when it refuses."""

from pathlib import Path

import pytest

from config.env import BadSetting, envbool, envint, envlist, envsecret, envstr


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", True),
        ("TRUE", True),
        (" yes ", True),
        ("on", True),
        ("0", False),
        ("False", False),
        ("no", False),
        ("off", False),
        ("", True),
        ("  ", True),
    ],
)
def test_yes_and_no_are_read_in_the_usual_spellings(
    monkeypatch: pytest.MonkeyPatch, text: str, value: bool
) -> None:
    monkeypatch.setenv("NOTA_X", text)

    assert envbool("NOTA_X", True) is value


@pytest.mark.parametrize("text", ["2", "ja", "y", "true,false", "None"])
def test_a_word_that_is_neither_yes_nor_no_is_refused(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("NOTA_X", text)

    with pytest.raises(BadSetting, match=r"^NOTA_X is .*true.*false"):
        envbool("NOTA_X", True)


@pytest.mark.parametrize(
    ("text", "value"), [("0", 0), ("-7", -7), ("+7", 7), (" 5432 ", 5432), ("", 9)]
)
def test_whole_numbers_are_read(monkeypatch: pytest.MonkeyPatch, text: str, value: int) -> None:
    monkeypatch.setenv("NOTA_X", text)

    assert envint("NOTA_X", 9) == value


@pytest.mark.parametrize("text", ["1.5", "1_000", "1 000", "٣", "0x10", "ten", "--1", "9" * 19])
def test_anything_but_a_whole_number_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("NOTA_X", text)

    with pytest.raises(BadSetting, match=r"^NOTA_X is .*whole number"):
        envint("NOTA_X", 9)


@pytest.mark.parametrize(
    ("text", "value"), [("a", ["a"]), (" a , b ", ["a", "b"]), ("", ["z"]), (" ", ["z"])]
)
def test_lists_are_read_between_commas(
    monkeypatch: pytest.MonkeyPatch, text: str, value: list[str]
) -> None:
    monkeypatch.setenv("NOTA_X", text)

    assert envlist("NOTA_X", ["z"]) == value


@pytest.mark.parametrize("text", ["a,,b", "a,", ",", ", a"])
def test_an_empty_item_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("NOTA_X", text)

    with pytest.raises(BadSetting, match=r"^NOTA_X is .*commas"):
        envlist("NOTA_X")


def test_what_is_not_set_takes_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTA_X", raising=False)

    assert envstr("NOTA_X") == ""
    assert envstr("NOTA_X", "d") == "d"
    assert envbool("NOTA_X", False) is False
    assert envint("NOTA_X", 3) == 3
    assert envlist("NOTA_X") == []
    assert envsecret("NOTA_X", "d") == "d"


def test_a_secret_comes_from_the_variable_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTA_X", " s p ")

    assert envsecret("NOTA_X") == " s p "


def test_a_secret_comes_from_its_file_without_the_last_newline(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("NOTA_X", raising=False)
    (tmp_path / "secret").write_text("s3 cret\r\n")
    monkeypatch.setenv("NOTA_X_FILE", str(tmp_path / "secret"))

    assert envsecret("NOTA_X") == "s3 cret"


def test_a_required_secret_that_is_missing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTA_X", "")

    with pytest.raises(BadSetting, match=r"^NOTA_X is not set"):
        envsecret("NOTA_X")


def test_a_secret_given_twice_is_refused_without_being_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NOTA_X", "hunter2")
    monkeypatch.setenv("NOTA_X_FILE", str(tmp_path / "secret"))

    with pytest.raises(BadSetting, match="both set") as refusal:
        envsecret("NOTA_X")

    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize("content", [None, b"", b"\n", b"\xff\xfe"])
def test_a_secret_file_that_is_missing_empty_or_no_text_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / "secret").write_bytes(content)
    monkeypatch.setenv("NOTA_X_FILE", str(tmp_path / "secret"))

    with pytest.raises(BadSetting, match=r"^NOTA_X_FILE is "):
        envsecret("NOTA_X", "d")
