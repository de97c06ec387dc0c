"""The table of the tour's steps: it names things that there are, and its texts fit."""

import re
from textwrap import wrap

import pytest

from console.demo.consumer import consumer_settings
from console.demo.generator import TOPIC_CONFIG, TOPIC_PARTITIONS
from console.demo.tour import FRAUD, LAG_TO_SEE, MAILER, TOUR, WAREHOUSE
from console.demo.workflow import WORKERS
from console.details import DETAILS
from console.keys.keymap import DEFAULT_KEYMAP
from console.tour.page import ALREADY, LAST, READ
from console.tour.step import Step
from console.tour.wording import told
from console.views import DEMO_AT, VIEWS

VIEW_NAMES = [view.name for view in VIEWS]
VIEW_NAMES.insert(DEMO_AT, "demo")
INNER_WIDTH = 76
"""Of the panel in a terminal of 80 columns."""
LINES_MAX = 7


def said(text: str) -> str:
    return told(text, DEFAULT_KEYMAP, VIEW_NAMES)


@pytest.mark.parametrize("step", TOUR.steps, ids=lambda step: step.id)
def test_a_step_fits_beneath_a_screen_of_24_lines(step: Step) -> None:
    task = f"▸ {step.task} {READ if step.is_by_key else ''}"
    lines = wrap(said(step.text), INNER_WIDTH) + wrap(said(task), INNER_WIDTH)
    assert len(lines) <= LINES_MAX
    assert step.task or step.is_by_key


@pytest.mark.parametrize("step", TOUR.steps, ids=lambda step: step.id)
def test_a_step_names_what_there_is(step: Step) -> None:
    assert re.fullmatch(r"[a-z-]+", step.id)
    assert {*step.topics, *step.flows} <= TOPIC_PARTITIONS.keys()
    assert set(step.readers) <= set(TOUR.groups)
    if step.place is not None:
        assert step.place.view in VIEW_NAMES
        assert step.place.kind in ("", *DETAILS)


def test_steps_are_named_once() -> None:
    ids = [step.id for step in TOUR.steps]
    assert len(set(ids)) == len(ids) > 20


def test_every_other_text_has_keys_that_there_are() -> None:
    texts = (TOUR.offer, TOUR.no_topic, TOUR.no_flow, TOUR.no_reader, TOUR.no_lag)
    for text in (*texts, TOUR.no_dialog, ALREADY, READ, LAST):
        assert "{" not in said(text.replace("{name}", "payments"))


def test_what_the_texts_say_of_the_demonstration_is_so() -> None:
    texts = " ".join(f"{step.text} {step.task}" for step in TOUR.steps)
    assert f"{LAG_TO_SEE:,} records behind" in texts
    assert TOPIC_CONFIG["retention.ms"] == str(24 * 3600 * 1000)
    assert "payments keeps 24 hours" in texts
    assert consumer_settings("", "", "")["session.timeout.ms"] == 6_000
    assert "for 6 s, its session time-out" in texts
    assert [row.role for row in WORKERS].count("fraud") == 2
    assert "a program that writes card payments, and four that read them" in texts
    assert len(WORKERS) == 5
    assert set(TOUR.groups) == {FRAUD, WAREHOUSE, MAILER}
