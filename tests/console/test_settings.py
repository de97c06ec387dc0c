"""The settings of the console: what is right is taken, what is wrong is told and does no harm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.settings import Settings, TimeStyle, load_settings, parse_interval


def test_nothing_said_means_the_defaults() -> None:
    assert load_settings({}) == (Settings(), ())


def test_every_setting_is_taken() -> None:
    settings, problems = load_settings(
        {
            "theme": "paper",
            "theme_dark": "night",
            "theme_light": "day",
            "interval": "500ms",
            "times": "UTC",
            "show_internal_topics": True,
            "keys": {"preset": "vim", "topics": {"delete": "x"}},
        }
    )
    assert not problems
    assert settings == Settings(
        theme="paper",
        theme_dark="night",
        theme_light="day",
        interval_s=0.5,
        times=TimeStyle.UTC,
        is_internal_shown=True,
        key_preset="vim",
        keys={"topics.delete": "x"},
    )


def test_keys_may_be_the_name_of_a_preset() -> None:
    assert load_settings({"keys": "k9s"})[0].key_preset == "k9s"


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({"them": "paper"}, "console.them: there is no such setting; do you mean theme?"),
        ({"theme": 3}, "console.theme: must be a text"),
        ({"interval": "soon"}, "console.interval: must be from 0.5 to 3600 seconds"),
        ({"interval": 0.1}, "console.interval: must be from 0.5"),
        ({"interval": True}, "console.interval: must be from 0.5"),
        ({"times": "swiss"}, "console.times: must be one of local, utc, relative"),
        ({"show_internal_topics": "yes"}, "must be true or false"),
        ({"keys": 7}, "console.keys: must be a text"),
        ({"keys": {"topics": {"delete": 7}}}, "console.keys.topics.delete: must be a text"),
    ],
)
def test_fault_is_told_and_the_default_stays(table: dict[str, object], told: str) -> None:
    settings, problems = load_settings(table)
    assert told in str(problems[0])
    assert settings == Settings()


def test_wrong_key_leaves_the_others() -> None:
    settings, problems = load_settings({"keys": {"app.help": "h", "app.quit": 3}})
    assert settings.keys == {"app.help": "h"}
    assert len(problems) == 1


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("5", 5.0),
        ("500ms", 0.5),
        ("2 s", 2.0),
        ("1m", 60.0),
        ("0", None),
        ("-1", None),
        ("s", None),
    ],
)
def test_interval_as_people_write_it(text: str, seconds: float | None) -> None:
    assert parse_interval(text) == seconds


@given(st.text(max_size=12))
def test_any_text_for_an_interval_is_answered(text: str) -> None:
    seconds = parse_interval(text)
    assert seconds is None or seconds > 0


def test_other_theme_goes_back_and_forth() -> None:
    settings = Settings()
    assert settings.other_theme("midnight") == "paper"
    assert settings.other_theme("paper") == "midnight"
    assert settings.other_theme("my-own") == "midnight"


def test_time_styles_go_round() -> None:
    style = TimeStyle.LOCAL
    assert [style := style.next for _ in range(3)] == [
        TimeStyle.UTC,
        TimeStyle.RELATIVE,
        TimeStyle.LOCAL,
    ]
