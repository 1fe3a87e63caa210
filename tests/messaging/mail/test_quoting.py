"""What was written is kept, what was quoted below it is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.mail.plain import plain
from messaging.mail.quoting import cut

OURS = "> Hei, vi har flyttet datoen.\n> \n> Marte, Fjordfiber"

# How mail programs quote what they answer: name, the whole text; what was written is "Takk."
QUOTES = {
    "gmail nb": f"Takk.\n\nfre. 27. nov. 2026 kl. 10:12 skrev Fjordfiber <svar+x@y.no>:\n\n{OURS}",
    "gmail sv": f"Takk.\n\nDen fre 27 nov. 2026 kl 10:12 skrev Mobilo <svar+x@y.se>:\n\n{OURS}",
    "gmail en": f"Takk.\n\nOn Fri, 27 Nov 2026 at 10:12, Fjordfiber <svar+x@y.no> wrote:\n\n{OURS}",
    "broken over lines": (
        "Takk.\n\nOn Fri, 27 Nov 2026 at 10:12, Fjordfiber Kundeservice med langt navn\n"
        f"<svar+abcdefghijklmnop@svar.example.com> wrote:\n\n{OURS}"
    ),
    "apple nb": f"Takk.\n\n> 27. nov. 2026 kl. 10:12 skrev Fjordfiber <a@b.no>:\n> \n{OURS}",
    "apple sv": f"Takk.\n\n27 nov. 2026 kl. 10:12 skrev Mobilo <a@b.se>:\n\n{OURS}",
    "outlook nb": (
        "Takk.\n\n________________________________\nFra: Fjordfiber <a@b.no>\n"
        "Sendt: fredag 27. november 2026 10:12\nTil: Anna <c@d.no>\nEmne: Svar\n\nHei, vi har"
    ),
    "outlook sv": (
        "Takk.\n\nFrån: Mobilo <a@b.se>\nSkickat: den 27 november 2026 10:12\n"
        "Till: Anna <c@d.se>\nÄmne: Svar\n\nHej, vi har"
    ),
    "outlook en": (
        "Takk.\n\n-----Original Message-----\nFrom: Fjordfiber <a@b.no>\n"
        "Sent: Friday\nTo: Anna\nSubject: x\n\nHi"
    ),
    "outlook bold": (
        "Takk.\n\n*Fra:* F <a@b.no>\n*Sendt:* fredag\n*Til:* A <c@d.no>\n*Emne:* x\n\nHei"
    ),
    "only brackets": f"Takk.\n\n{OURS}",
    "written below": f"{OURS}\n\nTakk.",
    "signature": "Takk.\n\n-- \nAnna Berg\nStorgata 1",
    "telephone nb": "Takk.\n\nSendt fra min iPhone",
    "telephone sv": "Takk.\n\nSkickat från min iPhone",
    "telephone en": "Takk.\n\nSent from my Samsung Galaxy smartphone.",
    "telephone and quote": (
        f"Takk.\n\nSendt fra min iPhone\n\n27. nov. 2026 kl. 10:12 skrev F <a@b.no>:\n\n{OURS}"
    ),
    "crlf": "Takk.\r\n\r\n> Hei\r\n> du\r\n",
}


@pytest.mark.parametrize("name", QUOTES)
def test_only_what_was_written_is_left(name: str) -> None:
    assert cut(QUOTES[name]) == "Takk."


# What customers write that only looks like a quote.
KEPT = [
    "Den 3. november skrev dere følgende:\nAt det var gratis.",
    "Hei\n\nFra: og med desember vil jeg ha papir.\n\nHilsen Anna",
    "Beløp: 300\nDato: 3. november\nTil: konto 1234",
    "- en\n- to\n--\nog tre\n" + "mer\n" * 15 + "slutt",
    "On the invoice it says 300. Why?",
    "a < b > c",
]


@pytest.mark.parametrize("text", KEPT)
def test_what_only_looks_like_a_quote_stays(text: str) -> None:
    assert cut(text) == text.strip()


def test_answers_between_the_quoted_lines_are_all_kept() -> None:
    text = "> Passer den 5.?\nNei.\n> Eller den 12.?\nJa, den 12."

    assert cut(text) == "Nei.\nJa, den 12."


def test_where_nothing_would_be_left_everything_is_kept() -> None:
    assert cut(OURS) == OURS
    assert cut("Sendt fra min iPhone") == "Sendt fra min iPhone"


plain_lines = st.text(
    st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp"), blacklist_characters=">-_*:"),
    max_size=60,
)


@given(st.lists(plain_lines, min_size=1, max_size=8))
def test_no_word_above_the_quote_is_lost(lines: list[str]) -> None:
    own = "\n".join(lines).strip()
    quoted = "On Fri, 27 Nov 2026 at 10:12, F <a@b.no> wrote:\n\n" + OURS

    left = cut(f"{own}\n\n{quoted}")

    if own and "sen" not in own.lower() and "s" not in own.lower():  # no "Sent from …"
        assert left == own


@given(st.text(max_size=400))
def test_anything_is_cut_to_a_part_of_itself_and_never_to_nothing(text: str) -> None:
    left = cut(text)

    assert bool(left) == bool(text.strip())
    assert set(left.split("\n")) <= {line.strip() for line in text.splitlines()} | set(
        text.replace("\r\n", "\n").replace("\r", "\n").strip().split("\n")
    )


@pytest.mark.parametrize(
    "text",
    [
        "On " + "wrote " * 20_000 + ":",
        "> " * 50_000,
        "\n".join(["On 10:12 <a@b.no> wrot"] * 5_000),
        "_" * 100_000,
        "-" * 100_000,
        "From: x\n" * 10_000,
        ("Den " + "a" * 390 + "\n") * 500,
    ],
    ids=range(7),
)
def test_what_is_made_to_take_long_is_cut_in_a_moment(text: str) -> None:
    assert cut(text)  # where a careless pattern takes hours


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Hei</p><p>Takk</p>", "Hei\n\nTakk"),
        ("Hei<br>du", "Hei\ndu"),
        ("<div>Hei</div><div>du</div>", "Hei\n\ndu"),
        ("<p>Takk</p><div class='gmail_quote'>Den …<blockquote>Hei</blockquote></div>", "Takk"),
        ("<p>Takk</p><blockquote type='cite'>Hei</blockquote>", "Takk"),
        ("<p>Takk</p><div id='divRplyFwdMsg'>Fra: x</div><p>Hei</p>", "Takk"),
        ("<style>p{}</style><script>alert(1)</script><p>Takk</p>", "Takk"),
        ("<p style='display:none'>skjult</p><p>Takk</p>", "Takk"),
        ("<p>5 &lt; 6 &amp; 7&nbsp;kr</p>", "5 < 6 & 7 kr"),
        ("<table><tr><td>En</td></tr><tr><td>To</td></tr></table>", "En\n\nTo"),
        ("<p>Ikke lukket <b>fet", "Ikke lukket fet"),
        ("<div class='gmail_quote'>alt er sitat</div>", "alt er sitat"),
        ("</div></p>Takk", "Takk"),
        ("<blockquote type=cite><p>a</blockquote>Takk", "Takk"),
    ],
)
def test_html_becomes_the_words_that_were_written(html: str, text: str) -> None:
    assert plain(html) == text


@given(st.text(st.sampled_from("<>/ab =\"'&;!-pdiv"), max_size=200))
def test_broken_html_breaks_nothing(html: str) -> None:
    assert isinstance(plain(html), str)


def test_html_without_end_is_read_in_a_moment() -> None:
    assert plain("<div>" * 100_000 + "Takk") == "Takk"
    assert isinstance(plain("<" * 100_000), str)
