"""Asks a cluster for what visible panels need and makes one frozen snapshot of the answers."""
