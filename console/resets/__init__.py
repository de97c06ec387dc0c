"""Other positions for a consumer group: what is wanted, what it would do, and how it went."""
