"""The asynchronous Kafka client: what the console uses to talk to any cluster.

`KafkaClient` (in `kafka`) is the way in. Operations on many things answer for each of them, with a
value or a `ClientError`; a broker that is down costs only what it is responsible for.
"""
