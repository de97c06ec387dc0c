"""Commands for scripts: they print and end, without a screen. Nothing here imports Textual.

`offline` looks at files while no broker runs; the others talk to any cluster.
"""
