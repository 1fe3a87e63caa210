"""CSV files of invoice lines, as billers send them."""

from collections.abc import Mapping
from pathlib import Path

ENGLISH = (
    "Customer number,Name,E-mail,Phone,Address,Invoice number,Reference,Issue date,Due date,"
    "Text,Quantity,Unit price,VAT rate"
)
NORWEGIAN = (
    "Kundenr;Navn;E-post;Telefon;Adresse;Fakturanr;KID;Fakturadato;Forfallsdato;"
    "Tekst;Antall;Enhetspris;MVA-sats"
)
SWEDISH = (
    "Kundnummer\tNamn\tE-post\tTelefon\tAdress\tFakturanummer\tOCR-nummer\tFakturadatum\t"
    "Förfallodatum\tBenämning\tAntal\tÀ-pris\tMoms %"
)
GOOD = {
    "Customer number": "K-1001",
    "Name": "Anna Berg",
    "E-mail": "anna@example.com",
    "Phone": "+4790012345",
    "Address": "Storgata 1 0155 Oslo",
    "Invoice number": "5001",
    "Reference": "",
    "Issue date": "2026-11-01",
    "Due date": "2026-11-28",
    "Text": "Fiber 500",
    "Quantity": "1",
    "Unit price": "400.00",
    "VAT rate": "25",
}
ANNA = "K-1001,Anna Berg,anna@example.com,+47 900 12 345,Storgata 1,5001,,2026-11-01,2026-11-28,"
BO = "K-1002,Bo Lund,,,,5002,,2026-11-01,2026-11-28,"
TWO_INVOICES = "\n".join(
    [
        ENGLISH,
        ANNA + "Fiber 500,1,400.00,25",
        ANNA + "Mesh,2,50,25",
        BO + "=HYPERLINK(1),1,100,0",
        "",
    ]
)


def a_sheet(*rows: Mapping[str, str]) -> str:
    """A file with the good row, changed as said, once for each mapping."""
    lines = [ENGLISH]
    for changes in rows:
        row = {**GOOD, **changes}
        lines.append(",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row.values()))
    return "\n".join(lines) + "\n"


def saved(folder: Path, content: str | bytes, name: str = "invoices.csv") -> str:
    """The file's path after saving it; text as UTF-8."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)
