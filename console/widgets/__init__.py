"""Boxes, tables, charts and dialogs. They know nothing of Kafka; panels tell them what to draw."""
