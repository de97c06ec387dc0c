"""Record batches of format 2: header view, records, compression, control batches, checks on append.

Pure: bytes in, values or bytes out. What is stored and when is `engine.storage`'s matter.
"""
