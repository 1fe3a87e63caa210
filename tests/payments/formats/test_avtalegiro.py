"""AvtaleGiro: claims and cancellations are written as the bank wants them, and read back."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invoices.errors import FormatError
from payments.formats.avtalegiro import Claim, ClaimAssignment, ClaimFile, read, write
from payments.formats.letters import latin
from tests.payments.formats.files import LETTERS, SAMPLES

DEC_1, DEC_15 = date(2026, 12, 1), date(2026, 12, 15)
NOTIFIED = Claim(
    49900,
    DEC_15,
    "0000100000018",
    payer_name="Kari Østby",
    external_ref="Nordlys Bredbånd 4711",
    bank_notifies=True,
    lines=("Faktura 4711", "", "Fiber 500".ljust(45) + "499,00"),
)
QUIET = Claim(12550, DEC_1, "0000100000026")
FILE = ClaimFile(
    sender=10080800,
    number=17,
    assignments=(
        ClaimAssignment("15032080119", 3, (NOTIFIED, QUIET)),
        ClaimAssignment("15032080119", 4, (QUIET,), cancels=True),
    ),
)
LINES = write(FILE).raw.decode("latin-1").split("\r\n")


def one(claim: Claim) -> bytes:
    return write(ClaimFile(1, 1, (ClaimAssignment("15032080119", 1, (claim,)),))).raw


def changed(old: str, new: str) -> bytes:
    assert any(old in line for line in LINES)
    return "\r\n".join(LINES).replace(old, new, 1).encode("latin-1")


def test_a_transmission_is_written_column_by_column() -> None:
    zeros = "0" * 80
    kid, blanks = "0000100000018".rjust(25), " " * 11

    expected = [
        ("NY000010" + "10080800" + "0000017" + "00008080" + zeros)[:80],
        ("NY210020" + "0" * 9 + "0000003" + "15032080119" + zeros)[:80],
        "NY212130" + "0000001" + "151226" + blanks + "00000000000049900" + kid + "000000",
        "NY212131" + "0000001" + "Kari Østby" + " " * 25 + f"{NOTIFIED.external_ref:25}" + "00000",
        "NY212149" + "0000001" + "40011" + f"{'Faktura 4711':40}" + "0" * 20,
        "NY212149" + "0000001" + "40031" + f"{'Fiber 500':40}" + "0" * 20,
        "NY212149" + "0000001" + "40032" + f"{'     499,00':40}" + "0" * 20,
        "NY210230" + "0000002" + "011226" + blanks + "00000000000012550"
        + "0000100000026".rjust(25) + "000000",
        "NY210231" + "0000002" + " " * 60 + "00000",
        ("NY210088" + "00000002" + "00000009" + "00000000000062450" + "011226" + "151226"
         + zeros)[:80],
        ("NY213620" + "0" * 9 + "0000004" + "15032080119" + zeros)[:80],
        "NY219330" + "0000001" + "011226" + blanks + "00000000000012550"
        + "0000100000026".rjust(25) + "000000",
        "NY219331" + "0000001" + " " * 60 + "00000",
        ("NY213688" + "00000001" + "00000004" + "00000000000012550" + "011226" + "011226"
         + zeros)[:80],
        ("NY000089" + "00000003" + "00000015" + "00000000000075000" + "011226" + zeros)[:80],
        "",
    ]  # fmt: skip
    assert expected == LINES


def test_the_summary_counts_claims_and_cancellations() -> None:
    written = write(FILE)

    assert (written.count, written.sum_minor) == (3, 75000)
    assert (written.first_due, written.last_due) == (DEC_1, DEC_15)


def test_a_name_is_cut_and_letters_the_bank_lacks_become_near_ones() -> None:
    assert latin("Zoë Łukasz–Ødegård “2” €5 ş\xad\xa0\n日") == 'Zoë Lukasz-Ødegård "2" EUR5 s  ?'

    (back,) = read(one(replace(QUIET, payer_name="Władysław Ødegård"))).assignments[0].claims
    assert back.payer_name == "Wladyslaw"


@pytest.mark.parametrize(
    "claim",
    [
        replace(QUIET, amount_minor=0),
        replace(QUIET, amount_minor=-1),
        replace(QUIET, amount_minor=10**17),
        replace(QUIET, kid=""),
        replace(QUIET, kid="12A4"),
        replace(QUIET, kid="1" * 26),
        replace(QUIET, external_ref="x" * 26),
        replace(QUIET, lines=("only where the bank notifies",)),
        replace(NOTIFIED, lines=("x",) * 43),
    ],
)
def test_what_the_bank_would_refuse_is_not_written(claim: Claim) -> None:
    with pytest.raises(ValueError, match=r".+"):
        one(claim)


@pytest.mark.parametrize(
    "file", [ClaimFile(1, 1, ()), ClaimFile(1, 1, (ClaimAssignment("15032080119", 1, ()),))]
)
def test_nothing_is_not_written(file: ClaimFile) -> None:
    with pytest.raises(ValueError, match="without"):
        write(file)


@pytest.mark.parametrize(
    ("old", "new", "refusal"),
    [
        ("NY2102300000002", "NY2102300000001", "does not come after"),
        ("NY2102310000002", "NY2121310000002", "does not belong"),
        ("NY2102310000002", "NY2102310000003", "does not belong"),
        ("NY210230", "NY219330", "cannot stand"),
        ("NY219330", "NY210230", "cannot stand"),
        ("40032", "40031", "does not belong"),
        ("40032", "40033", "no column 3"),
        ("40032", "40431", "no line 43"),
        ("40032", "40001", "no line 0"),
        ("0000100000018", "00001O0000018", "is not a KID"),
        ("00000000000012550", "00000000000000000", "has an amount"),
        ("NY2100880000000200000009", "NY2100880000000300000009", "says 3 transactions"),
        ("NY2100880000000200000009", "NY2100880000000200000008", "says 8 records"),
        ("00000000000062450011226", "00000000000062451011226", "62451 øre"),
        ("00000000000062450011226", "00000000000062450021226", "earliest day"),
        ("011226151226", "011226161226", "latest day"),
        ("NY0000890000000300000015", "NY0000890000000300000016", "says 16 records"),
        ("NY213620", "NY212420", "claims or cancellations was expected"),
    ],
)
def test_a_transmission_that_contradicts_itself_is_refused(
    old: str, new: str, refusal: str
) -> None:
    with pytest.raises(FormatError, match=refusal) as caught:
        read(changed(old, new))

    assert caught.value.line_no


CLAIMS = st.builds(
    Claim,
    amount_minor=st.integers(1, 10**12),
    due_on=st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    kid=st.from_regex(r"[0-9]{1,24}[0-9-]", fullmatch=True),
    payer_name=st.text(LETTERS, max_size=10),
    external_ref=st.text(LETTERS, max_size=25),
)
SPECIFIED = st.builds(
    replace,
    CLAIMS,
    bank_notifies=st.just(True),
    lines=st.lists(st.text(LETTERS, min_size=1, max_size=80), max_size=42).map(tuple),
)
NUMBERS = st.integers(0, 9999999)
ACCOUNTS = st.from_regex(r"[0-9]{11}", fullmatch=True)
ASSIGNMENTS = st.one_of(
    st.builds(
        ClaimAssignment,
        ACCOUNTS,
        NUMBERS,
        st.lists(CLAIMS | SPECIFIED, min_size=1, max_size=4).map(tuple),
    ),
    st.builds(
        ClaimAssignment,
        ACCOUNTS,
        NUMBERS,
        st.lists(CLAIMS, min_size=1, max_size=4).map(tuple),
        st.just(value=True),
    ),
)
FILES = st.builds(
    ClaimFile,
    st.integers(0, 99999999),
    NUMBERS,
    st.lists(ASSIGNMENTS, min_size=1, max_size=3).map(tuple),
)


@settings(deadline=None, max_examples=60)  # the machine may be busy
@given(FILES)
def test_what_is_written_is_read_back(file: ClaimFile) -> None:
    written = write(file)

    assert read(written.raw) == file
    amounts = [claim.amount_minor for each in file.assignments for claim in each.claims]
    assert (written.count, written.sum_minor) == (len(amounts), sum(amounts))


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=100))
def test_every_text_can_be_written(text: str) -> None:
    raw = one(replace(NOTIFIED, payer_name=text, lines=(text,)))

    assert all(len(line) == 80 for line in raw.decode("latin-1").split("\r\n")[:-1])


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the shared samples are not here")
def test_the_claims_of_the_sample() -> None:
    file = read((SAMPLES / "avtalegiro" / "netsgiro_claims_6.txt").read_bytes())

    (assignment,) = file.assignments
    assert (file.sender, file.number, assignment.number) == (55555555, 1000081, 4000086)
    assert [claim.kid for claim in assignment.claims][:2] == ["008000011688373", "008000021688389"]
    assert [claim.bank_notifies for claim in assignment.claims] == [True] * 5 + [False]
    assert assignment.claims[0].lines[0].startswith(" Gjelder Faktura: 168837  Dato: 19/03/04")
    assert assignment.claims[0].lines[0].endswith("ForfallsDato: 17/06/04")
    assert {claim.due_on for claim in assignment.claims} == {date(2004, 6, 17)}
