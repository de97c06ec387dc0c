"""What every layer of the engine stands on: ids, clock and entropy ports, errors, limits, tasks."""
