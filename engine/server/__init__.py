"""Sockets: listeners, connections, frames in, ordered replies out, back-pressure; HTTP for metrics.

It knows the shape of requests only as far as their order; what they mean is the broker's.
"""
