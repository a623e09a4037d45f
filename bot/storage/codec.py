"""Vocabulary values as JSON text: what waits in the outbox, in drafts and among dead events."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError

from bot.storage.types import storable


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def dump(value: Any, kind: Any) -> str:
    """JSON that `load` with the same kind turns back into an equal value, but for what no encoding can hold."""
    adapter = _adapter(kind)
    try:
        return adapter.dump_json(value).decode()
    except PydanticSerializationError:
        return storable(json.dumps(adapter.dump_python(value, mode="json"), ensure_ascii=False))


def load(text: str, kind: Any) -> Any:
    """Raises ValueError where the text was not written for this kind."""
    return _adapter(kind).validate_json(text)
