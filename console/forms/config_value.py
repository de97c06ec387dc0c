"""Values of a topic's configuration: checked while typed, and what a change of them does. Pure.

The broker has the last word; here a fault is told as early as what is known of the key allows.
"""

from collections.abc import Callable

from console.forms.fields import FieldFault, size_bytes, time_ms
from console.model.config_rule import (
    NUMBERS,
    WHOLE_LIMITS,
    ConfigRule,
    ConfigUnit,
    in_words,
)
from console.model.text import plain
from console.model.topic import ConfigEntry

DIGITS_MAX = 40


def config_value(key: str, rule: ConfigRule, text: str) -> str:
    """The text that the broker is sent. Raises FieldFault."""
    typed = text.strip()
    if rule.type in NUMBERS:
        return _whole(key, rule, typed)
    match rule.type:
        case "boolean":
            if typed.lower() not in ("true", "false"):
                raise FieldFault("true or false")
            return typed.lower()
        case "double":
            return _fraction(rule, typed)
        case "list":
            return _list(rule, typed)
        case _:
            if rule.words and typed not in rule.words:
                raise FieldFault(f"one of {' | '.join(rule.words)}")
            return typed


def check_of(key: str, rule: ConfigRule) -> Callable[[str], str]:
    """The check of a field for this key."""
    return lambda text: config_value(key, rule, text)


def _whole(key: str, rule: ConfigRule, typed: str) -> str:
    unit = rule.unit(key)
    if _is_whole(typed):
        value = str(int(typed))
    elif unit is ConfigUnit.MILLISECONDS:
        value = time_ms(typed)
    elif unit is ConfigUnit.BYTES:
        value = size_bytes(typed)
    else:
        raise FieldFault(rule.allowed(key))
    limit = WHOLE_LIMITS[rule.type]
    if not -limit - 1 <= int(value) <= limit:
        raise FieldFault(f"at most {limit:,}")
    _bounded(rule, int(value))
    return value


def _is_whole(typed: str) -> bool:
    digits = typed.removeprefix("-").removeprefix("+")
    return digits.isascii() and digits.isdigit() and len(digits) <= DIGITS_MAX


def _fraction(rule: ConfigRule, typed: str) -> str:
    try:
        number = float(typed) if len(typed) <= DIGITS_MAX else None
    except ValueError:
        number = None
    if number is None or number != number:
        raise FieldFault("a number such as 0.5")
    _bounded(rule, number)
    return typed


def _bounded(rule: ConfigRule, number: float) -> None:
    if rule.least is not None and number < rule.least:
        raise FieldFault(f"at least {rule.least:,}")
    if rule.most is not None and number > rule.most:
        raise FieldFault(f"at most {rule.most:,}")


def _list(rule: ConfigRule, typed: str) -> str:
    parts = [part.strip() for part in typed.split(",")] if typed else []
    if "" in parts:
        raise FieldFault("a list has nothing empty between its commas")
    wrong = [part for part in parts if rule.words and part not in rule.words]
    if wrong:
        raise FieldFault(rule.allowed(""))
    return ",".join(parts)


def effect_of(entry: ConfigEntry, value: str | None) -> str:
    """`604800000 (7d) → 86400000 (1d)`; a value of None goes back to the default."""
    before = "hidden" if entry.is_sensitive else in_words(entry.name, entry.rule, entry.value)
    if value is None:
        told = "" if entry.default is None else in_words(entry.name, entry.rule, entry.default)
        after = f"{told}, its default" if told else "its default"
    else:
        after = "hidden" if entry.is_sensitive else in_words(entry.name, entry.rule, value)
    return plain(f"{before} → {after}", limit=400)


def loss_of(entry: ConfigEntry, value: str | None) -> str:
    """What a change deletes for good; empty when it deletes nothing that stood.

    A broker's `log.` keys hold for the topics that have no value of their own.
    """
    after = entry.default if value is None else value
    is_broker_s = entry.owner == "broker"
    name = entry.name.removeprefix("log.") if is_broker_s else entry.name
    where = f" in topics without a {name} of their own" if is_broker_s else ""
    if name == "cleanup.policy":
        before = set(filter(None, (entry.value or "").split(",")))
        added = set(filter(None, (after or "").split(","))) - before
        said = {
            "compact": "all records of a key but the last",
            "delete": "records beyond retention.ms and retention.bytes",
        }
        losses = [said[policy] for policy in sorted(added) if policy in said]
        return f"The broker will delete {' and '.join(losses)}{where}." if losses else ""
    if name not in ("retention.ms", "retention.bytes") or not _is_shorter(entry.value, after):
        return ""
    if after is None:
        said_default = "what lies beyond the default, which it does not tell"
        return f"The broker will delete {said_default}{where}."
    kept = in_words(entry.name, entry.rule, after)
    return f"The broker will delete what lies beyond {plain(kept)}{where}."


def _is_shorter(before: str | None, after: str | None) -> bool:
    """Whether less is kept; what is not known is taken to be more."""
    try:
        new = int(after) if after is not None else 0
        old = int(before) if before is not None else -1
    except ValueError:
        return True
    return new >= 0 and (old < 0 or new < old)
