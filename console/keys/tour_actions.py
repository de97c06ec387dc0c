"""The rows of the table of actions about the guided tour; they work everywhere."""

from console.keys.action import Action, row

TOUR_ROWS: tuple[Action, ...] = (
    row(
        "app.tour",
        "f2",
        "app.tour",
        "Tour",
        "Begin the guided tour of the demonstration, go on with it, or go to where its step is.",
        palette="tour",
    ),
    row(
        "app.tour-next",
        "greater_than_sign",
        "app.tour_turn(1)",
        "Next step",
        "Go to the next step of the tour.",
    ),
    row(
        "app.tour-back",
        "less_than_sign",
        "app.tour_turn(-1)",
        "Last step",
        "Go to the step of the tour before.",
    ),
    row(
        "app.tour-leave",
        "f4",
        "app.tour_leave",
        "Leave tour",
        "Leave the tour; it goes on where it was left.",
    ),
)
