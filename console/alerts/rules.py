"""The rules of `[alerts.NAME]` in the configuration file, with how each is told. Pure.

Every key is one row of `ALERT_KEYS`, from which reading, problems and the reference page come. A
rule with a fault is left out and told; the others hold.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import urlsplit

from console.model.alerts import AlertRule
from console.model.verdict import BAD_VERDICTS, Verdict
from console.secret_references import SecretReader, WrongReference
from engine.client.secret import Secret
from engine.config.load import ConfigProblem, Document, did_you_mean
from engine.config.units import milliseconds_of

RULES_MAX = 200
TIMEOUT_S, TIMEOUT_S_MAX = 10.0, 300.0

VERDICTS = {each.value: each for each in BAD_VERDICTS}
"""Verdicts by their names in the file, which are those on the screens."""

Address: TypeAlias = str | Secret
"""A web address, or where one that must stay secret is kept."""


@dataclass(frozen=True, slots=True)
class Telling:
    """How the alerts of a rule are told beside the screen. An empty part is not used."""

    rings: bool = True
    command: tuple[str, ...] = ()
    web_hook: Address = field(default="", repr=False)
    timeout_s: float = TIMEOUT_S

    @property
    def words(self) -> str:
        """The ways by which it is told, in words."""
        ways = (
            "bell" if self.rings else "",
            self.command[0] if self.command else "",
            "web hook" if self.web_hook else "",
        )
        return ", ".join(filter(None, ways)) or "screen only"


@dataclass(frozen=True, slots=True)
class ToldRule:
    """A rule with how it is told, and its entries as they are written."""

    rule: AlertRule
    telling: Telling
    written: Mapping[str, object] = field(default_factory=dict, repr=False)


class _Wrong(Exception):
    """Why a value was not taken."""


def rules_of(
    document: Document, secrets: SecretReader
) -> tuple[tuple[ToldRule, ...], tuple[ConfigProblem, ...]]:
    """The rules that can be used, in the order of the file, and what is wrong with the others.

    Raises ConfigError if `[alerts]` is no table.
    """
    found: list[ToldRule] = []
    problems: list[ConfigProblem] = []
    for name, table in document.section("alerts").items():
        path = ("alerts", name)
        if not isinstance(table, dict):
            problems.append(document.problem(path, "expected a table", f"[alerts.{name}]"))
        elif len(found) == RULES_MAX:
            problems.append(document.problem(path, f"there are more than {RULES_MAX} rules"))
        else:
            rule, wrong = _rule_of(document, name, table, secrets)
            problems += wrong
            found += [] if rule is None else [rule]
    return tuple(found), tuple(problems)


def _rule_of(
    document: Document, name: str, table: Mapping[str, object], secrets: SecretReader
) -> tuple[ToldRule | None, list[ConfigProblem]]:
    problems: list[ConfigProblem] = []
    values: dict[str, object] = {}
    for key, given in table.items():
        path = ("alerts", name, key)
        row = _ROWS.get(key)
        if row is None:
            problems.append(document.problem(path, "unknown key" + did_you_mean(key, _ROWS)))
            continue
        try:
            values[row.field] = row.read(given, secrets)
        except (_Wrong, WrongReference) as wrong:
            problems.append(document.problem(path, str(wrong), row.allowed))
    if not problems and not values.keys() & {"lag_over", "age_over_s", "verdict"}:
        message = "says no limit: lag_over, age_over or verdict"
        problems.append(document.problem(("alerts", name), message))
    if problems:
        return None, problems
    told = {key: values.pop(key) for key in _TELLING & values.keys()}
    rule = AlertRule(name, **values)  # type: ignore[arg-type] # each row gives what its field takes
    return ToldRule(rule, Telling(**told), table), []  # type: ignore[arg-type] # as above


def _text(given: object, _: SecretReader) -> str:
    if not isinstance(given, str) or not given.strip():
        raise _Wrong("expected text")
    return given


def _count(given: object, _: SecretReader) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or given < 0:
        raise _Wrong("expected a whole number")
    return given


def _seconds(given: object, _: SecretReader) -> float:
    found = milliseconds_of(given) if isinstance(given, str) else None
    if found is None:
        raise _Wrong("expected a time")
    return found / 1000


def _timeout(given: object, secrets: SecretReader) -> float:
    seconds = _seconds(given, secrets)
    if not 0 < seconds <= TIMEOUT_S_MAX:
        raise _Wrong(f"expected more than 0 and at most {TIMEOUT_S_MAX:g} seconds")
    return seconds


def _verdict(given: object, _: SecretReader) -> Verdict:
    if not isinstance(given, str) or given not in VERDICTS:
        raise _Wrong("expected a verdict")
    return VERDICTS[given]


def _switch(given: object, _: SecretReader) -> bool:
    if not isinstance(given, bool):
        raise _Wrong("expected true or false")
    return given


def _command(given: object, _: SecretReader) -> tuple[str, ...]:
    words = given if isinstance(given, list) else []
    if not words or not words[0] or not all(isinstance(each, str) for each in words):
        raise _Wrong("expected a program and its arguments, each by itself")
    if any("\x00" in each for each in words):
        raise _Wrong("a program takes no NUL character")
    return tuple(words)


def _web_hook(given: object, secrets: SecretReader) -> Address:
    if isinstance(given, dict):
        return secrets.secret(given)
    if not isinstance(given, str) or not is_web_address(given):
        raise _Wrong("expected an address")
    return given


def is_web_address(text: str) -> bool:
    """Whether something can be sent there: `http://` or `https://`, a host, nothing odd."""
    try:
        parts = urlsplit(text)
        is_port_fine = parts.port is None or parts.port > 0
    except ValueError:
        return False
    is_plain = text.isascii() and text.isprintable() and " " not in text
    return is_plain and is_port_fine and parts.scheme in ("http", "https") and bool(parts.hostname)


@dataclass(frozen=True, slots=True)
class AlertKey:
    """One key of a rule: where its value goes, how it is read, and its words."""

    name: str
    field: str
    read: Callable[[object, SecretReader], object]
    allowed: str
    doc: str


ALERT_KEYS = (
    AlertKey(
        "groups",
        "groups",
        _text,
        "a name with *, ? and [...]",
        "The groups that it is about; without it all.",
    ),
    AlertKey("lag_over", "lag_over", _count, "records", "It holds while a group lags by more."),
    AlertKey(
        "age_over",
        "age_over_s",
        _seconds,
        "a time such as 90s or 1h30m",
        "It holds while the oldest record that a group has not read is older.",
    ),
    AlertKey(
        "verdict",
        "verdict",
        _verdict,
        ", ".join(VERDICTS),
        "It holds while a group's verdict is this or worse; they stand from mild to bad.",
    ),
    AlertKey(
        "for",
        "for_s",
        _seconds,
        "a time such as 30s",
        "How long it has to hold before you are notified; without it at once.",
    ),
    AlertKey("muted", "is_muted", _switch, "true or false", "Whether it is silent at the start."),
    AlertKey("bell", "rings", _switch, "true or false", "Whether the terminal's bell rings."),
    AlertKey(
        "command",
        "command",
        _command,
        'a list such as ["notify-send", "Kafka"]',
        "A program to run, without a shell; the facts are in its environment as KCONSOLE_ALERT_*.",
    ),
    AlertKey(
        "webhook",
        "web_hook",
        _web_hook,
        'https://..., or { env = "NAME" }, { file = "PATH" }, { keyring = "SERVICE/USER" }',
        "An address to which the facts are posted as JSON.",
    ),
    AlertKey(
        "timeout",
        "timeout_s",
        _timeout,
        "a time up to 5m",
        "How long the program and the address may take; without it 10s.",
    ),
)
"""The keys of a rule, in the order of the reference page."""

_ROWS = {row.name: row for row in ALERT_KEYS}
_TELLING = {"rings", "command", "web_hook", "timeout_s"}
