"""One module per API family; each is reached through one row of `engine.broker.api_table` only."""
