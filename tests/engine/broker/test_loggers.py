"""The loggers of a broker and their levels."""

import logging

from engine.broker.loggers import AREAS, LEVELS, Loggers

TOP = logging.getLogger("tests.loggers")


def test_an_area_has_the_level_of_root_until_it_gets_its_own() -> None:
    loggers = Loggers(TOP)
    server = f"{TOP.name}.server"
    try:
        loggers.set_level("root", "ERROR")
        assert dict(loggers.levels()) == {
            "root": "ERROR",
            **{f"{TOP.name}.{area}": "ERROR" for area in AREAS},
        }
        loggers.set_level(server, "DEBUG")
        assert dict(loggers.levels())[server] == "DEBUG"
        assert TOP.getChild("server").isEnabledFor(logging.DEBUG)
        assert not TOP.getChild("groups").isEnabledFor(logging.WARNING)
        loggers.unset_level(server)
        assert dict(loggers.levels())[server] == "ERROR"
    finally:
        loggers.restore()
    assert TOP.level == logging.NOTSET


def test_every_level_is_told_by_the_name_it_was_set_by() -> None:
    loggers = Loggers(TOP)
    try:
        for name in LEVELS:
            loggers.set_level("root", name)
            assert dict(loggers.levels())["root"] == name
        TOP.setLevel(logging.INFO + 3)
        assert dict(loggers.levels())["root"] == "INFO"
    finally:
        loggers.restore()


def test_the_loggers_of_a_broker_are_known_by_name() -> None:
    loggers = Loggers(TOP)
    assert "root" in loggers
    assert f"{TOP.name}.metadata" in loggers
    assert "tests" not in loggers
