"""Autogiro to Bankgirot: mandates, draws and changes are written, sealed and read back."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invoices.errors import FormatError
from payments.formats.autogiro.orders import (
    Change,
    ChangeKind,
    Draw,
    EndMandate,
    MandateOrder,
    MandateReply,
    NewMandate,
    Orders,
    Renumber,
    account_number,
    read,
    write,
)
from payments.formats.autogiro.seal import is_sealed, key_check_value, seal, unseal
from tests.payments.formats.files import LETTERS, NOV_2, NOV_3

# The test key that Bankgirot publishes, and the value it must give.
KEY = bytes.fromhex("1234567890ABCDEF1234567890ABCDEF")
OTHER_KEY = bytes(16)
ACCOUNT, ID_NO = "5001000001000001", "199001012384"

ORDERS = Orders(
    customer_no=471117,
    payee="9912346",
    written_on=NOV_2,
    mandates=(
        NewMandate("101", ACCOUNT, ID_NO),
        MandateReply("102", accepted=True),
        MandateReply("103", accepted=False),
        EndMandate("104"),
        Renumber("105", "106"),
        Renumber("107", "107", "58056201"),
    ),
    payments=(
        Draw("101", 49900, NOV_3, "1234574"),
        Draw("102", 12550, None, "Återbäring", credit=True),
        Draw("103", 29900, NOV_2, "1234590", period=1, repeats=12),
    ),
    changes=(
        Change(ChangeKind.CANCEL_PAYER, "101"),
        Change(ChangeKind.CANCEL_ONE, "101", NOV_3, 49900, "1234574"),
        Change(ChangeKind.MOVE_ALL, moved_to=NOV_3),
        Change(ChangeKind.MOVE_ONE, "101", NOV_2, 49900, "1234574", moved_to=NOV_3),
    ),
)
SEALED = write(ORDERS, KEY).raw


def test_a_file_is_written_column_by_column() -> None:
    opening = "0120261102AUTOGIRO" + " " * 44 + "4711170009912346"
    payer = "000991234600000000000001{:02d}"
    one = "20261103" + "000000049900" + "82"

    expected = [
        opening,
        "04" + payer.format(1) + ACCOUNT + ID_NO,
        "04" + payer.format(2),
        "04" + payer.format(3) + " " * 48 + "AV",
        "03" + payer.format(4),
        "05" + payer.format(5) + payer.format(6),
        "05" + payer.format(7) + "0058056201" + "0000000000000107",
        opening,
        "82202611030    0000000000000101000000049900" + "0009912346" + "1234574",
        "32GENAST  0    0000000000000102000000012550" + "0009912346" + "Återbäring",
        "82202611021012 0000000000000103000000029900" + "0009912346" + "1234590",
        opening,
        "23" + payer.format(1),
        "25" + payer.format(1) + one + " " * 8 + "1234574",
        "260009912346" + " " * 38 + "20261103",
        "29" + payer.format(1) + one.replace("1103", "1102") + "20261103" + "1234574",
        "",
    ]

    lines = write(ORDERS).raw.decode("latin-1").split("\r\n")
    assert lines == [line.ljust(80) if line else "" for line in expected]


def test_the_summary_is_what_is_to_be_drawn() -> None:
    written = write(ORDERS)

    assert (written.count, written.sum_minor) == (13, 49900 - 12550 + 29900)
    assert (written.first_due, written.last_due) == (NOV_2, NOV_3)


def test_only_sections_with_orders_are_written() -> None:
    written = write(replace(ORDERS, mandates=(), changes=()))

    assert written.raw.count(b"AUTOGIRO") == 1


@pytest.mark.parametrize(
    "text",
    ["5001 1000001", "5001-1000001", "5001,100 00 01", "50011000001", "5001000001000001"],
)
def test_an_account_is_taken_as_people_write_it(text: str) -> None:
    assert account_number(text) == ACCOUNT


@pytest.mark.parametrize("text", ["", "5001", "5001-12345678901234", "5001-10000O1", "SE45"])
def test_what_is_no_account_is_not_taken(text: str) -> None:
    with pytest.raises(ValueError, match="is not an account"):
        account_number(text)


DRAW = Draw("101", 100, NOV_3, "1234574")


@pytest.mark.parametrize(
    "orders",
    [
        replace(ORDERS, mandates=(), payments=(), changes=()),
        *(
            replace(ORDERS, payments=(payment,))
            for payment in (
                replace(DRAW, amount_minor=0),
                replace(DRAW, amount_minor=10**12),
                replace(DRAW, payer_number="0101"),
                replace(DRAW, payer_number=""),
                replace(DRAW, payer_number="1" * 17),
                replace(DRAW, reference="1" * 17),
                replace(DRAW, reference="Ł"),
                replace(DRAW, period=9),
                replace(DRAW, repeats=3),
                replace(DRAW, period=1, repeats=1000),
            )
        ),
        *(
            replace(ORDERS, mandates=(mandate,))
            for mandate in (
                NewMandate("101", "5001-1000001", ID_NO),
                NewMandate("101", ACCOUNT, "19900101-2384"),
                EndMandate("x"),
            )
        ),
        *(
            replace(ORDERS, changes=(change,))
            for change in (
                Change(ChangeKind.CANCEL_PAYER),
                Change(ChangeKind.CANCEL_PAYER, "101", NOV_3),
                Change(ChangeKind.CANCEL_PAYER, "101", reference="1234574"),
                Change(ChangeKind.CANCEL_ONE, "101", NOV_3, moved_to=NOV_2),
                Change(ChangeKind.MOVE_ONE, "101", NOV_3, 100),
            )
        ),
    ],
)
def test_what_the_layout_cannot_hold_is_not_written(orders: Orders) -> None:
    with pytest.raises(ValueError, match=r".+"):
        write(orders)


def test_orders_for_another_payee_in_the_file_are_refused() -> None:
    raw = write(ORDERS).raw.replace(b"030009912346", b"030058056201")

    with pytest.raises(FormatError, match="for the bankgiro number 58056201"):
        read(raw)


def test_a_record_of_another_kind_is_refused() -> None:
    with pytest.raises(FormatError, match="kind 99 cannot stand"):
        read(write(ORDERS).raw + b"99" + b" " * 78)


def test_the_published_key_gives_its_published_value() -> None:
    assert key_check_value(KEY) == "FF365893D899291C3BF505FB3175E880"


def test_a_sealed_file_opens_with_its_key_alone() -> None:
    assert read(SEALED, KEY) == ORDERS
    assert (is_sealed(SEALED), is_sealed(write(ORDERS).raw)) == (True, False)
    with pytest.raises(FormatError, match="another key"):
        read(SEALED, OTHER_KEY)
    with pytest.raises(FormatError, match="no seal"):
        read(write(ORDERS).raw, KEY)
    with pytest.raises(FormatError, match="hold digits"):
        read(SEALED)


def test_the_seal_stands_over_what_is_read_and_not_over_line_ends() -> None:
    first, *_, last = SEALED.splitlines()

    assert first == b"00261102HMAC".ljust(80)
    assert last.startswith(b"99261102" + key_check_value(KEY).encode())
    assert len(last) == 80
    assert read(SEALED.replace(b"\r\n", b"\n"), KEY) == ORDERS
    with pytest.raises(FormatError, match="broken"):
        read(SEALED.replace(b"000000049900", b"000000049901"), KEY)


def test_swedish_letters_are_sealed_as_their_seven_bit_relatives() -> None:
    letters = "ÉÄÖÅÜéäöåü\r\n".encode("latin-1")
    values = {seal(raw, KEY, NOV_2).splitlines()[-1] for raw in (letters, b"@[\\]^`{|}~\r\n")}

    assert len(values) == 1
    assert unseal(seal(letters, KEY, NOV_2), KEY) == letters


def test_a_key_has_sixteen_bytes() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        write(ORDERS, b"short")


PAYERS = st.from_regex(r"[1-9][0-9]{0,15}", fullmatch=True)
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
AMOUNTS = st.integers(1, 10**12 - 1)
REFERENCES = st.text(LETTERS, max_size=16)
MANDATES: st.SearchStrategy[MandateOrder] = st.one_of(
    st.builds(
        NewMandate,
        PAYERS,
        st.from_regex(r"[0-9]{16}", fullmatch=True),
        st.from_regex(r"[0-9]{12}", fullmatch=True),
    ),
    st.builds(MandateReply, PAYERS, st.booleans()),
    st.builds(EndMandate, PAYERS),
    st.builds(Renumber, PAYERS, PAYERS, st.sampled_from(["", "58056201"])),
)
ONCE = st.builds(Draw, PAYERS, AMOUNTS, st.none() | DAYS, REFERENCES, st.booleans())
DRAWS = ONCE | st.builds(
    replace, ONCE, period=st.integers(1, 8), repeats=st.none() | st.integers(1, 999)
)


@st.composite
def changes(draw: st.DrawFn) -> Change:
    kind = draw(st.sampled_from(ChangeKind))
    return Change(
        kind,
        payer_number=draw(PAYERS) if kind.by_payer else "",
        due_on=draw(DAYS) if kind.by_day else None,
        amount_minor=draw(AMOUNTS) if kind.one else 0,
        reference=draw(REFERENCES) if kind.one else "",
        credit=kind.one and draw(st.booleans()),
        moved_to=draw(DAYS) if kind.moves else None,
    )


@settings(deadline=None, max_examples=60)  # the machine may be busy
@given(
    st.builds(
        Orders,
        customer_no=st.integers(0, 999999),
        payee=st.sampled_from(["9912346", "58056201"]),
        written_on=DAYS,
        mandates=st.lists(MANDATES, max_size=4).map(tuple),
        payments=st.lists(DRAWS, min_size=1, max_size=4).map(tuple),
        changes=st.lists(changes(), max_size=4).map(tuple),
    ),
    st.none() | st.binary(min_size=16, max_size=16),
)
def test_what_is_written_is_read_back(orders: Orders, key: bytes | None) -> None:
    back = read(write(orders, key).raw, key)

    same = tuple(
        replace(each, new_payee="")
        if isinstance(each, Renumber) and each.new_payee == orders.payee
        else each
        for each in orders.mandates
    )
    assert back == replace(orders, mandates=same)
