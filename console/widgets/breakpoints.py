"""From how many columns and lines of the terminal on things are laid out otherwise.

Style sheets know them by the classes of `HORIZONTAL` and `VERTICAL`, which a screen has; whatever
is composed otherwise asks for the number.
"""

NARROW, WIDE, XWIDE = 60, 100, 160
SHORT, TALL = 20, 34

HORIZONTAL = [(0, "-tiny"), (NARROW, "-narrow"), (WIDE, "-wide"), (XWIDE, "-xwide")]
VERTICAL = [(0, "-flat"), (SHORT, "-short"), (TALL, "-tall")]
