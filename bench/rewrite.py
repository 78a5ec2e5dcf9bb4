#!/usr/bin/env python3
"""rewrite.py IN OUT - MRT updates in which nothing repeats: every IPv4 prefix
of an announcement becomes another one of the same length, and every path ends
in another origin.  Sizes and counts stay."""
import bz2, gzip, struct, sys

opener = gzip.open if sys.argv[1].endswith('.gz') else \
    bz2.open if sys.argv[1].endswith('.bz2') else open
data = bytearray(opener(sys.argv[1], 'rb').read())
seen = set()
serial = 0


def another(length, old):
    """A prefix of this length that was not used yet, if there is one."""
    global serial
    for _ in range(64):
        serial += 1
        x = (serial * 2654435761) & 0xffffffff
        first = x >> 24
        if first == 0 or first == 10 or first == 127 or first >= 224:
            continue
        bits = x & ~((1 << (32 - length)) - 1) if length else 0
        if (bits, length) not in seen:
            seen.add((bits, length))
            return bits
    return old


def rewrite_nlri(at, end):
    while at < end:
        length = data[at]
        n = (length + 7) // 8
        if length > 32 or at + 1 + n > end:
            return
        old = int.from_bytes(data[at + 1:at + 1 + n].ljust(4, b'\0'), 'big')
        new = another(length, old).to_bytes(4, 'big')
        data[at + 1:at + 1 + n] = new[:n]
        at += 1 + n


def rewrite_path(at, end, as4):
    size = 4 if as4 else 2
    last = None
    while at + 2 <= end:
        count = data[at + 1]
        if data[at] == 2 and count:
            last = at + 2 + (count - 1) * size
        at += 2 + count * size
    if last is not None and last + size <= end:
        asn = 1000 + serial % 60000
        data[last:last + size] = asn.to_bytes(size, 'big')


def rewrite_update(at, end, as4):
    at += 19
    withdrawn = struct.unpack_from('>H', data, at)[0]
    at += 2 + withdrawn
    attrs = struct.unpack_from('>H', data, at)[0]
    at += 2
    stop = at + attrs
    while at + 3 <= stop:
        flags, code = data[at], data[at + 1]
        if flags & 16:
            length = struct.unpack_from('>H', data, at + 2)[0]
            at += 4
        else:
            length = data[at + 2]
            at += 3
        if code == 2:
            rewrite_path(at, at + length, as4)
        at += length
    rewrite_nlri(stop, end)


at = 0
while at + 12 <= len(data):
    _, kind, sub, length = struct.unpack_from('>IHHI', data, at)
    body, end = at + 12, at + 12 + length
    at = end
    if kind not in (16, 17) or sub not in (1, 4) or end > len(data):
        continue
    body += 4 if kind == 17 else 0
    as4 = sub == 4
    body += 8 if as4 else 4
    family = struct.unpack_from('>H', data, body + 2)[0]
    body += 4 + (8 if family == 1 else 32)
    if data[body + 18] == 2:
        rewrite_update(body, end, as4)
open(sys.argv[2], 'wb').write(data)
