"""Documents: their links, paths and commands lead somewhere, and they speak of us alone."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from console.cli import main
from tests.architecture.sources import PAGES, ROOT, relative, text_of

LINK = re.compile(r"\[[^\]]*\]\((?P<path>[^)#\s]*)(?:#(?P<anchor>[^)\s]*))?\)")
HEADING = re.compile(r"^#+ (?P<text>.+)$", re.MULTILINE)
PATH = re.compile(
    r"(?<![\w./-])(?:console|docs|engine|tests|themes|\.ci)(?:/[\w.-]*\w)+(?![\w/<*])"
)
COMMAND = re.compile(r"(?:(?<![\w/-])|(?<=bin/))kconsole(?P<rest>(?: [^\s`|&;<>()#]+)+)")
CODE = re.compile(r"^```\w*\n(.*?)^```$|`([^`\n]+)`", re.MULTILINE | re.DOTALL)
FOREIGN = {
    "a path of one machine": r"(?<![\w.])/(?:root|work|Users|home/(?!somebody))\b(?!\w)",
    "a host of a registry": r"\b(?:pypi\.org|pythonhosted\.org|crates\.io|repo\d?\.maven\.org)",
    "an issue by number": r"(?i)\b(?:issues?|pull requests?|PR|fix(?:es)?|closes?) #\d+",
    "what wrote it": r"(?i)\b(?:chatgpt|copilot|claude|language model|coding agent|subagent)s?\b",
}


def anchor_of(heading: str) -> str:
    """The anchor that a heading gets when Markdown is shown."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_links_lead_somewhere() -> None:
    missing = []
    for page in PAGES:
        for link in LINK.finditer(text_of(page)):
            if "://" in link["path"]:
                continue
            target = (page.parent / link["path"]) if link["path"] else page
            if not target.exists():
                missing.append(f"{relative(page)}: {link['path']}")
            elif link["anchor"]:
                headings = {anchor_of(each["text"]) for each in HEADING.finditer(text_of(target))}
                if link["anchor"] not in headings:
                    missing.append(f"{relative(page)}: {link['path']}#{link['anchor']}")
    assert missing == []


def test_every_page_is_found_from_the_readme() -> None:
    reached, ahead = set(), [ROOT / "README.md"]
    while ahead:
        page = ahead.pop()
        if page in reached:
            continue
        reached.add(page)
        targets = (page.parent / each["path"] for each in LINK.finditer(text_of(page)))
        ahead += [
            target.resolve() for target in targets if target.suffix == ".md" and target.exists()
        ]
    changes = ROOT / "docs" / "changes"
    lost = [page for page in PAGES if page not in reached and page.parent != changes]
    assert [relative(page) for page in lost] == []


def test_paths_in_documents_exist() -> None:
    missing = [
        f"{relative(page)}: {path}"
        for page in PAGES
        for path in PATH.findall(text_of(page))
        if not (ROOT / path).exists() and not (ROOT / f"{path}.py").exists()
    ]
    assert missing == []


def code_of(page: Path) -> Iterator[str]:
    """Every line of code in a page, from blocks and from between the lines."""
    for block, inline in CODE.findall(text_of(page)):
        yield from (block or inline).splitlines()


def unknown_in(words: list[str]) -> str | None:
    """The first word of a command line that kconsole does not know."""
    command: click.Command = main
    flags = set()
    for each in main.params:
        flags |= set(each.opts)
    for word in words:
        if word.startswith("-"):
            if word.partition("=")[0] not in flags | {"--help", "-h"}:
                return word
        elif isinstance(command, click.Group) and re.fullmatch(r"[a-z]+", word):
            if word not in command.commands:
                # The value of a flag, or a command that is none.
                if words[words.index(word) - 1].startswith("-"):
                    continue
                return word
            command = command.commands[word]
            for each in command.params:
                flags |= set(each.opts)
    return None


def test_commands_in_documents_exist() -> None:
    found = [
        (relative(page), line["rest"].split())
        for page in PAGES
        for code in code_of(page)
        for line in COMMAND.finditer(code)
    ]
    assert len(found) > 15
    unknown = [(name, *words) for name, words in found if unknown_in(words)]
    assert unknown == []


@pytest.mark.parametrize(
    ("line", "unknown"),
    [
        ("serve --data DIR", None),
        ("--bootstrap production", None),
        ("config check", None),
        ("serv", "serv"),
        ("serve --daat DIR", "--daat"),
        ("config verify", "verify"),
    ],
)
def test_command_that_does_not_exist_is_noticed(line: str, unknown: str | None) -> None:
    assert unknown_in(line.split()) == unknown


@pytest.mark.parametrize("kind", FOREIGN)
def test_no_file_speaks_of_how_it_was_made(kind: str) -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    pattern, offending = re.compile(FOREIGN[kind]), []
    for name in listed.stdout.decode().split("\0"):
        path = ROOT / name
        if not name or path == Path(__file__) or not path.is_file():
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        offending += [f"{name}: {found[0]}" for found in pattern.finditer(text)]
    assert offending == []
