#!/usr/bin/env python3
"""cutmrt.py N OUT FILE... - cut MRT updates into up to N parts that follow each
other in time and hold about as many records each: OUT/PART/COLLECTOR/NAME.  No
second is cut; the collector is the rrcNN or route-views* part of the path."""
import bisect, os, re, struct, sys

parts, out = int(sys.argv[1]), sys.argv[2]
files, times = [], []
for path in sys.argv[3:]:
    collector = re.findall(r'/(rrc\d\d|route-views[^/]*)/', path)[-1]
    data, at, records = open(path, 'rb').read(), 0, []
    while at < len(data):
        time, _, _, length = struct.unpack_from('>IHHI', data, at)
        records.append((time, data[at:at + 12 + length]))
        at += 12 + length
    files.append((collector, os.path.basename(path), records))
    times += [time for time, _ in records]
times.sort()
ends = sorted({times[len(times) * i // parts] for i in range(1, parts)})
for collector, name, records in files:
    cut = {}
    for time, record in records:
        cut.setdefault(bisect.bisect_right(ends, time), []).append(record)
    for part, rows in cut.items():
        folder = os.path.join(out, '%04d' % part, collector)
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, name), 'wb') as f:
            f.write(b''.join(rows))
