"""Words at the edge: catalogues, the small markup, and the voice of one reader."""

from bot.i18n.check import Fault, check_catalogues
from bot.i18n.fluent import Broken, Folder, Locales, Report, pick_locale
from bot.i18n.josa import particle
from bot.i18n.template import TEMPLATE_LIMIT, TemplateProblem, template_problems
from bot.i18n.voice import CommandWords, Speaker, english_command

__all__ = [
    "TEMPLATE_LIMIT",
    "Broken",
    "CommandWords",
    "Fault",
    "Folder",
    "Locales",
    "Report",
    "Speaker",
    "TemplateProblem",
    "check_catalogues",
    "english_command",
    "particle",
    "pick_locale",
    "template_problems",
]
