"""What is done with spans wherever they come from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from bot.vocabulary.text import Anchor, Plain, Span, Spans, Style, Styled


def as_text(spans: Spans, name: Callable[[Span], str]) -> str:
    """The spans without styles and addresses. `name` says how a leaf is called."""
    return "".join(_text_of(span, name) for span in spans)


def joined(parts: Sequence[Spans], between: Plain) -> Spans:
    """The parts with the same text between every two."""
    spans: list[Span] = []
    for index, part in enumerate(parts):
        if index:
            spans.append(between)
        spans.extend(part)
    return merged(spans)


def merged(items: Iterable[Span]) -> Spans:
    """Neighbouring texts as one, and no empty ones."""
    spans: list[Span] = []
    texts: list[str] = []
    for item in items:
        if isinstance(item, Plain):
            texts.append(item.text)
        else:
            _flush(texts, spans)
            spans.append(item)
    _flush(texts, spans)
    return tuple(spans)


def without_style(style: Style, spans: Spans) -> Spans:
    """The spans with this style taken off, so that it can be put around them once."""
    plainer: list[Span] = []
    for span in spans:
        if not isinstance(span, Styled):
            plainer.append(span)
        elif span.style == style:
            plainer.extend(without_style(style, span.spans))
        else:
            plainer.append(Styled(span.style, without_style(style, span.spans)))
    return merged(plainer)


def _flush(texts: list[str], spans: list[Span]) -> None:
    text = "".join(texts)
    texts.clear()
    if text:
        spans.append(Plain(text))


def _text_of(span: Span, name: Callable[[Span], str]) -> str:
    if isinstance(span, Plain):
        return span.text
    if isinstance(span, Styled | Anchor):
        return as_text(span.spans, name)
    return name(span)
