"""The faces of every screen and dialog, in one table, and how each of them looks."""
