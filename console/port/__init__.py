"""What the console needs of a cluster, as narrow protocols that know nothing of how it is reached."""
