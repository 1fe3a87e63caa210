"""The index of the pictures: a grid of first screens, narrowed by size, mode, language and name."""

from dataclasses import dataclass
from html import escape
from pathlib import Path

STYLE = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { margin: 0; padding: 1rem 1.5rem 4rem; }
form {
  position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: .5rem 1.5rem;
  padding: .75rem 0; background: Canvas; border-bottom: 1px solid GrayText;
}
main {
  display: grid; grid-template-columns: repeat(auto-fill, minmax(220px, 1fr)); gap: 1.5rem;
  margin-top: 1.5rem;
}
a { color: inherit; text-decoration: none; }
figure { margin: 0; }
img {
  width: 100%; aspect-ratio: 390 / 844; object-fit: cover; object-position: top;
  border: 1px solid GrayText; border-radius: 8px;
}
[data-size=desktop] { grid-column: span 2; }
[data-size=desktop] img { aspect-ratio: 1280 / 900; }
"""
SCRIPT = """
const form = document.querySelector("form");
const narrow = () => {
  const asked = Object.fromEntries(new FormData(form));
  for (const each of document.querySelectorAll("main > a")) {
    each.hidden = ["size", "mode", "lang"].some((k) => asked[k] && each.dataset[k] !== asked[k])
      || !each.dataset.name.includes(asked.name);
  }
};
form.addEventListener("input", narrow);
form.addEventListener("submit", (event) => event.preventDefault());
narrow();
"""


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture and what it shows."""

    name: str
    size: str
    mode: str
    language: str
    file: str


def write_index(folder: Path, pictures: list[Picture]) -> Path:
    """Write index.html beside the pictures. It opens from the disk and asks nobody for anything."""
    selects = "".join(
        _select(label, [getattr(picture, of) for picture in pictures])
        for label, of in (("size", "size"), ("mode", "mode"), ("lang", "language"))
    )
    page = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Screens</title>'
        f"<style>{STYLE}</style><h1>{len(pictures)} screens</h1>"
        f'<form><label>page <input name="name" type="search"></label>{selects}</form>'
        f"<main>{''.join(map(_figure, pictures))}</main><script>{SCRIPT}</script></html>"
    )
    index = folder / "index.html"
    index.write_text(page, encoding="utf-8")
    return index


def _select(label: str, values: list[str]) -> str:
    options = "".join(f"<option>{escape(value)}</option>" for value in dict.fromkeys(values))
    options = f'<option value="">all</option>{options}'
    return f'<label>{label} <select name="{label}">{options}</select></label>'


def _figure(picture: Picture) -> str:
    words = f"{picture.name} · {picture.size} · {picture.mode} · {picture.language}"
    return (
        f'<a href="{escape(picture.file)}" target="_blank" data-name="{escape(picture.name)}"'
        f' data-size="{escape(picture.size)}" data-mode="{escape(picture.mode)}"'
        f' data-lang="{escape(picture.language)}"><figure>'
        f'<img src="{escape(picture.file)}" alt="" loading="lazy">'
        f"<figcaption>{escape(words)}</figcaption></figure></a>"
    )
