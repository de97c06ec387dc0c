"""The pages of the console: its keys, its tour and what a theme gives."""

from console.demo.tour import TOUR
from console.keys.actions import Scope, of_scopes
from console.keys.key_names import shown_key
from console.keys.keymap import DEFAULT_KEYMAP, PRESETS
from console.theming.tokens import COLORS, CONTRAST_MIN, VARIABLES
from console.tour.wording import pieces
from console.views import DEMO_AT, VIEWS
from docs.reference.markdown_table import table


def keys() -> str:
    """What each key does, by where it works."""
    lead = """# Keys

Every action of the console with its keys. `[console.keys]` of `config.toml` gives an action others
by its id, such as `table.open = "o,enter"`. Keys have Textual's names: `o`, `ctrl+l`, `slash`.
The digits switch to the views, in their order.
"""
    sections = []
    for scope in Scope:
        rows = [
            (f"`{row.id}`", " ".join(f"`{shown_key(key)}`" for key in row.keys), row.help)
            for row in of_scopes(scope)
        ]
        sections.append(f"\n## {scope}\n\n" + table(("action", "keys", "meaning"), rows))
    presets = [
        (f"`{name}`", ", ".join(f"`{action}` {given or 'none'}" for action, given in keys.items()))
        for name, keys in PRESETS.items()
    ]
    return lead + "".join(sections) + "\n## Presets\n\n" + table(("preset", "changes"), presets)


def tour() -> str:
    """The steps of the guided tour, with the default keys."""
    lead = """# The guided tour

The steps of the tour that `kconsole demo` offers, with the keys as they are unless changed.
[What the tour is](../tour.md) says how it is taken.
"""
    names = [view.name for view in VIEWS]
    names.insert(DEMO_AT, "demo")

    def said(text: str) -> str:
        parts = pieces(text, DEFAULT_KEYMAP, names)
        return "".join(f"`{part.text}`" if part.is_key else part.text for part in parts)

    return lead + "".join(
        f"\n## {number}. {step.title}\n\n{said(step.text)}\n"
        + (f"\n> {said(step.task)}\n" if step.task else "")
        for number, step in enumerate(TOUR.steps, 1)
    )


def theme_tokens() -> str:
    """What a theme must give."""
    lead = """# Theme tokens

A theme is a TOML file with a `name`, whether it is `dark`, and each of these tokens once.

"""
    colours = [("`[colors]`", f"`{name}`", "Textual's own") for name in COLORS]
    variables = [("`[variables]`", f"`{name}`", text) for name, text in VARIABLES.items()]
    contrasts = [
        (f"`{text}`", f"`{ground}`", f"{least:g}") for (text, ground), least in CONTRAST_MIN.items()
    ]
    return (
        lead
        + table(("table", "token", "what it colours"), colours + variables)
        + "\nLeast contrast (WCAG) that a theme needs to be taken:\n\n"
        + table(("text", "on", "at least"), contrasts)
    )
