"""Every act of the console as a script for a real terminal, read back by another client.

`table` lists them. What an act does is done by the keys of the table of actions, to clusters that
`world` fills and looks at with librdkafka and, on a real Kafka, with Kafka's own tools.
"""
