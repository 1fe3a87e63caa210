"""The sample files of the format tests, as what write() takes; beside them in data/ as bytes."""

from datetime import UTC, date, datetime
from pathlib import Path

from payments.formats import bgmax, camt, ocrgiro
from payments.formats.base import Part

DATA = Path(__file__).parent / "data"
SAMPLES = Path(__file__).resolve().parents[4] / "shared" / "samples"

# What the property tests write as text. Blanks are left out: readers strip them.
LETTERS = "ABCXYZabcxyzÆØÅæøåÄÖäöÉéÜü0123456789-./,:&()"

NOV_2 = date(2026, 11, 2)
NOV_3 = date(2026, 11, 3)

OCR = ocrgiro.OcrFile(
    number=170031,
    written_on=NOV_3,
    receiver=102000,
    assignments=(
        ocrgiro.OcrAssignment(
            account="15032080119",
            number=1,
            agreement=1008566,
            payments=(
                ocrgiro.OcrPayment(
                    49900, NOV_2, "0000100000018", "15", payer_account="86011117947"
                ),
                ocrgiro.OcrPayment(12550, NOV_3, "0000100000026", "10"),
                ocrgiro.OcrPayment(10000, NOV_3, "0000100000034", "13", minus=True),
                ocrgiro.OcrPayment(29900, NOV_3, "", "21", text="Bredbånd november, Kari Østby"),
            ),
        ),
        ocrgiro.OcrAssignment(
            account="15032080127",
            number=2,
            payments=(
                ocrgiro.OcrPayment(5000, NOV_3, "0000200000017", "18"),
                ocrgiro.OcrPayment(7000, NOV_3, "0000200000025", "20", text="Angret kjøp"),
            ),
        ),
    ),
)

BGMAX = bgmax.BgMaxFile(
    written_at=datetime(2026, 11, 3, 6, 30, 15, 120, tzinfo=UTC),
    sections=(
        bgmax.BgSection(
            bankgiro="9912346",
            booked_on=NOV_2,
            serial=56,
            account="58410000010098232",
            payments=(
                bgmax.BgPayment(
                    49900,
                    "1234574",
                    payer="58056201",
                    payer_name="Åsa Öberg",
                    serial=120000018,
                ),
                bgmax.BgPayment(-10000, "1234582", reference_code="3", channel="2", serial=19),
                bgmax.BgPayment(
                    90000,
                    reference_code="4",
                    parts=(Part("1234590", 100000), Part("1234608", -10000), Part("1234616", None)),
                    texts=("Tre fakturor 1234590 1234608 1234616",),
                    serial=20,
                ),
            ),
        ),
        bgmax.BgSection(
            bankgiro="9912346",
            booked_on=NOV_3,
            serial=57,
            currency="EUR",
            payments=(
                bgmax.BgPayment(
                    30000,
                    "faktura 146048 kund nr 88",
                    texts=("49", "Hälsningar"),
                    reference_code="3",
                    channel="3",
                    serial=21,
                ),
            ),
        ),
    ),
)

CAMT = camt.CamtFile(
    message_id="NOTA-1",
    account="NO9386011117947",
    entries=(
        camt.CamtEntry(
            booked_on=NOV_2,
            servicer_ref="ENTRY-1",
            payments=(
                camt.CamtPayment(
                    49900,
                    "0000100000018",
                    payer_name="Kari Østby",
                    payer_iban="NO9012345678901",
                    servicer_ref="PAY-1",
                ),
                camt.CamtPayment(12550, text="Faktura 5512 og 5513", servicer_ref="PAY-2"),
                camt.CamtPayment(
                    30000,
                    parts=(Part("0000100000034", 20000), Part("0000100000042", 10000)),
                    servicer_ref="PAY-3",
                ),
            ),
        ),
        camt.CamtEntry(
            booked_on=NOV_3,
            servicer_ref="ENTRY-2",
            reversal=True,
            payments=(camt.CamtPayment(12550, "0000100000026", servicer_ref="PAY-4"),),
        ),
    ),
)

WRITTEN = {
    "ocrgiro.txt": ocrgiro.write(OCR),
    "bgmax.txt": bgmax.write(BGMAX),
    "camt054.xml": camt.write(CAMT),
}
