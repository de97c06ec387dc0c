"""The keys of a subscription to client metrics (KIP-714): names, types, defaults, checks.

Subscriptions are kept and told, and no client is asked for its metrics: like a Kafka without a
plug-in that takes them, this broker does not serve GetTelemetrySubscriptions and PushTelemetry.
Source: Kafka's `ClientMetricsConfigs`.
"""

import re
from collections.abc import Collection, Mapping
from typing import Final

import re2

from engine.config.effective import ConfigSource, ConfigSynonym, DescribedConfig
from engine.config.key_table import read_keys
from engine.config.kinds import ConfigKey, render

CLIENT_METRICS_KEYS: Mapping[str, ConfigKey] = {
    key.name: key
    for key in read_keys(
        """
interval.ms | int dynamic | 300000
    The time between two pushes of a client, from 100 ms to an hour.
match | list dynamic |
    Which clients are meant, each a name and an expression such as client_id=payments.*
    where the name is client_instance_id, client_id, client_software_name,
    client_software_version, client_source_address or client_source_port.
metrics | list dynamic |
    What the names of the metrics begin with; * for all.
""",
        "clients are not asked for their metrics.",
    )
}
"""Every key of a subscription by its name, in alphabetical order."""

INTERVAL_MS: Final = range(100, 3_600_001)

_MATCHED: Final = frozenset(
    {
        "client_instance_id",
        "client_id",
        "client_software_name",
        "client_software_version",
        "client_source_address",
        "client_source_port",
    }
)


def illegal_interval(configs: Mapping[str, str]) -> str | None:
    """Why an interval is too short or too long, or None. Raises InvalidValue for no number."""
    if "interval.ms" not in configs:
        return None
    interval_ms = CLIENT_METRICS_KEYS["interval.ms"].parse(configs["interval.ms"])
    if interval_ms in INTERVAL_MS:
        return None
    return (
        f"Invalid value {interval_ms} for interval.ms, "
        "interval must be between 100 and 3600000 (1 hour)"
    )


def illegal_pattern(configs: Mapping[str, str]) -> str | None:
    """The first pattern that names no property of clients, or is no expression; None for none.

    Raises InvalidValue.
    """
    patterns = CLIENT_METRICS_KEYS["match"].parse(configs.get("match", ""))
    assert isinstance(patterns, tuple)
    return next((each for each in patterns if not _is_pattern(each)), None)


def describe_client_metrics(
    configs: Mapping[str, str], names: Collection[str] | None = None
) -> list[DescribedConfig]:
    """Every key of a subscription, or those among `names` that exist."""
    return [
        _described(key, configs)
        for name, key in CLIENT_METRICS_KEYS.items()
        if names is None or name in names
    ]


def _described(key: ConfigKey, configs: Mapping[str, str]) -> DescribedConfig:
    if key.name not in configs:
        return DescribedConfig(key, render(key.default), ConfigSource.DEFAULT, ())
    value, source = render(key.parse(configs[key.name])), ConfigSource.CLIENT_METRICS
    return DescribedConfig(key, value, source, (ConfigSynonym(key.name, value, source),))


def _is_pattern(text: str) -> bool:
    name, *expressions = text.rstrip("=").split("=")
    return name.strip() in _MATCHED and len(expressions) == 1 and _compiles(expressions[0].strip())


def _compiles(expression: str) -> bool:
    """Whether an expression is one of Java, which knows what either of these two libraries knows.

    It is never matched with anything.
    """
    try:
        re.compile(expression)
    except (re.error, OverflowError, RecursionError):
        options = re2.Options()
        options.log_errors = False
        try:
            re2.compile(expression, options=options)
        except re2.error:
            return False
    return True
