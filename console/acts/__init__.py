"""What this console did to clusters: recorded, told, and undone where that is possible."""
