"""Rich text as this platform knows it: a list of nodes, each a dict with its type in `t`.

    {"t": "text", "text": "hello"}
    {"t": "bold" | "italic" | "code" | "quote", "in": [...]}
    {"t": "link", "url": "https://…", "in": [...]}
    {"t": "user" | "channel" | "role", "id": "U1", "name": "Ben"}
    {"t": "message", "channel": "C1", "id": "M1"}
    {"t": "time", "at": "2026-01-31T09:00:00+00:00", "style": "date", "shown": "31 January"}
    {"t": "command", "text": "/points rank"}

Whatever people write stays in a text node, so nothing has to be escaped.
"""

from __future__ import annotations

import unicodedata

from adapters.playground.model import Json, Rich

SIGNS = {"user": "@", "channel": "#", "role": "@"}
STYLES = ("bold", "italic", "code", "quote")
ELLIPSIS = "…"
_JOINERS = "\u200d\ufe0f\ufe0e"
_LONGEST_CLUSTER = 16


def leaf(text: str) -> Json:
    return {"t": "text", "text": text}


def shown(node: Json) -> str:
    """What a node without children shows."""
    kind = node["t"]
    if kind in SIGNS:
        return f"{SIGNS[kind]}{node['name']}"
    if kind == "message":
        return f"#{node['channel']}/{node['id']}"
    text: str = node["shown"] if kind == "time" else node["text"]
    return text


def flat(nodes: Rich) -> str:
    """The text alone."""
    return "".join(flat(node["in"]) if "in" in node else shown(node) for node in nodes)


def length(nodes: Rich) -> int:
    return sum(_size(node) for node in nodes)


def cut(nodes: Rich, limit: int) -> tuple[Rich, Rich]:
    """The first `limit` characters, ended at a boundary where there is one, and what is left."""
    head: Rich = []
    left = limit
    for index, node in enumerate(nodes):
        size = _size(node)
        if size > left:
            first, rest = _cut_node(node, left)
            return head + first, rest + nodes[index + 1 :]
        head.append(node)
        left -= size
    return head, []


def split(nodes: Rich, limit: int) -> list[Rich]:
    """Pieces of at most `limit` characters, nothing lost; `limit` must have room for the longest mention."""
    pieces = []
    while nodes:
        piece, nodes = cut(nodes, limit)
        pieces.append(piece)
    return pieces


def shorten(nodes: Rich, limit: int) -> Rich:
    """At most `limit` characters, the last one an ellipsis if anything was left out."""
    if length(nodes) <= limit:
        return nodes
    return [*cut(nodes, limit - 1)[0], leaf(ELLIPSIS)]


def shorten_text(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: boundary(text, limit - 1)].rstrip() + ELLIPSIS


def boundary(text: str, limit: int) -> int:
    """Where to cut a text that is longer than `limit`: after a line, after a word, or between characters."""
    for separator in ("\n", " "):
        found = text.rfind(separator, limit // 2, limit)
        if found >= 0:
            return found + 1
    return _between_characters(text, limit)


def below(*blocks: Rich) -> Rich:
    """Texts below one another; empty ones leave no line."""
    joined: Rich = []
    for block in blocks:
        if block and joined:
            joined.append(leaf("\n"))
        joined.extend(block)
    return joined


def _size(node: Json) -> int:
    return length(node["in"]) if "in" in node else len(shown(node))


def _cut_node(node: Json, limit: int) -> tuple[Rich, Rich]:
    if node["t"] == "text":
        text = node["text"]
        at = boundary(text, limit)
        return _leaves(text[:at]), _leaves(text[at:])
    if "in" in node:
        first, rest = cut(node["in"], limit)
        return _wrapped(node, first), _wrapped(node, rest)
    return [], [node]


def _leaves(text: str) -> Rich:
    return [leaf(text)] if text else []


def _wrapped(node: Json, children: Rich) -> Rich:
    return [{**node, "in": children}] if children else []


def _between_characters(text: str, limit: int) -> int:
    """`limit`, or a little before it, so that no accent and no joined emoji loses its base."""
    for at in range(limit, max(limit - _LONGEST_CLUSTER, 0), -1):
        if not (_continues(text[at]) or text[at - 1] == "\u200d"):
            return at
    return limit


def _continues(character: str) -> bool:
    return character in _JOINERS or unicodedata.combining(character) > 0
