"""How fast the console is, as a person meets it: the real program in a terminal of its own."""
