"""What is said of saved clusters and of trying them."""

from dataclasses import replace

import pytest

from console.model.care import USUAL, Care
from console.panels.clusters import care_words, latency, not_offered, state_cell, trial_content
from console.port.capabilities import Capabilities
from console.port.clusters import Trial
from tests.support.fake_cluster import EVERYTHING
from tests.support.sample_clusters import BAD, GOOD
from tests.support.sample_snapshots import busy


def said(trial: Trial | None) -> list[str]:
    return trial_content(trial).plain.splitlines()


def test_a_trial_that_goes_well_says_what_is_allowed_and_what_is_not() -> None:
    assert said(GOOD) == [
        "● 3 brokers, answered in 41 ms · v4.1+ · KRaft",
        "▲ No right to create topics, change the cluster",
        "● May see all groups and disks, see the brokers' configuration",
    ]


def test_nothing_is_missing_where_everything_is_allowed() -> None:
    assert "No right" not in "\n".join(said(replace(GOOD, missing=())))


def test_a_cluster_that_does_not_tell_rights_says_so() -> None:
    lines = said(replace(GOOD, rights=None, missing=()))
    assert lines[1:] == ["○ It does not tell what this user may do"]


def test_one_broker_is_one() -> None:
    assert said(replace(GOOD, brokers=1))[0].startswith("● 1 broker, answered")


def test_what_a_cluster_does_not_offer_is_named() -> None:
    old = replace(EVERYTHING, describes_disks=False, deletes_offsets=False)
    assert not_offered(EVERYTHING) == []
    assert not_offered(old) == ["sizes of disks", "deleting offsets"]
    assert len(not_offered(Capabilities())) == 11
    assert "○ Not offered: sizes of disks, deleting offsets" in said(replace(GOOD, offered=old))


def test_a_trial_in_vain_says_its_reason_alone() -> None:
    assert said(BAD) == [f"■ {BAD.failure}"]


def test_a_trial_under_way_says_so() -> None:
    assert said(None) == ["Trying …"]


@pytest.mark.parametrize(
    ("milliseconds", "text"), [(0.4, "0 ms"), (41.4, "41 ms"), (999.0, "999 ms"), (1500.0, "1.5 s")]
)
def test_how_long_an_answer_took(milliseconds: float, text: str) -> None:
    assert latency(milliseconds) == text


@pytest.mark.parametrize(
    ("care", "words"),
    [
        (USUAL, ""),
        (Care("a", is_production=True), "production"),
        (Care("a", is_read_only=True), "read only"),
        (Care("a", is_production=True, is_read_only=True), "production, read only"),
    ],
)
def test_how_careful_to_be_is_said_in_words(care: Care, words: str) -> None:
    assert care_words(care) == words


def test_the_state_of_each_cluster_is_that_of_its_link_or_its_trial() -> None:
    trials = {"good": GOOD, "bad": BAD, "tried": None}
    told = {
        name: state_cell(name, trials, busy(), is_current=name == "here").text
        for name in ("here", "good", "bad", "tried", "other")
    }
    assert told == {
        "here": "● connected",
        "good": "● answered in 41 ms",
        "bad": "■ cannot be had",
        "tried": "trying …",
        "other": "not tried",
    }
