"""What users are told of a change: one small file each, as `docs/changes/README.md` says."""

import re

import pytest

from tests.architecture.sources import ROOT

FOLDER = ROOT / "docs" / "changes"
KINDS = ("Added", "Changed", "Mended", "Removed")
RELEASE = re.compile(r"\d+\.\d+\.\d+")
SENTENCES_MAX = 3


def faults(stem: str, text: str) -> list[str]:
    """What is wrong with a fragment."""
    found = []
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", stem):
        found.append("its name is not a few small words joined by hyphens")
    if not re.match(rf"(?:{'|'.join(KINDS)}): \S", text):
        found.append(f"it begins with none of {', '.join(KINDS)}")
    if not 1 <= len(re.findall(r"[.?!](?:\s|$)", text)) <= SENTENCES_MAX:
        found.append("it has no sentence, or more than three")
    return found


def test_fragments_say_kind_and_matter() -> None:
    paths = [p for p in FOLDER.iterdir() if p.name != "README.md" and not RELEASE.match(p.stem)]
    wrong = {path.name: faults(path.stem, path.read_text()) for path in paths}
    assert not {name: found for name, found in wrong.items() if found}


@pytest.mark.parametrize(
    ("stem", "text", "count"),
    [
        ("serve-names-port", "Added: `serve` names the port that is taken.\n", 0),
        ("ServeNamesPort", "Added: `serve` names the port that is taken.\n", 1),
        ("serve-names-port", "`serve` names the port that is taken.\n", 1),
        ("serve-names-port", "Added: the port\n", 1),
        ("serve-names-port", "Added: a. b. c. d.\n", 1),
    ],
)
def test_fragment_of_another_form_is_found(stem: str, text: str, count: int) -> None:
    assert len(faults(stem, text)) == count
