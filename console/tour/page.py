"""What the tour's panel says now: made from where the person is and what is in the way. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from console.keys.keymap import Keymap
from console.tour.course import Course, Stage
from console.tour.hindrance import hindrance_of, is_astray
from console.tour.sight import Sight
from console.tour.wording import Piece, key_of, pieces

AGAIN = (
    "{{app.tour}} goes on with the tour at step {number}, {title}. :tour {first} begins it anew."
)
ALREADY = "That is so already: press {app.tour-next} to go on."
READ = "Press {app.tour-next} to go on."
LAST = "Press {app.tour-next} to end the tour."


class Tone(Enum):
    """What a paragraph is."""

    TEXT = "text"
    TASK = "task"
    DONE = "done"
    HINDRANCE = "hindrance"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph with its keys."""

    tone: Tone
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """`keys` are the tour's own keys with what they do, the most useful first."""

    title: str
    paragraphs: tuple[Paragraph, ...]
    keys: tuple[tuple[str, str], ...]
    done: str = ""
    """The step that was just seen done."""


def page_of(course: Course, sight: Sight, keymap: Keymap, views: Sequence[str]) -> Page | None:
    """The page to show; None while the tour is left or over. `views` are the names of the views."""

    def paragraph(tone: Tone, text: str) -> Paragraph:
        return Paragraph(tone, tuple(pieces(text, keymap, views)))

    if course.stage is Stage.OFFERED:
        verb = "goes on" if course.number else "begins"
        answers = _keys((("app.tour", verb), ("app.tour-leave", "no, thanks")), keymap)
        return Page("New to Kafka?", (paragraph(Tone.TEXT, _offer(course)),), answers)
    if not course.is_under_way:
        return None
    step, count = course.step, len(course.tour.steps)
    is_last = course.number == count - 1
    hindrance = hindrance_of(course.tour, step, sight)
    shown = [paragraph(Tone.TEXT, step.text)]
    if hindrance:
        shown.append(paragraph(Tone.HINDRANCE, hindrance))
    elif course.is_already_met:
        shown.append(paragraph(Tone.DONE, ALREADY))
    else:
        task = (LAST if is_last else READ) if step.is_by_key else ""
        shown.append(paragraph(Tone.TASK, " ".join(filter(None, (step.task, task)))))
    keys = (
        *([("app.tour", "to its place")] if is_astray(step, sight) else []),
        ("app.tour-next", "end" if is_last else "next"),
        *([("app.tour-back", "back")] if course.number else []),
        ("app.tour-leave", "leave"),
    )
    title = f"Tour {course.number + 1}/{count} · {step.title}"
    return Page(title, tuple(shown), _keys(keys, keymap), course.done)


def _offer(course: Course) -> str:
    if not course.number:
        return course.tour.offer
    first = course.tour.steps[0].id
    return AGAIN.format(number=course.number + 1, title=course.step.title, first=first)


def _keys(rows: Sequence[tuple[str, str]], keymap: Keymap) -> tuple[tuple[str, str], ...]:
    return tuple((key_of(action_id, keymap), does) for action_id, does in rows)
