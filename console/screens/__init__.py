"""Screens compose panels and route; they compute nothing."""
