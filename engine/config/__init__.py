"""What can be configured: tables of keys, effective values, and the file they come from."""
