"""Where the engine says that it differs from Kafka, and the rows that tell it to users.

A place in a docstring or a comment says it with "Differs from Kafka". Rows of
docs/reference/differences.toml name such places: `where` gives the module, and of what follows
there the words that the row is about, as "engine/module.py: these words".
"""

import io
import re
import tokenize
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from tests.architecture.sources import ROOT, SOURCES, relative, text_of

TABLE = ROOT / "docs" / "reference" / "differences.toml"
ENGINE = [path for path in SOURCES if relative(path).startswith("engine/")]
SAID = "Differs from Kafka"
OTHER_WORDS = re.compile(
    r"(?i:unlike|otherwise than|other than|deviates from|differ(?:s|ent|ing)? from) (?:in )?"
    r"(?:Apache )?Kafka|Kafka (?:does not|halts|never)"
)


@dataclass(frozen=True, slots=True)
class Place:
    """One thing that a module says: what follows `SAID`, up to the end of its paragraph."""

    module: str
    text: str


def rows() -> list[Mapping[str, object]]:
    """The rows of the table, as they stand there."""
    kept: list[Mapping[str, object]] = tomllib.loads(text_of(TABLE))["difference"]
    return kept


def quotes() -> Iterator[tuple[str, str]]:
    """Every module that a row names, with the words of it that the row is about."""
    for row in rows():
        where = row.get("where", [])
        assert isinstance(where, list)
        for each in where:
            module, _, words = each.partition(": ")
            assert words, f"it says nothing of what follows in its module: {each}"
            yield module, words


def paragraphs(source: str) -> Iterator[str]:
    """What the strings and comments of a module say, each paragraph on one line.

    An entry of a table of configuration keys begins with a line that has a `|`.
    """
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    for kind, group in groupby(
        (token for token in tokens if token.type != tokenize.NL), key=lambda token: token.type
    ):
        if kind == tokenize.COMMENT:
            yield " ".join(token.string.lstrip("# ") for token in group)
        elif kind == tokenize.STRING:
            for token in group:
                for text in re.split(r"\n\s*\n|\n(?=\S[^\n]* \| )", token.string.strip('"')):
                    yield " ".join(text.split())


def said_in(source: str) -> Iterator[str]:
    """What a module says of each of its differences."""
    for text in paragraphs(source):
        yield from text.split(SAID)[1:]


def places() -> Iterator[Place]:
    """Every place in the engine that says a difference."""
    for path in ENGINE:
        if "Differs" in text_of(path):
            for text in said_in(text_of(path)):
                yield Place(relative(path), text)


def in_other_words(source: str) -> Iterator[str]:
    """Differences that are said without `SAID`: nobody would find them."""
    for text in paragraphs(source):
        yield from OTHER_WORDS.findall(text.split(SAID)[0])
