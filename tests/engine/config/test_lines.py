"""On which line of a TOML text each key stands."""

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from engine.config.lines import key_at, key_lines

TEXT = '''\
title = "x"

[engine]
listen = "a" # ] } """
num.partitions = 3
"quoted key" = 1
'single'.'b.c' = 2
list = [
  "x = 1",
  [ 2 ],
]
text = """
fake = 1
[header]
\\""" still
"""
raw = \'\'\'
fake2 = 1\'\'\'
after = true

[ clusters . "prod eu" ]
bootstrap = {host = "x", port = 1}
[[array]]
k = 1
'''


def test_the_line_of_every_key_is_known():
    assert key_lines(TEXT) == {
        ("title",): 1,
        ("engine",): 3,
        ("engine", "listen"): 4,
        ("engine", "num", "partitions"): 5,
        ("engine", "quoted key"): 6,
        ("engine", "single", "b.c"): 7,
        ("engine", "list"): 8,
        ("engine", "text"): 12,
        ("engine", "raw"): 17,
        ("engine", "after"): 19,
        ("clusters", "prod eu"): 21,
        ("clusters", "prod eu", "bootstrap"): 22,
        ("array",): 23,
        ("array", "k"): 24,
    }
    tomllib.loads(TEXT)


def test_a_line_of_a_text_that_ends_ill_is_about_a_key_or_about_none():
    text = '[a]\nb.c = x\n[[d]]\nlist = [\n  y\n]\nno key\n"half\'\\x" = 1\n'
    assert [key_at(text, line) for line in range(1, 9)] == [
        ("a",),
        ("a", "b", "c"),
        ("d",),
        ("d", "list"),
        ("d", "list"),
        ("d", "list"),
        (),
        (),
    ]


VALUES = st.sampled_from(
    [
        "1",
        '"a"',
        "true",
        '"\\""',
        "[\n1,\n2]",
        '"""\nx = 1\n"""',
        "'''\n[t]'''",
        "{a = 1}",
        "[['#']]",
    ]
)


@given(st.lists(VALUES, max_size=8))
def test_each_value_is_skipped_over_whatever_it_holds(values):
    """Goal: no value hides the next key. Method: one key per value, the expected lines counted."""
    text = ""
    expected = {}
    for index, value in enumerate(values):
        expected[(f"k{index}",)] = text.count("\n") + 1
        text += f"k{index} = {value}\n"
    assert len(tomllib.loads(text)) == len(values)
    assert key_lines(text) == expected
