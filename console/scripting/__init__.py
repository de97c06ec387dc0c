"""Commands for scripts: they print and end, without a screen. Nothing here imports Textual.

`commands` declares them; `check` and `dump` look at files while no broker runs, the others talk to
any cluster.
"""
