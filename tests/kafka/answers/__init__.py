"""The same requests to a real Apache Kafka and to our broker, and what differs in the answers."""
