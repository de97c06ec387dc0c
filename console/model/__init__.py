"""What the console knows about a cluster: frozen values and pure functions on them.

No input or output happens here, no time is read, and Textual is not imported.
"""
