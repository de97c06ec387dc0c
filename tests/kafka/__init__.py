"""The program on a real Apache Kafka. Needs Java and Kafka's jars; see tests/peers."""
