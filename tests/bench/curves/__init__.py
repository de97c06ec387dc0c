"""How the cost of a broker grows with what it holds: a curve for each thing that can grow."""
