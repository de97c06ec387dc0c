"""The declared messages: one module for each API, request and response with their parts.

The names of classes and fields are those of Kafka's message specifications; where a request and
its response give one name to different structures, the one of the response begins with
`Response`.
"""
