"""When rules begin and end to hold, in simulated time."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.model.alerts import AlertBook, AlertRule, Phase, Turn, TurnKind, findings_of
from console.model.figures import Figure, Known, Total, Unknown
from console.model.group import Group, GroupState
from console.model.lag import Age
from console.model.verdict import Verdict

T0_MS = 1_700_000_000_000
LAGS = AlertRule("behind", lag_over=100)
SLOW = Unknown("the coordinator did not answer")


def group(
    lag: int = 0,
    name: str = "billing",
    *,
    unknown: int = 0,
    age: Figure[Age] = SLOW,
    verdict: Verdict = Verdict.OK,
    is_enriched: bool = True,
    problem: str = "",
) -> Group:
    return Group(
        name,
        GroupState.STABLE,
        "classic",
        is_enriched=is_enriched,
        problem=problem,
        lag_total=Total(lag, unknown),
        age=age,
        verdict=verdict,
    )


def told(turns: tuple[Turn, ...]) -> list[tuple[str, str]]:
    return [(turn.kind.value, turn.alert.group) for turn in turns]


def at(second: float) -> int:
    return T0_MS + round(1000 * second)


def aged(seconds: float, *, is_at_least: bool = False) -> Figure[Age]:
    return Known(Age(seconds, is_at_least=is_at_least), T0_MS)


def test_each_beginning_and_each_end_is_told_once() -> None:
    book = AlertBook([LAGS])
    lags = [0, 101, 500, 102, 100, 0, 101]
    turns = [told(book.observe([group(lag)], at(n))) for n, lag in enumerate(lags)]
    begin, end = [("begin", "billing")], [("end", "billing")]
    assert turns == [[], begin, [], [], end, [], begin]


def test_of_rules_that_are_put_in_others_place_the_same_go_on_and_what_went_ends() -> None:
    other, quiet = AlertRule("other", lag_over=1), AlertRule("quiet", lag_over=1)
    book = AlertBook([LAGS, other, quiet])
    book.mute("quiet", is_muted=True)
    book.observe([group(500)], at(0))
    turns = book.take([replace(other, lag_over=2), quiet, LAGS], at(1))
    assert told(turns) == [("end", "billing")]
    assert turns[0].alert.reason == "the rule was changed or taken out"
    assert [(each.name, each.is_muted) for each in book.rules] == [
        ("other", False),
        ("quiet", True),
        ("behind", False),
    ]
    assert [turn.alert.rule.name for turn in book.observe([group(500)], at(2))] == ["other"]
    assert told(book.take([], at(3))) == [("end", "billing")] * 2
    assert book.observe([group(500)], at(4)) == ()


def test_a_rule_has_to_hold_for_as_long_as_it_says() -> None:
    book = AlertBook([replace(LAGS, for_s=60)])
    for second in (0, 30, 59.9):
        assert book.observe([group(500)], at(second)) == ()
    assert [each.phase for each in book.alerts] == [Phase.WAITING]
    assert book.firing == ()
    (turn,) = book.observe([group(600)], at(60))
    assert turn.kind is TurnKind.BEGIN
    assert (turn.alert.since_ms, turn.alert.reason, turn.alert.lag) == (at(0), "lag 600", 600)


def test_a_pause_begins_the_wait_anew_and_is_never_told() -> None:
    book = AlertBook([replace(LAGS, for_s=60)])
    for second, lag in ((0, 500), (50, 0), (60, 500), (110, 500)):
        assert book.observe([group(lag)], at(second)) == ()
    assert told(book.observe([group(500)], at(120))) == [("begin", "billing")]


def test_a_figure_that_is_not_known_neither_begins_nor_ends_anything() -> None:
    book = AlertBook([LAGS])
    assert book.observe([group(is_enriched=False)], at(0)) == ()
    assert book.observe([group(50, unknown=3)], at(1)) == ()
    assert told(book.observe([group(101, unknown=3)], at(2))) == [("begin", "billing")]
    assert book.observe([group(50, unknown=3)], at(3)) == ()
    assert book.observe([group(0, problem="no answer")], at(4)) == ()
    assert len(book.firing) == 1
    assert told(book.observe([group(50)], at(5))) == [("end", "billing")]


def test_figures_of_a_group_that_was_not_read_begin_nothing() -> None:
    assert AlertBook([LAGS]).observe([group(500, problem="no answer")], at(0)) == ()


@pytest.mark.parametrize(
    ("age", "holds"),
    [(aged(299), False), (aged(301), True), (aged(301, is_at_least=True), True), (SLOW, False)],
)
def test_age(age: Figure[Age], holds: bool) -> None:
    book = AlertBook([AlertRule("old", age_over_s=300)])
    assert bool(book.observe([group(5, age=age)], at(0))) is holds


def test_an_age_that_is_at_least_something_ends_nothing() -> None:
    book = AlertBook([AlertRule("old", age_over_s=300)])
    book.observe([group(5, age=aged(400))], at(0))
    assert book.observe([group(5, age=aged(10, is_at_least=True))], at(1)) == ()
    assert book.observe([group(5, age=SLOW)], at(2)) == ()
    assert told(book.observe([group(0, age=SLOW)], at(3))) == [("end", "billing")]


@pytest.mark.parametrize("verdict", Verdict)
def test_a_verdict_holds_from_its_own_on(verdict: Verdict) -> None:
    book = AlertBook([AlertRule("bad", verdict=Verdict.STALL)])
    expected = verdict in (Verdict.STALL, Verdict.REWIND, Verdict.AHEAD)
    assert bool(book.observe([group(5, verdict=verdict)], at(0))) is expected


def test_any_limit_of_a_rule_is_enough() -> None:
    book = AlertBook([AlertRule("any", lag_over=100, verdict=Verdict.WARN)])
    (turn,) = book.observe([group(5, verdict=Verdict.STOP)], at(0))
    assert turn.alert.reason == "stopped"
    assert turn.alert.rule.limits == "lag over 100 or verdict falling behind or worse"
    assert book.observe([group(500)], at(1)) == ()


def test_a_rule_is_about_the_groups_of_its_pattern() -> None:
    book = AlertBook([replace(LAGS, groups="bill*")])
    groups = [group(500, "billing"), group(500, "Billing"), group(500, "mailer")]
    assert told(book.observe(groups, at(0))) == [("begin", "billing")]
    assert book.wanted(["billing", "mailer"]) == {"billing"}


def test_a_group_that_is_gone_ends_its_alerts() -> None:
    book = AlertBook([LAGS])
    book.observe([group(500)], at(0))
    (turn,) = book.observe([], at(1))
    assert (turn.kind, turn.alert.reason) == (TurnKind.END, "the group is gone")
    assert book.alerts == ()


def test_a_muted_rule_tells_nothing_until_it_is_heard_again() -> None:
    book = AlertBook([replace(LAGS, is_muted=True)])
    assert book.observe([group(500)], at(0)) == ()
    assert book.firing == ()
    assert len(book.alerts) == 1
    book.mute("behind", is_muted=False)
    assert told(book.observe([group(500)], at(1))) == [("begin", "billing")]


def test_what_was_told_is_ended_though_the_rule_is_muted_by_then() -> None:
    book = AlertBook([LAGS])
    book.observe([group(500)], at(0))
    book.mute("behind", is_muted=True)
    assert told(book.observe([group(0)], at(1))) == [("end", "billing")]
    book.observe([group(500)], at(2))
    assert book.observe([group(0)], at(3)) == ()


def test_another_cluster_ends_what_was_told_of_the_old_one() -> None:
    book = AlertBook([LAGS])
    book.observe([group(500), group(500, "b")], at(0))
    assert told(book.leave(at(1))) == [("end", "billing"), ("end", "b")]
    assert book.leave(at(2)) == ()


def test_a_clock_that_is_set_back_makes_nobody_wait_longer() -> None:
    book = AlertBook([replace(LAGS, for_s=60)])
    book.observe([group(500)], at(3_600))
    assert book.observe([group(500)], at(0)) == ()
    assert told(book.observe([group(500)], at(60))) == [("begin", "billing")]


def test_what_fires_is_among_what_is_wrong() -> None:
    book = AlertBook([LAGS])
    book.observe([group(500)], at(0))
    (finding,) = findings_of(book.firing)
    assert (finding.code, finding.subject, finding.since_ms) == ("alert", "billing", at(0))
    assert finding.text == "passes the alert behind: lag 500."


steps = st.lists(
    st.tuples(
        st.integers(0, 40),
        st.one_of(st.none(), st.tuples(st.integers(0, 200), st.booleans(), st.booleans())),
        st.booleans(),
    ),
    max_size=40,
)


@given(steps, st.integers(0, 60))
def test_beginnings_and_ends_take_turns_whatever_happens(
    taken: list[tuple[int, tuple[int, bool, bool] | None, bool]], for_s: int
) -> None:
    """Groups come, go, and are not known; rules are muted and not: no begin without its end."""
    book = AlertBook([replace(LAGS, for_s=for_s)])
    seen: list[TurnKind] = []
    second = 0
    for passed, state, is_muted in taken:
        second += passed
        book.mute("behind", is_muted=is_muted)
        groups = []
        if state is not None:
            lag, is_known, is_enriched = state
            groups = [group(lag, unknown=int(not is_known), is_enriched=is_enriched)]
        seen += [turn.kind for turn in book.observe(groups, at(second))]
    expected = [TurnKind.BEGIN, TurnKind.END] * len(seen)
    assert seen == expected[: len(seen)]
    assert len(book.alerts) <= 1
