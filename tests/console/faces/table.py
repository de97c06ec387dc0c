"""Every screen and dialog of the console with its faces."""

from tests.console.faces.dialogs import DIALOGS
from tests.console.faces.reading import READING
from tests.console.faces.screens import SCREENS

PLACES = (*SCREENS, *READING, *DIALOGS)
