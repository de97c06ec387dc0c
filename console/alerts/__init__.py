"""Alerts as the configuration writes them, and how they are told outside the console."""
