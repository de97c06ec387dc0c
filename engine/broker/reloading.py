"""Takes a changed configuration file over while the broker runs, and logs what came of it."""

from engine.broker.broker_settings import BrokerSettings
from engine.config.load import ConfigError
from engine.config.reload import ConfigNews, reloaded
from engine.kernel.event_log import EventLog


def take_over(settings: BrokerSettings, news: ConfigNews, events: EventLog) -> None:
    """Put the values of a file in the place of those before, as far as can be while running.

    What clients have set still wins. A file that is refused changes nothing.
    """
    if isinstance(news, ConfigError):
        for problem in news.problems:
            events.error("config_refused", why=str(problem))
        return
    config, changed = reloaded(settings.configs.static, news.config)
    settings.reload(config)
    events.info("config_reloaded", changed=", ".join(changed) or "nothing")
    hidden = [name for name in changed if settings.configs.is_overridden(name)]
    if hidden:
        events.warning("config_overridden_by_clients", keys=", ".join(hidden))
    if news.waiting:
        events.warning("config_needs_restart", keys=", ".join(news.waiting))
