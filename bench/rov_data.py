#!/usr/bin/env python3
"""rov_data.py made|real DIR [DATA]: VRPs and routes for bench/rov.sh.

DIR/vrps.json  for `comity world build`
DIR/vrps.txt   "prefix max_len asn" for librtr
DIR/random     "prefix asn", in random order
DIR/sorted     the same in prefix order
made: 380,000 IPv4 and 120,000 IPv6 VRPs, half of them inside others, and
1,000,000 routes.  real: the VRPs of the rpki-client dump and the routes of the
RIS whois dumps in DATA, without AS_SETs."""
import bz2
import gzip
import ipaddress
import json
import random
import sys

rng = random.Random(20261125)


def text(version, value, length):
    bits = 32 if version == 4 else 128
    address = value >> (bits - length) << (bits - length)
    kind = ipaddress.IPv4Address if version == 4 else ipaddress.IPv6Address
    return f"{kind(address)}/{length}"


def made_vrp(version, parents):
    bits = 32 if version == 4 else 128
    if parents and rng.random() < 0.5:
        value, length = rng.choice(parents)[:2]
        longest = 24 if version == 4 else 48
        length = min(longest, length + rng.randint(0, 6))
        value |= rng.getrandbits(bits) >> length
        value = value >> (bits - length) << (bits - length)
    elif version == 4:
        length = rng.choice((16, 18, 19, 20, 21, 22, 22, 23, 24, 24, 24, 24))
        value = rng.randint(1 << 24, 223 << 24)
    else:
        length = rng.choice((29, 32, 32, 32, 40, 44, 48, 48, 48))
        value = (0x2000 << 112) + (rng.getrandbits(125) >> 3)
    value = value >> (bits - length) << (bits - length)
    longest = 24 if version == 4 else 48
    most = max(length, rng.choice((length, length, longest)))
    return value, length, most, rng.randint(1, 400000)


def made():
    vrps, routes = [], []
    for version, n in ((4, 380000), (6, 120000)):
        rows = []
        for _ in range(n):
            rows.append(made_vrp(version, rows))
        vrps += [(version, *r) for r in rows]
    while len(routes) < 1000000:
        version, value, length, most, asn = rng.choice(vrps)
        bits = 32 if version == 4 else 128
        kind = rng.random()
        if kind < 0.17:  # elsewhere: mostly not found
            value = rng.getrandbits(bits)
            length = 24 if version == 4 else 48
        elif kind < 0.5:
            asn = rng.randint(1, 400000)
        elif kind < 0.6:
            length = min(bits, most + 1)
        routes.append((version, value >> (bits - length) << (bits - length),
                       length, asn))
    return ([(text(v, a, n), m, asn) for v, a, n, m, asn in vrps],
            [(v, a, n, text(v, a, n), asn) for v, a, n, asn in routes])


def real(data):
    with bz2.open(f"{data}/rpki/rpkiclient_summary_20250720T093135Z.json.bz2") as f:
        roas = json.load(f)["roas"]
    vrps = [(r["prefix"], r["maxLength"], r["asn"]) for r in roas]
    routes = []
    for name in ("riswhoisdump.IPv4.gz", "riswhoisdump-2024.IPv6.gz"):
        with gzip.open(f"{data}/origins/{name}", "rt") as f:
            for line in f:
                words = line.split("\t")
                if len(words) == 3 and words[0].isdigit():
                    net = ipaddress.ip_network(words[1], strict=False)
                    routes.append((net.version, int(net.network_address),
                                   net.prefixlen, str(net), int(words[0])))
    return vrps, routes


def main():
    kind, folder = sys.argv[1:3]
    vrps, routes = made() if kind == "made" else real(sys.argv[3])
    with open(f"{folder}/vrps.json", "w") as f:
        json.dump({"metadata": {"buildtime": "2026-01-01T00:00:00Z"},
                   "roas": [{"prefix": p, "maxLength": m, "asn": a, "ta": "x"}
                            for p, m, a in vrps]}, f)
    with open(f"{folder}/vrps.txt", "w") as f:
        f.writelines(f"{p} {m} {a}\n" for p, m, a in vrps)
    routes.sort()
    with open(f"{folder}/sorted", "w") as f:
        f.writelines(f"{r[3]} {r[4]}\n" for r in routes)
    rng.shuffle(routes)
    with open(f"{folder}/random", "w") as f:
        f.writelines(f"{r[3]} {r[4]}\n" for r in routes)


main()
