"""What the engine counts: the table of metrics, a registry without locks, the Prometheus text."""
