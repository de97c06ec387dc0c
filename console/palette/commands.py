"""What may be typed at the prompt: views, things by name, settings, actions. Pure.

`:topics`, `:topic orders`, `:groups /pay`, `:group billing`, `:ctx production`, `:theme paper`,
`:interval 2s`, `:tour lag`, `:quit`. Actions come from the table of actions; their first palette
name is the command, the others are aliases.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from console.keys.actions import ACTIONS, ANYTHING, Action, Possible
from console.model.section import content
from console.model.snapshot import Snapshot
from console.model.text import plain
from console.settings import is_interval

COMPLETIONS_MAX = 12


class Kind(Enum):
    """What a command leads to."""

    VIEW = "view"
    TOPIC = "topic"
    GROUP = "group"
    BROKER = "broker"
    MESSAGES = "messages"
    THEME = "theme"
    INTERVAL = "interval"
    CLUSTER = "cluster"
    TOUR = "tour"
    ACTION = "action"
    ACT = "act"
    GROUP_ACT = "group act"


@dataclass(frozen=True, slots=True)
class Command:
    """A parsed command. `argument` is a name, a filter or a number of seconds as text; of an act
    the topics that it is about, with blanks between them, or the one group."""

    kind: Kind
    name: str
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What commands can speak of now."""

    views: tuple[str, ...]
    topics: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    clusters: tuple[str, ...] = ()
    tour_steps: tuple[str, ...] = ()
    possible: Possible = ANYTHING
    """What can be done on the cluster; nothing else is offered."""
    brokers: tuple[str, ...] = ()

    @property
    def actions(self) -> Mapping[str, Action]:
        """The actions that can be typed, by their names."""
        return {
            name: action
            for name, action in ACTION_COMMANDS.items()
            if self.possible.includes(action)
        }


def vocabulary_of(
    snapshot: Snapshot | None,
    views: Iterable[str],
    themes: Iterable[str],
    *,
    clusters: Iterable[str] = (),
    tour_steps: Iterable[str] = (),
    possible: Possible = ANYTHING,
) -> Vocabulary:
    """What commands can speak of while this snapshot is the newest."""
    topics = (content(snapshot.topics) if snapshot else None) or ()
    groups = (content(snapshot.groups) if snapshot else None) or ()
    cluster = content(snapshot.cluster) if snapshot else None
    return Vocabulary(
        tuple(views),
        tuple(topic.name for topic in topics),
        tuple(group.name for group in groups),
        tuple(themes),
        tuple(clusters),
        tuple(tour_steps),
        possible,
        tuple(str(broker.node_id) for broker in cluster.brokers) if cluster else (),
    )


class NoSuchCommand(Exception):
    """What was typed means nothing; the text says what is near, if anything."""


class NameMissing(NoSuchCommand):
    """A command that is about one thing was typed without its name. `word` is the command."""

    def __init__(self, word: str, thing: str) -> None:
        super().__init__(f"say which {thing}")
        self.word = word


INTERVALS = ("500ms", "1s", "2s", "5s", "10s", "30s", "1m")
_WITH_ARGUMENT: Mapping[str, Kind] = {
    "topic": Kind.TOPIC,
    "group": Kind.GROUP,
    "broker": Kind.BROKER,
    "messages": Kind.MESSAGES,
    "theme": Kind.THEME,
    "interval": Kind.INTERVAL,
    "ctx": Kind.CLUSTER,
    "cluster": Kind.CLUSTER,
    "tour": Kind.TOUR,
}
_THINGS: Mapping[Kind, str] = {Kind.MESSAGES: "topic", Kind.TOUR: "step of the tour"}
"""What is named by the argument of a command, where that is not the command's own name."""
_ALIASES: Mapping[str, str] = {
    "t": "topics",
    "g": "groups",
    "b": "brokers",
    "health": "brokers",
    "o": "overview",
    "r": "retention",
    "e": "engine",
}


def _actions() -> dict[str, Action]:
    return {name: action for action in ACTIONS for name in action.palette}


ACTION_COMMANDS: Mapping[str, Action] = _actions()


