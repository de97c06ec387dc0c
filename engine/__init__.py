"""The broker: a durable partitioned log that speaks the Kafka protocol."""
