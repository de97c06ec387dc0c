"""The terminal console for any Kafka cluster."""
