"""A community's settings: a typed model for each cog, kept as JSON, remembered until somebody changes one."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.storage.database import Tx
from bot.storage.settings import SettingsRows
from bot.vocabulary.model import ChannelRef, RoleRef, SpaceRef

M = TypeVar("M", bound=BaseModel)

PLACE = r"^([a-z]+:[^:\s]+:[^:\s]+)?$"

Channel = Annotated[str, Field(pattern=PLACE, json_schema_extra={"kind": "channel"})]
"""A channel as `platform:space:channel`; empty for none."""
Role = Annotated[str, Field(pattern=PLACE, json_schema_extra={"kind": "role"})]
"""A role as `platform:space:role`; empty for none."""


def channel_of(setting: str) -> ChannelRef | None:
    parts = setting.split(":", 2)
    return ChannelRef(SpaceRef(parts[0], parts[1]), parts[2]) if len(parts) == 3 else None


def role_of(setting: str) -> RoleRef | None:
    parts = setting.split(":", 2)
    return RoleRef(SpaceRef(parts[0], parts[1]), parts[2]) if len(parts) == 3 else None


class CogSettings(BaseModel):
    """What every cog's settings inherit: unknown keys are mistakes, and values do not change in place."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CommunitySettings(CogSettings):
    """What the core itself asks of a community, under the name `community`."""

    moderator_roles: tuple[Role, ...] = ()
    manager_roles: tuple[Role, ...] = ()
    moderators_channel: Channel = ""
    managers_channel: Channel = ""


class Settings:
    """All communities' settings in memory; `refresh` drops them when any process has changed something."""

    def __init__(self, models: dict[str, type[BaseModel]]) -> None:
        self.models: dict[str, type[BaseModel]] = {"community": CommunitySettings, **models}
        self._names: dict[type[BaseModel], str] = {model: name for name, model in self.models.items()}
        self._rows: dict[tuple[int, str], str] = {}
        self._made: dict[tuple[int, str], BaseModel] = {}
        self._broken: dict[tuple[int, str], ValidationError] = {}
        self.version = -1

    async def refresh(self, tx: Tx, *, lock: bool = False) -> bool:
        """Reads the version, and everything when it is new; whether it was. `lock` keeps it until the commit."""
        rows = SettingsRows(tx)
        version = await rows.version(lock=lock)
        if version == self.version:
            return False
        self._rows = await rows.all()
        self._made, self._broken, self.version = {}, {}, version
        return True

    def of(self, community: int, model: type[M]) -> M:
        """The community's settings, or the model's defaults where nothing, or nothing readable, is kept."""
        key = (community, self._names[model])
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = self._make(key, model)
        return made  # type: ignore[return-value]

    def _make(self, key: tuple[int, str], model: type[M]) -> M:
        body = self._rows.get(key)
        if body is None:
            return model()
        try:
            return model.model_validate_json(body)
        except ValidationError as error:
            # Written by another version: the readable part counts, the rest is reported by `madang doctor`.
            self._broken[key] = error
            return _readable(model, body)

    def broken(self, communities: Iterable[int]) -> dict[tuple[int, str], ValidationError]:
        """What is kept and cannot be read, by community and cog."""
        for community in communities:
            for model in self._names:
                self.of(community, model)
        return dict(self._broken)

    def name_of(self, model: type[BaseModel]) -> str:
        """The cog that a model belongs to, or `community`."""
        return self._names[model]

    async def save(self, tx: Tx, community: int, settings: BaseModel, at: datetime) -> None:
        await SettingsRows(tx).save(community, self._names[type(settings)], settings.model_dump_json(), at)


def json_differences(before: BaseModel, after: BaseModel) -> dict[str, tuple[str, str]]:
    """The fields in which two settings of one model differ: the old and the new value as JSON."""
    old, new = before.model_dump(mode="json"), after.model_dump(mode="json")
    return {
        name: (json.dumps(old[name], ensure_ascii=False), json.dumps(value, ensure_ascii=False))
        for name, value in new.items()
        if old[name] != value
    }


def _readable(model: type[M], body: str) -> M:
    """The defaults, with every value of `body` that is valid by itself."""
    values: dict[str, Any] = {}
    try:
        written = json.loads(body)
    except ValueError:
        return model()
    for name, value in written.items() if isinstance(written, dict) else ():
        try:
            model.model_validate({**values, name: value})
        except ValidationError:
            continue
        values[name] = value
    return model.model_validate(values)
