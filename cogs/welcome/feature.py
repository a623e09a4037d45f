"""The feature's name, settings and tables; the other files declare what it does."""

from __future__ import annotations

from bot.api import Cog
from cogs.welcome.settings import WelcomeSettings
from cogs.welcome.store import tables

welcome = Cog("welcome", settings=WelcomeSettings, tables=tables, package=__name__.rpartition(".")[0])
say = welcome.say
