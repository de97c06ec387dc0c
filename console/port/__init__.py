"""What the console needs of a cluster: narrow protocols that do not know how it is reached."""
