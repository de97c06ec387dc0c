"""Forms: what a person fills in, checked as it is typed; the port carries it out."""
