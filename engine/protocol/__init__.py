"""The Kafka wire protocol: message declarations, the compiled codec, headers, keys and errors.

Bytes in, typed messages out, and back. Nothing here opens a socket, and record batches pass through
unopened.
"""
