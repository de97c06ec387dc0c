"""The broker: what each request means. Requests come in decoded, replies go out as messages.

It knows no socket: `engine.server` reads frames and sends replies, `engine.host` builds the parts.
"""
