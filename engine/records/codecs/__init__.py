"""The codecs of record batches, a module each, imported when the first batch needs it.

Each has `compress`, `inflate` and `ERRORS`: what its library raises for bytes that do not decode.
"""
