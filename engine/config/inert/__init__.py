"""The keys of Kafka that change nothing here, by subject."""
