"""The classic workflow on Kafka, played by ordinary clients: payments, fraud, warehouse, mail."""
