"""The command prompt: what can be typed, completed, and what it means."""
