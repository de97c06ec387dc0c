"""What the C library keeps of freed memory, given back to the system.

Buffers of some kilobytes and more come from the heaps of the C library. glibc keeps what is freed
between two blocks that are in use, so that a process stays as large as its largest burst made it:
five minutes of more than a broker could take left 150 MB of which 40 were in use. Objects smaller
than that are Python's own business. Other C libraries have no such call, and do without.

glibc lets threads allocate from heaps of their own as well, and of those keeps the free end, some
megabytes each. So that they do not come and go with what threads happen to do, there is one heap.

Large blocks glibc maps one by one and unmaps when they are freed, until it has seen one freed: from
then on blocks of that size come from the heap, and leave holes there. The buffers of a log that is
compacted would stay with the process until the next look, so what is large is large for good.
"""

_TRIM_THRESHOLD = -1
_MMAP_THRESHOLD = -3
_ARENA_MAX = -8
"""`M_TRIM_THRESHOLD`, `M_MMAP_THRESHOLD` and `M_ARENA_MAX` of glibc's malloc.h."""

LARGE_BLOCK_BYTES = 128 * 1024
"""What is mapped by itself, and how long a free end of the heap may become: where glibc begins."""

_OPTIONS = {
    _ARENA_MAX: 1,
    _MMAP_THRESHOLD: LARGE_BLOCK_BYTES,
    _TRIM_THRESHOLD: LARGE_BLOCK_BYTES,
}


def keep_heap_small() -> bool:
    """Let all threads allocate from one heap, and large blocks never; whether the C library can.

    For a process's first lines: a thread that has a heap keeps it. Threads that allocate at the
    same time wait for each other, which beside Python's own lock is nothing.
    """
    import ctypes

    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is None:
        return False
    return all(set_option(option, value) == 1 for option, value in _OPTIONS.items())


def give_back() -> bool:
    """Give whole free pages back; whether the C library can.

    Any thread. Others can go on, but wait for it when they allocate: some milliseconds after a
    burst of 100 MB, a quarter of one when there is nothing to give.
    """
    import ctypes  # which a broker that has just started can do without

    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is None:
        return False
    trim(ctypes.c_size_t(0))
    return True
