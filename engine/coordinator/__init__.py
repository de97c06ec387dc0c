"""Coordinators as pure machines: commands and time in; journal records and replies out.

They know neither the protocol's messages nor sockets, files or clocks. What they decide becomes
true by `replay` of the records that they wrote, live and at start-up alike.
"""
