"""Korean particles: which of 을 and 를 follows a word depends on the word's last sound."""

from __future__ import annotations

import re
import unicodedata
from enum import Enum
from functools import lru_cache


class Sound(Enum):
    """How a word ends: in a vowel, in ㄹ, in another consonant (받침), or nobody can tell."""

    VOWEL = "vowel"
    RIEUL = "rieul"
    CONSONANT = "consonant"
    UNKNOWN = "unknown"


_TAIL = 64  # characters from a word's end that are looked at
_BRACKETED = re.compile(r"[(\[{<（［【〈《「『][^()\[\]{}]*[)\]}>）］】〉》」』]\W*$")
_LATIN_WORD = re.compile(r"[A-Za-z]+$")
_DIGITS = re.compile(r"[0-9][0-9,]*$")

_CONSONANT_DIGITS = "036"  # 영 삼 육
_RIEUL_DIGITS = "178"  # 일 칠 팔
_PAIRS = "을/를 이/가 은/는 과/와 아/야 이에요/예요 이었어요/였어요"
_REVERSED = {tuple(reversed(pair.split("/"))) for pair in _PAIRS.split()}
_GREAT_UNITS_IN_VOWEL = (range(12, 16), range(20, 24))  # trailing zeros that are read 조 or 해

_SILENT_E = re.compile(r"[aeiouy][lmn]{1,2}e$|[a-z]le$")  # Jane, Chrome, Michelle, Google
_STOPPED = re.compile(r"(?:^|[^aeiou])[aeiouy][bpt]$|[aeiouy](?:k|c|ck)$")  # Jacob, Philip, Robot, Derek, Eric, Slack


def particle(word: str, pair: str) -> str:
    """The one of `pair` ("을/를", either way round) that follows the word; "을(를)" where nobody can tell.

    Raises ValueError for what is no pair.
    """
    return _particle(word[-_TAIL:], pair)


@lru_cache(maxsize=4096)
def _particle(word: str, pair: str) -> str:
    closed, opened = _pair(pair)
    sound = last_sound(word)
    if sound is Sound.UNKNOWN:
        return _both(closed, opened)
    if sound is Sound.VOWEL or (sound is Sound.RIEUL and closed == "으" + opened):
        return opened
    return closed


def last_sound(word: str) -> Sound:
    """How the word ends when it is read aloud; brackets, punctuation and emoji at its end are not read."""
    tail = _spoken(unicodedata.normalize("NFKC", word[-_TAIL:]))
    if not tail:
        return Sound.UNKNOWN
    last = tail[-1]
    if last == "%":  # 퍼센트
        return Sound.VOWEL
    if last.isascii() and last.isdigit():
        return _of_number(tail)
    return _of_hangul(last) or _of_latin(tail) or Sound.UNKNOWN


def _pair(pair: str) -> tuple[str, str]:
    """The form after a consonant, and the one after a vowel."""
    first, slash, second = pair.partition("/")
    if not (slash and first and second) or "/" in second:
        raise ValueError(f"{pair!r} is no pair of particles such as 을/를")
    reversed_pair = second in ("이" + first, "으" + first) or (first, second) in _REVERSED
    return (second, first) if reversed_pair else (first, second)


def _both(closed: str, opened: str) -> str:
    if closed in ("이" + opened, "으" + opened):
        return f"({closed[0]}){opened}"
    return f"{closed}({opened})"


def _spoken(text: str) -> str:
    """The text up to its last character that is read, without a remark in brackets behind the name."""
    before_remark = _until_read(_BRACKETED.sub("", text))
    return before_remark or _until_read(text)


def _until_read(text: str) -> str:
    end = len(text)
    while end and text[end - 1] != "%" and unicodedata.category(text[end - 1])[0] not in "LN":
        end -= 1
    return text[:end]


def _of_number(text: str) -> Sound:
    """Read in Korean: by the last digit, or by its unit (십, 백, 천, 만, 억, 조 …) where it ends in zeros."""
    found = _DIGITS.search(text)
    digits = found[0].replace(",", "") if found else text[-1]
    zeros = len(digits) - len(digits.rstrip("0"))
    if zeros:
        in_vowel = zeros < len(digits) and any(zeros in unit for unit in _GREAT_UNITS_IN_VOWEL)
        return Sound.VOWEL if in_vowel else Sound.CONSONANT
    if digits[-1] in _RIEUL_DIGITS:
        return Sound.RIEUL
    return Sound.CONSONANT if digits[-1] in _CONSONANT_DIGITS else Sound.VOWEL


def _of_hangul(character: str) -> Sound | None:
    """A syllable by its 받침; a lone consonant by its name (기역, 니은), a lone vowel as it is."""
    if "가" <= character <= "힣":
        final = (ord(character) - ord("가")) % 28
        return Sound.RIEUL if final == 8 else Sound.CONSONANT if final else Sound.VOWEL
    if "\u1161" <= character <= "\u1175":
        return Sound.VOWEL
    if "\u1100" <= character <= "\u1112" or "\u11a8" <= character <= "\u11c2":
        return Sound.RIEUL if character in "\u1105\u11af" else Sound.CONSONANT
    return None


def _of_latin(text: str) -> Sound | None:
    """Abbreviations by the names of their letters, other words roughly as Korean transcribes English.

    -l and -le sound ㄹ (Paul 폴, Google 구글). -m, -n and -ng close the syllable, also before a silent e
    (Tom 톰, Jane 제인, Ming 밍); so do -k, -c, -ck after a vowel and -b, -p, -t after a single one
    (Slack 슬랙, Eric 에릭, Jacob 제이콥). All else gets a vowel (Mark 마크) or is silent (Peter 피터).
    """
    plain = "".join(part for part in unicodedata.normalize("NFD", text) if not unicodedata.combining(part))
    found = _LATIN_WORD.search(plain)
    if found is None:
        return None
    word = found[0]
    if _is_spelled(word):
        return _of_letter(word[-1].lower())
    return _of_word(word.lower(), silent_e=text[-1] in "eE")


def _is_spelled(word: str) -> bool:
    return (word.isupper() and len(word) <= 3) or not set(word.lower()) & set("aeiouy")


def _of_letter(letter: str) -> Sound:
    if letter in "lr":  # 엘, 알
        return Sound.RIEUL
    return Sound.CONSONANT if letter in "mn" else Sound.VOWEL


def _of_word(word: str, *, silent_e: bool) -> Sound:
    if silent_e and _SILENT_E.search(word):
        word = word[:-1]
    if word.endswith("l"):
        return Sound.RIEUL
    closed = word.endswith(("m", "n", "ng")) or _STOPPED.search(word)
    return Sound.CONSONANT if closed else Sound.VOWEL
