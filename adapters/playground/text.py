"""A world's message as plain text in a terminal: for the demo's transcript, and for tests."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from adapters.playground import rich
from adapters.playground.model import FormView, Json, MessageView, Rich

_KEPT = frozenset("\n\t\u200d")
_UNSAFE = frozenset({"Cc", "Cs", "Cf"})


def plain(nodes: Rich) -> str:
    """A rich text in words; styles are shown the way people type them."""
    return "".join(map(_node, nodes))


def printable(text: str) -> str:
    """Without what a terminal would obey: escapes, and marks that turn the line around."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(filter(_safe, text))


def show(message: MessageView) -> str:
    """The whole message, the way a chat would show it."""
    private = " (only you)" if message.private else ""
    edited = " (edited)" if message.edited else ""
    author = printable(message.author_name) + (" [bot]" if message.bot else "")
    text = printable(plain(message.body.get("text", [])))
    return "\n".join((f"{author}{private}: {text}{edited}", *_rest(message)))


def show_form(view: FormView) -> str:
    """An open form: its questions, what was filled in and what is wrong."""
    lines = [f"╭ {printable(view.form['title'])}"]
    lines.extend(_bar(plain(view.form.get("intro", []))))
    for field in view.form["fields"]:
        lines.append(f"│ {printable(_filled(field, view))}")
    return "\n".join([*lines, "╰"])


def show_body(body: Json) -> str:
    """A body without an author, as on a home view."""
    return "\n".join((printable(plain(body.get("text", []))), *_body_lines(body))).strip("\n")


def _filled(field: Json, view: FormView) -> str:
    value = view.values.get(field["name"], field.get("value") or "")
    error = view.errors.get(field["name"])
    return f"{field['label']}: {value}" + (f"  ! {error}" if error else "")


def _safe(letter: str) -> bool:
    return letter in _KEPT or unicodedata.category(letter) not in _UNSAFE


def _rest(message: MessageView) -> Iterator[str]:
    yield from _body_lines(dict(message.body))
    if message.reactions:
        yield "  " + " ".join(f"{emoji} {len(users)}" for emoji, users in message.reactions.items())


def _body_lines(body: Json) -> Iterator[str]:
    for card in body.get("cards", ()):
        yield from _card(card)
    for file in body.get("files", ()):
        yield f"  📎 {printable(file['name'])}"
    controls = body.get("controls", ())
    pressed = [_control(control) for control in controls if control["type"] != "link"]
    if pressed:
        yield "  " + " ".join(pressed)
    yield from (f"  {_control(control)}" for control in controls if control["type"] == "link")


def _card(card: Json) -> Iterator[str]:
    yield from _bar(card.get("title", ""))
    yield from _bar(plain(card.get("body", [])))
    for detail in card.get("details", ()):
        yield from _bar(f"{detail['label']}: {plain(detail['value'])}")
    if "picture" in card:
        yield from _bar(f"🖼 {card['picture']['alt']}")
    yield from _bar(plain(card.get("footer", [])))


def _bar(text: str) -> Iterator[str]:
    return (f"  │ {line}" for line in printable(text).splitlines())


def _control(control: Json) -> str:
    label = printable(control["label"])
    if control["type"] == "link":
        return f"[{label} → {printable(control['url'])}]"
    if control["type"] == "select":
        return f"[{label} ▾ {' / '.join(printable(choice['label']) for choice in control['choices'])}]"
    return f"[{label}]"


_MARKS = {"bold": ("*", "*"), "italic": ("_", "_"), "code": ("`", "`"), "quote": ("> ", "")}


def _node(node: Json) -> str:
    if "in" not in node:
        return rich.shown(node)
    inner = plain(node["in"])
    if node["t"] == "link":
        return inner if inner == node["url"] else f"{inner} <{node['url']}>"
    before, after = _MARKS[node["t"]]
    return f"{before}{inner}{after}"
