"""A battery of mails as they really come, and worse. Each is written out, byte by byte."""

from dataclasses import dataclass

from messaging.mail.reading import Nature

HEAD = (
    b"From: Anna Berg <anna@example.com>\r\nTo: x@y\r\nSubject: Re: Svar\r\nMessage-ID: <1@a>\r\n"
)
PLAIN = b"Content-Type: text/plain; charset=utf-8\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Mail:
    """The bytes, and what is to be made of them."""

    raw: bytes
    text: str = ""
    nature: Nature = Nature.WRITTEN
    files: tuple[str, ...] = ()
    sender: str = "anna@example.com"
    permanent: bool = False


def automatic(head: bytes) -> Mail:
    """What a machine sends, by one line of its head."""
    return Mail(HEAD + head + b"\r\n" + PLAIN + b"Jeg har ferie", nature=Nature.AUTOMATIC)


REPORT = b"""From: MAILER-DAEMON@mx.example.com (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

I'm sorry.
--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; anna@example.com
Action: %s
Status: %s

--B
Content-Type: message/rfc822

Subject: Svar

Hei
--B--
"""

MAILS: dict[str, Mail] = {
    "plain": Mail(HEAD + PLAIN + "Takk for svaret 🙂".encode(), "Takk for svaret 🙂"),
    "without any header but From": Mail(b"From: anna@example.com\n\nHei", "Hei"),
    "latin-1": Mail(
        HEAD + b"Content-Type: text/plain; charset=iso-8859-1\r\n\r\nBl\xe5b\xe6r \x80", "Blåbær €"
    ),
    "says ascii and is utf-8": Mail(
        HEAD + b"Content-Type: text/plain; charset=us-ascii\r\n\r\n" + "Blåbær".encode(), "Blåbær"
    ),
    "says utf-8 and is windows": Mail(HEAD + PLAIN + b"Bl\xe5b\xe6r", "Blåbær"),
    "a charset that does not exist": Mail(
        HEAD + b"Content-Type: text/plain; charset=x-nobody-knows\r\n\r\n" + "Blå".encode(), "Blå"
    ),
    "a charset that is no text": Mail(
        HEAD + b"Content-Type: text/plain; charset=base64\r\n\r\nHei", "Hei"
    ),
    "quoted-printable": Mail(
        HEAD
        + b"Content-Transfer-Encoding: quoted-printable\r\n"
        + PLAIN
        + b"Bl=C3=A5=\r\nb=C3=A6r =",
        "Blåbær",
    ),
    "broken quoted-printable": Mail(
        HEAD + b"Content-Transfer-Encoding: quoted-printable\r\n" + PLAIN + b"100 =ZZ kr",
        "100 =ZZ kr",
    ),
    "base64": Mail(
        HEAD + b"Content-Transfer-Encoding: base64\r\n" + PLAIN + b"SGVpIGR1\r\n", "Hei du"
    ),
    "broken base64": Mail(
        HEAD + b"Content-Transfer-Encoding: base64\r\n" + PLAIN + b"SGVpIGR1!\xff", "Hei du"
    ),
    "html alone": Mail(
        HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n<p>Hei</p><script>alert(1)</script>",
        "Hei",
    ),
    "alternatives": Mail(
        HEAD + b'Content-Type: multipart/alternative; boundary="B"\r\n\r\n'
        b"--B\r\nContent-Type: text/plain\r\n\r\nKort\r\n"
        b"--B\r\nContent-Type: text/html\r\n\r\n<p>Langt</p>\r\n--B--\r\n",
        "Kort",
    ),
    "alternatives of which the plain one is blank": Mail(
        HEAD + b'Content-Type: multipart/alternative; boundary="B"\r\n\r\n'
        b"--B\r\nContent-Type: text/plain\r\n\r\n  \r\n"
        b"--B\r\nContent-Type: text/html\r\n\r\n<p>Her</p>\r\n--B--\r\n",
        "Her",
    ),
    "with files": Mail(
        HEAD + b'Content-Type: multipart/mixed; boundary="B"\r\n\r\n'
        b"--B\r\nContent-Type: text/plain\r\n\r\nSe vedlegg\r\n"
        b'--B\r\nContent-Type: application/pdf; name="=?utf-8?q?bl=C3=A5.pdf?="\r\n'
        b"Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment\r\n\r\nJVBERg==\r\n"
        b"--B\r\nContent-Type: text/plain\r\n\r\nHilsen Anna\r\n"
        b"--B\r\nContent-Type: image/png\r\n\r\nx\r\n--B--\r\n",
        "Se vedlegg\nHilsen Anna",
        files=("blå.pdf", ""),
    ),
    "a text as a file": Mail(
        HEAD + b'Content-Type: multipart/mixed; boundary="B"\r\n\r\n'
        b"--B\r\nContent-Type: text/plain\r\n"
        b'Content-Disposition: attachment; filename="a.txt"\r\n\r\n'
        b"inni\r\n--B--\r\n",
        "",
        files=("a.txt",),
    ),
    "a mail within the mail": Mail(
        HEAD + b'Content-Type: multipart/mixed; boundary="B"\r\n\r\n'
        b"--B\r\nContent-Type: text/plain\r\n\r\nHer er den\r\n"
        b"--B\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\nGammelt\r\n--B--\r\n",
        "Her er den",
    ),
    "a boundary that never ends": Mail(
        HEAD + b'Content-Type: multipart/mixed; boundary="B"\r\n\r\n--B\r\n' + PLAIN + b"Halv",
        "Halv",
    ),
    "a boundary that never comes": Mail(
        HEAD + b'Content-Type: multipart/mixed; boundary="B"\r\n\r\nBare tekst', ""
    ),
    "nothing": Mail(HEAD + PLAIN),
    "no bytes": Mail(b"", sender=""),
    "zeros": Mail(b"\0" * 200, sender=""),
    "no sender": Mail(b"Subject: x\r\n\r\nHei", "Hei", sender=""),
    "two senders": Mail(b"From: a@b.no, c@d.no\r\n\r\nHei", "Hei", sender="a@b.no"),
    "an encoded name that hides an address": Mail(
        b"From: =?utf-8?q?anna=40example=2Ecom?= <thief@evil.example>\r\n\r\nHei",
        "Hei",
        sender="thief@evil.example",
    ),
    "a broken header": Mail(
        b'From: "Anna <anna@example.com>\r\nSubject: =?x?q?=?=\r\nTo: ,,;:<>\r\n\r\nHei',
        "Hei",
        sender="",
    ),
    "out of office": automatic(b"Auto-Submitted: auto-replied"),
    "out of office with more said": automatic(b"Auto-Submitted: auto-generated; owner=x"),
    "a list": automatic(b"List-Id: <x.example.com>"),
    "bulk": automatic(b"Precedence: bulk"),
    "an old autoresponder": automatic(b"X-Autoreply: yes"),
    "without a way back": automatic(b"Return-Path: <>"),
    "automatic by its subject": Mail(
        b"From: anna@example.com\r\nSubject: Automatisk svar: Ferie\r\n" + PLAIN + b"Ferie",
        nature=Nature.AUTOMATIC,
    ),
    "says that a person sent it": Mail(HEAD + b"Auto-Submitted: no\r\n" + PLAIN + b"Hei", "Hei"),
    "a bounce for good": Mail(
        REPORT % (b"failed", b"5.1.1"),
        nature=Nature.BOUNCED,
        sender="mailer-daemon@mx.example.com",
        permanent=True,
    ),
    "a bounce for now": Mail(
        REPORT % (b"delayed", b"4.4.1"),
        nature=Nature.BOUNCED,
        sender="mailer-daemon@mx.example.com",
    ),
}

DEEP = HEAD + b"".join(
    b'Content-Type: multipart/mixed; boundary="B%d"\r\n\r\n--B%d\r\n' % (n, n) for n in range(2_000)
)
