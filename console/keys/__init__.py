"""The one table of actions; bindings, footer, help and palette derive from it."""
