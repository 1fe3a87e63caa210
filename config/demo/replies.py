"""What the demo's billers have ready in their inbox: replies in three languages, macros, a team."""

from invoices.billers.models import Biller, User
from invoices.billers.roles import ANSWERS
from invoices.history.actors import Actor
from messaging.canned.actions import Steps, save_macro, save_reply
from messaging.sorting.actions import make_tag
from messaging.sorting.until import Until
from messaging.teams.actions import save_team

_REPLIES = (
    (
        "betaling",
        "Betalingen er på vei",
        "Hei {first_name}. En betaling bruker én til to virkedager fra banken. Når den er her, "
        "ser du det på fakturaen: {link}",
        "Hej {first_name}. En betalning tar en till två bankdagar. När den är framme ser du det "
        "på fakturan: {link}",
        "Hello {first_name}. A payment takes one or two banking days. You will see it on the "
        "invoice when it is here: {link}",
    ),
    (
        "rest",
        "Hvor mye som står igjen",
        "Hei {first_name}. Det står igjen {amount_left} på faktura {invoice}, med forfall "
        "{due_date}. Betal til {account} med KID {kid}.",
        "Hej {first_name}. Det återstår {amount_left} på faktura {invoice}, att betala senast "
        "{due_date}. Betala till {account} med OCR {kid}.",
        "Hello {first_name}. {amount_left} is left to pay on invoice {invoice}, due {due_date}. "
        "Pay to {account} with reference {kid}.",
    ),
    (
        "utsett",
        "Flytte forfall selv",
        "Hei {first_name}. Du kan flytte forfallet selv på fakturaen, det koster ingenting: {link}",
        "Hej {first_name}. Du kan flytta förfallodagen själv på fakturan, det kostar inget: {link}",
        "Hello {first_name}. You can move the due date yourself on the invoice, at no cost: {link}",
    ),
    (
        "takk",
        "Takk for beskjed",
        "Takk for beskjed, {first_name}. Da lukker jeg samtalen; skriv igjen når som helst. "
        "Hilsen {agent}",
        "Tack för beskedet, {first_name}. Då stänger jag samtalet; skriv igen när som helst. "
        "Hälsningar {agent}",
        "Thank you for telling us, {first_name}. I close the conversation now; write again any "
        "time. Regards, {agent}",
    ),
)


def set_up_inbox(biller: Biller, agent: Actor) -> None:
    """Fill the biller's inbox with what its administrators would have made."""
    replies = {
        key: save_reply(biller, key, title, {"nb": nb, "sv": sv, "en": en}, actor=agent)
        for key, title, nb, sv, en in _REPLIES
    }
    norwegian = biller.country == "NO"
    tags = [
        make_tag(biller, name, actor=agent)
        for name in (("Montør", "Flytting") if norwegian else ("Tekniker", "Flytt"))
    ]
    people = User.objects.filter(memberships__biller=biller, memberships__role__in=ANSWERS)
    name = "Faktura" if norwegian else "Fakturor"
    save_team(biller, name, list(people), gives_out=False, actor=agent)
    thanks = "Takk og lukk" if norwegian else "Tacka och stäng"
    save_macro(biller, thanks, Steps(reply=replies["takk"], closes=True), actor=agent)
    asks = "Spør montøren" if norwegian else "Fråga teknikern"
    steps = Steps(tag=tags[0], gives="me", snooze=Until.TOMORROW)
    save_macro(biller, asks, steps, actor=agent)
