"""Every bound of the engine: what it limits, its unit, the reason, and what happens when full.

A bound that a user may change is a configuration key instead.
"""

STRING_BYTES_MAX = 32_767
"""Bytes of one string in a message: what an int16 length can say, in every version. Longer: the
message is malformed."""

IOV_MAX = 1024
"""Buffers of one gathered write (Linux and macOS `IOV_MAX`). More are written in several calls."""

MESSAGE_ELEMENTS_MAX = 2_097_152
"""Elements of all arrays of one message together: a hostile frame must not become objects a hundred
times its size. More: the message is malformed. (A description of 300,000 partitions fits.)"""

METADATA_BATCH_BYTES_MAX = 64 * 1024 * 1024
"""Bytes of one change of the metadata log, and of its segments. A larger change is refused."""

PARTITIONS_PER_REQUEST_MAX = 10_000
"""Partitions that one request may create (Kafka's limit). More: POLICY_VIOLATION."""

INSPECTED_BATCH_BYTES_MAX = 256 * 1024 * 1024
"""Bytes that one compressed batch may become while a file is checked or shown. More: the batch
cannot be read."""

QUOTA_MEASURES_MAX = 10_000
"""Clients whose use of a quota is measured at once. More: the one that was idle longest begins
anew."""

RESPONSE_BYTES_MAX = 268_435_456
"""Bytes of one response frame that the client reads: a broker may exceed the sizes asked for by one
batch. Longer: the connection closes."""

CHILD_LINE_BYTES_MAX = 1024 * 1024
"""Bytes of one line between an engine's process and its parent. Longer: the child stops."""

SOFTWARE_NAME_LENGTH_MAX = 64
"""Characters of a client's software name, and of its version, that are kept. More are cut off."""

SOFTWARE_LABELS_MAX = 100
"""Kinds of client software whose connections are counted apart (Kafka's number), and whose requests
are. Of more the rarest, and those that came last, are counted together as `other`."""

SECRET_BYTES_MAX = 65_536
"""Bytes of one password or token that the client reads. More: it is not taken for a secret."""

PEM_BYTES_MAX = 1024 * 1024
"""Bytes of a certificate's or key's file that are looked at to tell what is wrong with it."""

SCRAM_ITERATIONS_MAX = 1_000_000
"""Rounds of hashing that a broker may ask of the client, about half a second. More: the log-in
fails, since a hostile broker could hold a processor for hours."""

SASL_STEPS_MAX = 8
"""Tokens that one log-in may take, more than any mechanism has. More: the log-in fails."""

TOKEN_ANSWER_BYTES_MAX = 1024 * 1024
"""Bytes of a token endpoint's answer. More: there is no token."""
