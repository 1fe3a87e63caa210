"""What the customer agrees to, word for word: fixed texts, each under a version. Pure.

A version is never edited: evidence of years ago points to it. A new wording is a new version, in
every language at once. The Autogiro text says what Bankgirot's standard mandate says; where
languages differ the Swedish one holds, and each says so.
"""

import hashlib
from dataclasses import dataclass
from typing import Final

AUTOGIRO: Final = "autogiro-2026-1"
HANDOVER: Final = "avtalegiro-2026-1"
VIPPS: Final = "vipps-2026-1"
IN_FORCE: Final = {"autogiro": AUTOGIRO, "avtalegiro": HANDOVER, "vipps": VIPPS}
OTHERWISE: Final = {AUTOGIRO: "sv", HANDOVER: "nb", VIPPS: "nb"}

_TEXTS: Final = {
    (AUTOGIRO, "sv"): """\
Medgivande till betalning via Autogiro

Betalningsmottagare: {biller}, bankgiro {payee}
Betalarnummer: {payer_number}
Konto: {account}

Jag (”betalaren”) medger att uttag får göras från angivet konto, eller av mig senare angivet \
konto, på begäran av betalningsmottagaren för betalning till denne via Autogiro på viss dag \
(”förfallodagen”).

Betalaren samtycker till att behandling av personuppgifter i detta medgivande görs av betalarens \
betaltjänstleverantör, betalningsmottagaren, dennes betaltjänstleverantör och Bankgirocentralen \
BGC AB för administration av tjänsten.

Betalarens betaltjänstleverantör är inte skyldig att pröva behörigheten av eller meddela \
betalaren i förväg om begärda uttag. Uttag belastas kontot enligt betaltjänstleverantörens regler.

Betalningsmottagaren meddelar belopp, förfallodag och betalningssätt senast åtta vardagar före \
förfallodagen. Meddelandet lämnas på fakturan.

Betalaren ska se till att pengar finns på kontot senast klockan 00.01 på förfallodagen. Finns inte \
tillräckligt på kontot då får betalningsmottagaren göra ytterligare uttagsförsök under de kommande \
vardagarna.

Betalaren får stoppa ett uttag genom att kontakta antingen betalningsmottagaren senast två \
vardagar före förfallodagen eller sin betaltjänstleverantör senast vardagen före förfallodagen.

Medgivandet gäller tills vidare. Betalaren kan när som helst återkalla det hos \
betalningsmottagaren eller betaltjänstleverantören. Återkallelsen gäller senast femte vardagen \
efter att den kommit in.

Betalaren kan ha rätt till återbetalning av ett uttag som inte var godkänt, eller vars belopp var \
högre än betalaren rimligen kunde räkna med, enligt lagen om betaltjänster.
""",
    (AUTOGIRO, "nb"): """\
Fullmakt til betaling med Autogiro

Mottaker: {biller}, bankgiro {payee}
Betalernummer: {payer_number}
Konto: {account}

Jeg («betaleren») samtykker i at penger trekkes fra denne kontoen, eller en konto jeg senere \
oppgir, når mottakeren ber om det, for betaling til mottakeren med Autogiro på en bestemt dag \
(«forfallsdagen»).

Betaleren samtykker i at opplysningene i fullmakten behandles av betalerens bank, mottakeren, \
mottakerens bank og Bankgirocentralen BGC AB for å drive tjenesten.

Betalerens bank har ikke plikt til å prøve retten til trekk eller å varsle betaleren på forhånd. \
Trekk belastes kontoen etter bankens regler.

Mottakeren varsler beløp, forfallsdag og betalingsmåte senest åtte hverdager før forfallsdagen. \
Varselet står på fakturaen.

Betaleren sørger for at det er penger på kontoen senest klokken 00.01 på forfallsdagen. Er det \
ikke nok da, kan mottakeren forsøke igjen de neste hverdagene.

Betaleren kan stoppe et trekk ved å si fra til mottakeren senest to hverdager før forfallsdagen, \
eller til banken senest hverdagen før.

Fullmakten gjelder inntil videre. Betaleren kan når som helst trekke den tilbake hos mottakeren \
eller banken. Den opphører senest femte hverdag etter at beskjeden kom fram.

Betaleren kan ha rett til å få tilbake et trekk som ikke var godkjent, eller som var høyere enn \
man med rimelighet kunne vente, etter den svenske loven om betalingstjenester.

Dette er en oversettelse. Er språkene ulike, gjelder den svenske teksten.
""",
    (AUTOGIRO, "en"): """\
Mandate for payment by Autogiro

Payee: {biller}, bankgiro {payee}
Payer number: {payer_number}
Account: {account}

I ("the payer") agree that money may be drawn from this account, or from one I name later, at the \
request of the payee, for payment to the payee by Autogiro on a certain day ("the due date").

The payer agrees that the personal data of this mandate are processed by the payer's bank, the \
payee, the payee's bank and Bankgirocentralen BGC AB to run the service.

The payer's bank need not examine whether a draw is rightful, nor tell the payer of it beforehand. \
The account is charged by the bank's rules.

The payee tells the amount, the due date and the way of payment at the latest eight weekdays \
before the due date. This is told on the invoice.

The payer sees to it that the money is on the account at 00:01 on the due date. If there is not \
enough, the payee may try again on the weekdays that follow.

The payer can stop a draw by telling the payee at the latest two weekdays before the due date, or \
the bank at the latest the weekday before.

The mandate holds until further notice. The payer can revoke it at any time with the payee or the \
bank. It ends at the latest on the fifth weekday after they were told.

The payer may have the right to get back a draw that was not authorised, or that was higher than \
could reasonably be expected, by the Swedish act on payment services.

This is a translation. Where languages differ, the Swedish text holds.
""",
    (HANDOVER, "nb"): """\
Jeg vil betale fakturaene fra {biller} med AvtaleGiro til konto {payee}, kundedel av KID \
{payer_number}. Avtalen inngår jeg i banken min; {biller} kan ikke opprette, endre eller avslutte \
den. Til banken har bekreftet avtalen, betaler jeg fakturaene selv.
""",
    (HANDOVER, "sv"): """\
Jag vill betala fakturorna från {biller} med AvtaleGiro till konto {payee}, kunddel av KID \
{payer_number}. Avtalet ingår jag i min bank; {biller} kan inte skapa, ändra eller avsluta det. \
Tills banken har bekräftat avtalet betalar jag fakturorna själv.
""",
    (HANDOVER, "en"): """\
I want to pay the invoices of {biller} by AvtaleGiro to account {payee}, customer part of the KID \
{payer_number}. I make the agreement in my bank; {biller} cannot make, change or end it. Until the \
bank has confirmed it, I pay the invoices myself.
""",
    (VIPPS, "nb"): """\
Jeg vil at fakturaene fra {biller} trekkes automatisk med Vipps på forfallsdagen. Jeg bestemmer \
i Vipps hvor mye som kan trekkes, og kan stoppe avtalen der eller her når som helst.
""",
    (VIPPS, "sv"): """\
Jag vill att fakturorna från {biller} dras automatiskt med Vipps på förfallodagen. Jag bestämmer \
i Vipps hur mycket som får dras, och kan stoppa avtalet där eller här när som helst.
""",
    (VIPPS, "en"): """\
I want the invoices of {biller} to be drawn automatically with Vipps on their due date. I decide \
in Vipps how much may be drawn, and can stop the agreement there or here at any time.
""",
}


@dataclass(frozen=True, slots=True)
class Wording:
    """A text as it was shown: its version, its language, and the hash of its UTF-8."""

    version: str
    language: str
    text: str

    @property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.text.encode()).digest()


def wording(
    scheme: str, language: str, *, biller: str, payee: str, payer_number: str, account: str = ""
) -> Wording:
    """The text in force for a scheme, in the customer's language if there is one, filled in."""
    version = IN_FORCE[scheme]
    spoken = language if (version, language) in _TEXTS else OTHERWISE[version]
    text = _TEXTS[version, spoken].format(
        biller=biller, payee=payee, payer_number=payer_number, account=account
    )
    return Wording(version, spoken, text)


def languages_of(version: str) -> set[str]:
    """The languages that a version exists in."""
    return {language for known, language in _TEXTS if known == version}
