"""The records of a topic as the message browser reads them: everything but the screen."""
