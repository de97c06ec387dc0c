"""A guided tour of the console: steps, how far a person is, what each waits for, how it is told."""
