"""What the form says of a policy: estimates are marked, and what is not known is said."""

from dataclasses import replace

from console.forms.what_if_text import amount_text, loss_sentence, rolling_line, told
from console.model.figures import Known, Unknown
from console.model.group import Group
from console.model.partition_log import Rolling
from console.model.retention import RetentionPolicy
from console.model.retention_cut import Amount
from console.model.retention_plan import Going, Steady
from console.model.severity import Severity
from console.model.what_if import Reading, WhatIf

NOW_MS = 1_000_000_000
HOUR_MS = 3_600_000
GUESS = Amount(1_200, 1_500, is_exact=False)
STEADY = Steady(3_000_000, 4_000_000, 86_400.0, 2 * 86_400.0, 24_000_000, 3_000_000)


def policy(*, is_compacted: bool = False) -> RetentionPolicy:
    return RetentionPolicy(
        is_deleted=True, is_compacted=is_compacted, retention_ms=86_400_000, retention_bytes=-1
    )


def outcome(
    records: Amount = GUESS,
    *,
    readers: tuple[Reading, ...] = (),
    going: tuple[Going, ...] = (),
    unknown: dict[int, str] | None = None,
    steady: Steady | Unknown = STEADY,
    unread_groups: int = 0,
    is_compacted: bool = False,
) -> WhatIf:
    return WhatIf(
        policy(is_compacted=is_compacted),
        NOW_MS,
        records=records,
        size=Amount(5_000_000, 6_000_000, is_exact=False),
        oldest_before_ms=NOW_MS - 48 * HOUR_MS,
        oldest_ms=NOW_MS - 24 * HOUR_MS,
        steady=steady if isinstance(steady, Unknown) else Known(steady, NOW_MS),
        going=going,
        readers=readers,
        unknown=unknown or {},
        unread_groups=unread_groups,
    )


def said(what: WhatIf, *groups: Group) -> dict[str, str]:
    """What stands beside each label; lines without one go with the label above."""
    found: dict[str, str] = {}
    label = ""
    for line in told(what, groups, "orders"):
        label = line.label or label
        found[label] = f"{found[label]} | {line.text}" if label in found else line.text
    return found


def test_an_exact_amount_is_bare_and_a_guess_says_its_most() -> None:
    assert amount_text(Amount(1_200, 1_200)) == "1,200"
    assert amount_text(GUESS) == "~1.2K, at most 1.5K"
    assert amount_text(Amount(1_200, 1_200, is_exact=False)) == "~1.2K"


def test_a_topic_of_which_nothing_is_left_says_so() -> None:
    emptied = replace(outcome(), oldest_ms=None, is_emptied=True)
    assert said(emptied)["Reaches back"] == "~2d now, nothing is left once saved"


def test_what_goes_and_how_far_it_reaches_back_afterwards() -> None:
    found = said(outcome())
    assert found["Reaches back"] == "~2d now, ~1d once saved"
    assert found["Goes at once"] == "~1.2K, at most 1.5K records · ~5.0 MB"
    assert (
        found["In the long run"]
        == "keeps ~3.0 MB to 4.0 MB, ~1d to 2d back; ~24.0M records a day come and go"
    )
    assert found["Loses unread"] == "no group that is known"


def test_what_goes_by_and_by_is_summed_and_the_next_segments_are_named() -> None:
    going = tuple(
        Going(3, 100 * n, 100 * n + 100, 2_000_000, NOW_MS + n * 2 * HOUR_MS) for n in range(1, 6)
    )
    found = said(outcome(going=(*going, Going(1, 0, 9, None, None))))
    assert found["Goes then"] == (
        "nothing within 1h · ~10.0 MB within a day"
        " | p3  100 to 199 · ~2.0 MB  ~in 2h"
        " | p3  200 to 299 · ~2.0 MB  ~in 4h"
        " | p3  300 to 399 · ~2.0 MB  ~in 6h"
    )


def test_groups_that_lose_unread_records_are_named_with_their_partitions() -> None:
    readers = (
        Reading("billing", 0, GUESS),
        Reading("billing", 4, Amount(30, 30)),
        Reading("fr\x1baud", 1, Amount(), NOW_MS + HOUR_MS),
        Reading("slow", 1, Amount(), NOW_MS + 100 * HOUR_MS),
    )
    found = said(outcome(readers=readers))
    assert found["Loses unread"] == (
        "billing  ~1.2K, at most 1.5K in 2 partitions, most in p0 ~1.2K, p4 30"
        " | fr␛aud  unread ones of p1 go ~in 1h"
    )
    severities = [line.severity for line in told(outcome(readers=readers), (), "orders")]
    assert Severity.ERROR in severities
    assert Severity.WARNING in severities


def test_many_groups_are_counted() -> None:
    readers = tuple(Reading(f"g{n}", 0, Amount(5 + n, 5 + n)) for n in range(7))
    assert said(outcome(readers=readers))["Loses unread"].endswith("and 3 more groups")


def test_what_is_not_known_is_said() -> None:
    unknown = {2: "broker 2 did not \x1banswer", 3: "broker 2 did not answer"}
    what = outcome(Amount(), unknown=unknown, steady=Unknown("x"), unread_groups=2)
    found = said(what)
    assert found["Goes at once"] == found["Goes then"] == found["In the long run"] == "–"
    assert found["Not known"] == (
        "2 partitions: broker 2 did not ␛answer | what 2 groups read: their offsets are not read"
    )


def test_compaction_is_not_computed_and_said_so() -> None:
    assert "not known" in said(outcome(is_compacted=True))["Compaction"]


def test_without_limits_it_grows() -> None:
    endless = Steady(1, 1, None, None, 2_000, 3_000_000)
    found = said(outcome(Amount(), steady=endless))
    assert found["In the long run"] == "grows without end: ~2.0K records a day, ~3.0 MB"
    assert found["Goes at once"] == "nothing"


def test_the_question_names_what_is_lost_and_who_has_not_read_it() -> None:
    assert loss_sentence(outcome(Amount())) == ""
    assert loss_sentence(outcome()) == "This deletes ~1.2K, at most 1.5K records."
    readers = tuple(Reading(name, 0, GUESS) for name in ("a", "b", "c"))
    assert loss_sentence(outcome(readers=readers)) == (
        "This deletes ~1.2K, at most 1.5K records, and a, b and 1 more have not read all of them."
    )
    assert (
        loss_sentence(outcome(Amount(), unknown={0: "x"})) == "It is not known what this deletes."
    )


def test_when_segments_end() -> None:
    line = rolling_line(Rolling(1_000_000, 86_400_000))
    assert line.text == "go as a whole; each ends at 1.0 MB or after 1d"


def test_that_nothing_goes_soon_has_a_reason() -> None:
    assert said(outcome())["Goes then"] == (
        "nothing in sight; the segment that is written to goes later"
    )
    kept = replace(policy(), retention_ms=-1)
    assert said(replace(outcome(), policy=kept))["Goes then"] == "nothing goes by age or size"
