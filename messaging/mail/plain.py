"""HTML of a mail as plain text: blocks become lines, quoted history and what is hidden is left out.

Pure. The standard library's parser neither runs nor fetches anything, and does not recurse.
"""

import re
from html.parser import HTMLParser
from typing import Final

BLOCKS: Final = frozenset(
    [
        "p",
        "div",
        "tr",
        "li",
        "ul",
        "ol",
        "table",
        "h1",
        "h2",
        "h3",
        "h4",
        "section",
        "article",
        "hr",
    ]
    + ["blockquote", "pre", "header", "footer"]
)
SILENT: Final = frozenset(["script", "style", "head", "title", "template", "noscript", "svg"])
VOID: Final = frozenset(["br", "hr", "img", "meta", "link", "input", "col", "wbr", "area", "base"])
# What clients put their history into.
_QUOTE_CLASS = re.compile(
    r"\b(gmail_quote|gmail_attr|yahoo_quoted|moz-cite-prefix|protonmail_quote)\b"
)
# Below these everything is history.
_END_ID = re.compile(r"^(x_)?(divRplyFwdMsg|appendonsend|mail-editor-reference-message-container)$")


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.ended = False
        self._leaving: list[str] = []  # open elements below the one that is left out

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if self._leaving:
            if tag not in VOID:
                self._leaving.append(tag)
            return
        if _END_ID.match(given.get("id", "")):
            self.ended = True
        if tag in SILENT or (tag not in VOID and _is_quote(tag, given)):
            self._leaving.append(tag)
        elif tag == "br" or tag in BLOCKS:
            self._say("\n")

    def handle_endtag(self, tag: str) -> None:
        if self._leaving:
            if tag in self._leaving:
                while self._leaving.pop() != tag:
                    pass  # elements that were never closed end with their parent
            return
        if tag in BLOCKS:
            self._say("\n")

    def handle_data(self, data: str) -> None:
        if not self._leaving:
            self._say(re.sub(r"[ \t\r\n\f]+", " ", data))

    def _say(self, words: str) -> None:
        if not self.ended:
            self.pieces.append(words)


def _is_quote(tag: str, given: dict[str, str]) -> bool:
    hidden = re.search(r"display\s*:\s*none", given.get("style", ""), re.I)
    cited = tag == "blockquote" and given.get("type", "").lower() == "cite"
    return bool(hidden or cited or _QUOTE_CLASS.search(given.get("class", "")))


def plain(html: str) -> str:
    """The words of an HTML mail, without what it quotes; with it where nothing else is there."""
    reader = _Text()
    reader.feed(html)
    reader.close()
    words = _tidy("".join(reader.pieces))
    return words or _tidy(re.sub(r"<[^<>]{0,2000}>", " ", html))


def _tidy(text: str) -> str:
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
