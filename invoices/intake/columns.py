"""The columns of an invoice file, and the headings they go by in three languages. Pure."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Column(StrEnum):
    """One column; its value is the English heading, which also names it in what we say."""

    CUSTOMER_NO = "Customer number"
    NAME = "Name"
    EMAIL = "E-mail"
    PHONE = "Phone"
    ADDRESS = "Address"
    NUMBER = "Invoice number"
    REFERENCE = "Reference"
    ISSUED_ON = "Issue date"
    DUE_ON = "Due date"
    TEXT = "Text"
    QUANTITY = "Quantity"
    UNIT_PRICE = "Unit price"
    VAT_RATE = "VAT rate"
    NATURE = "Kind"


OPTIONAL: Final = frozenset(
    {
        Column.EMAIL,
        Column.PHONE,
        Column.ADDRESS,
        Column.NUMBER,
        Column.REFERENCE,
        Column.NATURE,
    }
)
REQUIRED: Final = tuple(column for column in Column if column not in OPTIONAL)

# English | Norwegian | Swedish. Capitals, spaces and signs do not count.
HEADINGS: Final[Mapping[Column, str]] = {
    Column.CUSTOMER_NO: "customer number, customer no, customer nr, customer id"
    " | kundenummer, kundenr, kunde id | kundnummer, kundnr, kund id",
    Column.NAME: "name, customer name, customer | navn, kundenavn, kunde | namn, kundnamn, kund",
    Column.EMAIL: "e-mail, e-mail address, mail | e-post, e-postadresse, epost"
    " | e-postadress, mejl, mejladress",
    Column.PHONE: "phone, phone number, telephone, mobile, mobile number"
    " | telefon, telefonnummer, telefonnr, tlf, mobil, mobilnummer, mobiltelefon"
    " | mobilnr",
    Column.ADDRESS: "address, postal address | adresse, postadresse | adress, postadress",
    Column.NUMBER: "invoice number, invoice no, invoice nr, invoice"
    " | fakturanummer, fakturanr, faktura | faktura nr",
    Column.REFERENCE: "reference, payment reference | referanse, betalingsreferanse, kid,"
    " kid-nummer, kid-nr | referens, betalningsreferens, ocr, ocr-nummer, ocr-nr",
    Column.ISSUED_ON: "issue date, issued, issued on, invoice date"
    " | fakturadato, utstedt, utstedelsesdato | fakturadatum, utfärdad, utfärdandedatum",
    Column.DUE_ON: "due date, due, due on | forfall, forfallsdato, betalingsfrist"
    " | förfallodatum, förfallodag, förfaller, sista betalningsdag",
    Column.TEXT: "text, description, item, product | tekst, beskrivelse, varetekst, vare, produkt"
    " | beskrivning, benämning, radtext, vara",
    Column.QUANTITY: "quantity, qty | antall, mengde | antal, mängd, kvantitet",
    Column.UNIT_PRICE: "unit price, price, price excl vat, unit price excl vat"
    " | enhetspris, pris, pris eks mva, enhetspris eks mva, stykkpris"
    " | à-pris, a-pris, styckpris, pris exkl moms, enhetspris exkl moms",
    Column.VAT_RATE: "vat rate, vat, vat percent | mva, mva-sats, mva prosent"
    " | moms, momssats, moms procent",
    Column.NATURE: "kind, line kind, nature | art, type, linjetype | slag, radtyp, typ",
}


def _bare(heading: str) -> str:
    return re.sub(r"[\W_]+", "", heading.casefold())


_BY_HEADING: Final = {
    _bare(heading): column
    for column, headings in HEADINGS.items()
    for heading in re.split(r"[,|]", headings)
}


def column_of(heading: str) -> Column | None:
    """The column that a heading names; None for one that is not known."""
    return _BY_HEADING.get(_bare(heading))
