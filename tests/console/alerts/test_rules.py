"""Rules of the configuration file: what is taken, and what is told of the rest."""

from pathlib import Path

import pytest

from console.alerts.rules import ALERT_KEYS, ToldRule, is_web_address, rules_of
from console.model.verdict import Verdict
from console.secret_references import Outside, SecretReader
from engine.client.secret import EnvironmentSecret
from engine.config.load import parse
from tests.support.clock import FakeClock

SECRETS = SecretReader(Outside({"HOOK": "https://x"}, FakeClock(), lambda: b""), Path)


def read(text: str) -> tuple[tuple[ToldRule, ...], list[str]]:
    rules, problems = rules_of(parse(text, file="config.toml"), SECRETS)
    return rules, [str(problem) for problem in problems]


def test_a_rule_says_when_it_holds_and_how_it_is_told() -> None:
    (told,), problems = read(
        """
        [alerts.behind]
        groups = "bill*"
        lag_over = 10_000
        age_over = "1h30m"
        verdict = "stalled"
        for = "90s"
        muted = true
        bell = false
        command = ["notify-send", "Kafka"]
        webhook = "https://hooks.example/x?y=1"
        timeout = "5s"
        """
    )
    assert problems == []
    rule, telling = told.rule, told.telling
    assert (rule.name, rule.groups, rule.lag_over, rule.age_over_s) == (
        "behind",
        "bill*",
        10_000,
        5_400.0,
    )
    assert (rule.verdict, rule.for_s, rule.is_muted) == (Verdict.STALL, 90.0, True)
    assert (telling.rings, telling.command) == (False, ("notify-send", "Kafka"))
    assert (telling.web_hook, telling.timeout_s) == ("https://hooks.example/x?y=1", 5.0)
    assert telling.words == "notify-send, web hook"


def test_what_is_left_out_has_a_default() -> None:
    (told,), _ = read("[alerts.a]\nlag_over = 0\n")
    assert (told.rule.groups, told.rule.for_s, told.rule.is_muted) == ("*", 0.0, False)
    assert told.telling.words == "bell"


def test_an_address_may_be_kept_elsewhere_and_is_never_printed() -> None:
    (told,), _ = read('[alerts.a]\nlag_over = 1\nwebhook = { env = "HOOK" }\n')
    assert isinstance(told.telling.web_hook, EnvironmentSecret)
    (written,), _ = read('[alerts.a]\nlag_over = 1\nwebhook = "https://x/token"\n')
    assert "token" not in repr(written)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("lag_over = -1", "lag_over: expected a whole number"),
        ("lag_over = true", "lag_over: expected a whole number"),
        ('age_over = "soon"', "age_over: expected a time"),
        (
            'verdict = "bad"',
            "verdict: expected a verdict; allowed: falling behind, stopped, stalled",
        ),
        ("command = []", "command: expected a program"),
        ('command = "rm -rf"', "command: expected a program"),
        ('command = ["a", "\\u0000"]', "command: a program takes no NUL"),
        ('webhook = "ftp://x"', "webhook: expected an address"),
        ('webhook = { env = "A", file = "B" }', "webhook: expected one of env"),
        ('timeout = "1h"', "timeout: expected more than 0"),
        ('timeout = "0s"', "timeout: expected more than 0"),
        ('group = "a"', "group: unknown key, did you mean groups?"),
        ("bell = 1", "bell: expected true or false"),
        ('groups = ""', "groups: expected text"),
    ],
)
def test_a_fault_is_told_with_its_line_and_leaves_the_rule_out(entry: str, said: str) -> None:
    rules, problems = read(f"[alerts.good]\nlag_over = 1\n[alerts.bad]\nfor = '1s'\n{entry}\n")
    assert [each.rule.name for each in rules] == ["good"]
    assert any(problem.startswith(f"config.toml:5: alerts.bad.{said}") for problem in problems)


def test_a_rule_without_a_limit_is_none() -> None:
    rules, problems = read('[alerts.a]\ngroups = "x"\n')
    assert rules == ()
    assert problems == ["config.toml:1: alerts.a: says no limit: lag_over, age_over or verdict"]


def test_what_is_no_table_is_no_rule() -> None:
    rules, problems = read("[alerts]\na = 1\n")
    assert rules == ()
    assert problems == ["config.toml:2: alerts.a: expected a table; allowed: [alerts.a]"]


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("https://hooks.example/a?b=c", True),
        ("http://127.0.0.1:8080", True),
        ("https://", False),
        ("https://x:99999/", False),
        ("https://x/a b", False),
        ("https://x/a\r\nHost: y", False),
        ("file:///etc/passwd", False),
        ("https://ex\u00e4mple/", False),
    ],
)
def test_addresses(text: str, is_one: bool) -> None:
    assert is_web_address(text) is is_one


def test_every_key_has_words() -> None:
    assert all(row.allowed and row.doc.endswith(".") for row in ALERT_KEYS)
