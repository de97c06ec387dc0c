"""Themes: tokens, loading, checks, live reload."""
