"""Pieces of camt messages as a bank would write them, right and wrong."""

from payments.formats import Parsed, Payment

SCOR = (
    "<Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp>"
    "<Ref>{}</Ref></CdtrRefInf></Strd>"
)
DIRECT_DEBIT = (
    "<BkTxCd><Domn><Cd>PMNT</Cd>"
    "<Fmly><Cd>RDDT</Cd><SubFmlyCd>PMDD</SubFmlyCd></Fmly></Domn></BkTxCd>"
)
DEBTOR = "<RltdPties><Dbtr><Nm>Kari Østby</Nm></Dbtr></RltdPties>"


def message(report: str, version: str = "054.001.02", account: str = "") -> bytes:
    """One report of one account, in the version asked for."""
    outer, inner = {
        "053": ("BkToCstmrStmt", "Stmt"),
        "054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
    }[version[:3]]
    account = account or "<IBAN>NO93 8601 1117 947</IBAN>"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{version}"><{outer}>\n'
        f"<GrpHdr><MsgId>M</MsgId></GrpHdr><{inner}><Id>S</Id>\n"
        f"<Acct><Id>{account}</Id></Acct>\n{report}\n</{inner}></{outer}></Document>"
    ).encode()


def entry(
    details: str = "",
    *,
    amount: str = "100.00",
    direction: str = "CRDT",
    status: str = "BOOK",
    more: str = "",
    day: str = "<BookgDt><Dt>2026-11-02</Dt></BookgDt>",
) -> str:
    return (
        f'<Ntry><Amt Ccy="NOK">{amount}</Amt><CdtDbtInd>{direction}</CdtDbtInd>'
        f"<Sts>{status}</Sts>{day}{more}<NtryDtls>{details}</NtryDtls></Ntry>\n"
    )


def details(remittance: str = "", *, amount: str = "", more: str = "") -> str:
    paid = f'<AmtDtls><TxAmt><Amt Ccy="NOK">{amount}</Amt></TxAmt></AmtDtls>' if amount else ""
    return f"<TxDtls>{paid}{more}<RmtInf>{remittance}</RmtInf></TxDtls>"


def only(parsed: Parsed) -> Payment:
    (payment,) = parsed.payments
    return payment