def parse_command(text: str, vocabulary: Vocabulary) -> Command:
    """The command that was typed. Raises NoSuchCommand."""
    word, _, argument = text.strip().removeprefix(":").partition(" ")
    word, argument = word.lower(), argument.strip()
    view = _ALIASES.get(word, word)
    if view in vocabulary.views:
        return Command(Kind.VIEW, view, argument)
    if word in _WITH_ARGUMENT and argument:
        kind = _WITH_ARGUMENT[word]
        known = {
            Kind.TOPIC: vocabulary.topics,
            Kind.GROUP: vocabulary.groups,
            Kind.BROKER: vocabulary.brokers,
            Kind.MESSAGES: vocabulary.topics,
            Kind.THEME: vocabulary.themes,
            Kind.CLUSTER: vocabulary.clusters,
            Kind.TOUR: vocabulary.tour_steps,
        }.get(kind)
        if known is not None and argument not in known:
            raise NoSuchCommand(f"there is no {_thing(kind)} {argument}")
        if kind is Kind.INTERVAL and not is_interval(argument):
            raise NoSuchCommand("an interval is from 500ms to 60m, such as 2s")
        return Command(kind, word, argument)
    action = vocabulary.actions.get(word)
    if action is None and word in ACTION_COMMANDS:
        raise NoSuchCommand(_impossible(ACTION_COMMANDS[word], vocabulary.possible))
    if word in _WITH_ARGUMENT and action is None:
        raise NameMissing(word, _thing(_WITH_ARGUMENT[word]))
    if action is not None and argument:
        return _act(word, action, argument, vocabulary)
    if action is not None:
        return Command(Kind.ACTION, action.method)
    near = completions(word, vocabulary)
    hint = f"; do you mean {near[0]}?" if near else ""
    raise NoSuchCommand(f"there is no command {word}{hint}" if word else "type a command")


def _act(word: str, action: Action, argument: str, vocabulary: Vocabulary) -> Command:
    """An act on what stands behind a command; nothing that is typed there is dropped."""
    if action.topics:
        return Command(Kind.ACT, action.method, _topics_of(word, action, argument, vocabulary))
    if not action.names_group:
        raise NoSuchCommand(f"{word} takes nothing behind it")
    if argument not in vocabulary.groups:
        raise NoSuchCommand(f"there is no group {argument}")
    return Command(Kind.GROUP_ACT, action.method, argument)


def _thing(kind: Kind) -> str:
    """What a command of a kind is about."""
    return _THINGS.get(kind, kind.value)


def _impossible(action: Action, possible: Possible) -> str:
    if action.of_stopped:
        return "no broker that this console was attached to has stopped"
    if possible.has_changes:
        return "this cluster has no operation for that"
    return "the configuration says read_only for this cluster"


def _topics_of(word: str, action: Action, argument: str, vocabulary: Vocabulary) -> str:
    """The topics that a command names, checked; those of other clusters as `staging/orders`."""
    first, *others = argument.split()
    names = [first, *(_whole(name, first, vocabulary) for name in others)]
    for name in names:
        is_elsewhere = name is not first and _cluster_of(name, vocabulary)
        if not (action.names_new or is_elsewhere or name in vocabulary.topics):
            raise NoSuchCommand(f"there is no topic {name}")
    if len(names) > action.topics:
        most = "one topic" if action.topics == 1 else f"{action.topics} topics"
        raise NoSuchCommand(f"{word} is about {most} at a time")
    return " ".join(names)


def _cluster_of(name: str, vocabulary: Vocabulary) -> str:
    """The cluster before the name of a topic, which has no `/` itself; empty if there is none."""
    cluster, _, _ = name.rpartition("/")
    return cluster if cluster in vocabulary.clusters else ""


def _whole(name: str, first: str, vocabulary: Vocabulary) -> str:
    """The second name of a command: a cluster alone means the topic of the same name there."""
    return f"{name}{first}" if name.endswith("/") and _cluster_of(name, vocabulary) else name


def completions(typed: str, vocabulary: Vocabulary) -> list[str]:
    """What the typed text could become, best first."""
    text = typed.removeprefix(":").lstrip()
    word, space, argument = text.partition(" ")
    if space:
        # A name that cannot be shown as it is cannot be typed either.
        offers = [name for name in _arguments(word, vocabulary) if plain(name) == name]
        action = vocabulary.actions.get(word.lower())
        if action is not None and action.topics > 1:
            before, blank, argument = argument.rpartition(" ")
            if blank:
                word = f"{word} {before}"
                offers += [f"{each}/{before}" for each in vocabulary.clusters if " " not in each]
        wanted = argument.strip().lower()
        found = [offer for offer in offers if offer.lower().startswith(wanted)]
        found += [offer for offer in offers if wanted in offer.lower() and offer not in found]
        return [f"{word} {offer}" for offer in found][:COMPLETIONS_MAX]
    commands = [*vocabulary.views, *_WITH_ARGUMENT, *vocabulary.actions]
    unique = list(dict.fromkeys(commands))
    starting = [command for command in unique if command.startswith(word.lower())]
    inside = [command for command in unique if word.lower() in command and command not in starting]
    return [*starting, *inside][:COMPLETIONS_MAX]


def _arguments(word: str, vocabulary: Vocabulary) -> Sequence[str]:
    action = vocabulary.actions.get(word.lower())
    if action is not None and action.topics:
        return () if action.names_new else vocabulary.topics
    if action is not None and action.names_group:
        return vocabulary.groups
    return {
        "topic": vocabulary.topics,
        "group": vocabulary.groups,
        "broker": vocabulary.brokers,
        "messages": vocabulary.topics,
        "theme": vocabulary.themes,
        "interval": INTERVALS,
        "ctx": vocabulary.clusters,
        "cluster": vocabulary.clusters,
        "tour": vocabulary.tour_steps,
    }.get(word.lower(), ())
