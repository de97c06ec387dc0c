"""The rows of the table of actions for what lies over a screen: help, prompt, questions, forms.

Where a line is typed in, a key that can be typed belongs to the line: no row of those scopes has
one, and none can be given one (`TYPING_SCOPES`).
"""

from console.keys.action import Action, Scope, row

TYPING_SCOPES = frozenset({Scope.PROMPT, Scope.DIALOG, Scope.FORM, Scope.CONFIG})
"""The scopes whose keys work while a line is typed in."""

DIALOG_ROWS: tuple[Action, ...] = (
    row("help.close", "escape q question_mark f1", "close", "Close", "Close the help."),
    row("row.close", "escape q d enter", "close", "Close", "Close what is shown of a row."),
    row("prompt.close", "escape", "close", "Close", "Leave the prompt."),
    row(
        "prompt.complete",
        "tab",
        "complete(1)",
        "Complete",
        "Complete what is typed; again: the next that it could become.",
        before_line=True,
    ),
    row(
        "prompt.complete-back",
        "shift+tab",
        "complete(-1)",
        "Complete back",
        "The one before of what it could become.",
        before_line=True,
    ),
    row("prompt.older", "up", "recall(-1)", "Older", "The command before.", before_line=True),
    row("prompt.newer", "down", "recall(1)", "Newer", "The command after.", before_line=True),
    row("dialog.close", "escape", "close", "Cancel", "Close a question: nothing is done."),
    row("confirm.yes", "y", "answer(True)", "Yes", "Agree to what is asked."),
    row("confirm.no", "n", "answer(False)", "No", "Do not agree to what is asked."),
    row(
        "confirm.help",
        "question_mark f1 enter",
        "explain",
        "Help",
        "Show the keys of a question, or no longer; where a name is typed, by F1.",
    ),
    row("form.submit", "ctrl+s", "submit", "Send", "Send what the form says.", rank=3),
    row("form.close", "escape", "close", "Close", "Close the form, or stop what it does.", rank=4),
    row("config.default", "ctrl+r", "default", "Default", "Return the key to its default.", rank=5),
)
