"""The console's port over real things: the Kafka protocol, an engine of our own, its metrics."""
