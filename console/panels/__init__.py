"""A slice of the snapshot as a box, with all its faces. Panels never ask the cluster."""
