"""Bytes made wrong by chance, fast: a tenth of a decoder's work must not be spent on making them.

A mutant has up to three things wrong: bytes overwritten or put in by ones that lie about lengths,
counts and varints, or are no UTF-8; bits flipped; pieces cut out, said twice, cut off, or taken
from somewhere else.
"""

from random import Random

PATCHES = (
    b"\0",
    b"\x01",
    b"\x7f",
    b"\x80",
    b"\xff",
    b"\xff\xff",
    b"\x7f\xff",
    b"\x80\x00",
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"\x80\0\0\0",
    b"\0\0\0\0",
    b"\xff\xff\xff\xff\x0f",
    b"\xff\xff\xff\xff\x07",
    b"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01",
    b"\xff" * 11,
    b"\x80\x00\x00\x00\x00\x00\x00\x00",
    b"\x7f\xff\xff\xff\xff\xff\xff\xff",
    b"\xc3\x28",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
)
"""Lengths, counts and varints that lie, of each width; text that is none."""

REPEATED_BYTES_MAX = 24


def mutated(data: bytes, other: bytes, random: Random) -> bytes:
    """The bytes with up to three things wrong; pieces come from `other`."""
    chance = random.random
    made = bytearray(data)
    more = chance()
    for _ in range(1 + (more < 0.4) + (more < 0.1)):
        size = len(made)
        at = int(chance() * (size + 1))
        way = int(chance() * 11)
        if way < 4:
            patch = PATCHES[int(chance() * len(PATCHES))]
            made[at : at + len(patch)] = patch
        elif way == 4:
            made[at:at] = PATCHES[int(chance() * len(PATCHES))]
        elif way < 7:
            if at < size:
                made[at] ^= 1 << int(chance() * 8)
        elif way == 7:
            del made[at:]
        elif way == 8:
            made[at:] = other[int(chance() * (len(other) + 1)) :]
        elif way == 9:
            del made[at : at + 1 + int(chance() * 8)]
        else:
            piece = made[at : at + 1 + int(chance() * 8)]
            made[at:at] = piece * (1 + int(chance() * REPEATED_BYTES_MAX) // max(1, len(piece)))
    return bytes(made)
