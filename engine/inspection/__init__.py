"""Looking at data directories while no broker runs on them: nothing here writes.

`check` verifies a whole directory, `dump` shows what one file holds.
"""
