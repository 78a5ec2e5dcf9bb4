#!/bin/sh
# observe.sh - `comity observe` against bgpdump, which only prints.
#
#   COMITY_TEST_DATA=DIR [COMITY=PROGRAM] [RUNS=5] bench/observe.sh
#
# The world is built from all reference data of $COMITY_TEST_DATA that goes
# together; each run begins with no store, so that opening the world, reading,
# judging, and writing store and state are all counted.  `again` is a repeated
# run over inputs that the store knows.  The least of RUNS wall times counts;
# runs of the two alternate.  Goal: 1.5 times as fast, 3 wanted; at most
# 300 MiB of anonymous memory (peak, sampled every 2 ms).
#
# `rewritten` is the same input with every prefix and path made different, so
# that nothing repeats: caches must not make the figure.
. "$(dirname "$0")/lib.sh"
runs=${RUNS:-5}
need_data mrt
need_program bgpdump

echo "world of rpki irr topology registry bogons peeringdb manrs origins:"
# shellcheck disable=SC2086,SC2046
"$comity" world build --out "$T/w.world" $(for d in rpki irr topology registry \
    bogons peeringdb manrs origins; do echo "$data/$d"; done) \
    >"$T/log" 2>&1 || [ $? -eq 1 ] || { tail -3 "$T/log"; exit 2; }
python3 bench/rewrite.py "$data/mrt/updates.et-header.2015.gz" \
    "$T/rewritten.mrt" || exit 2
python3 - "$comity" "$T" "$data/mrt" "$runs" <<'END'
import os, shutil, subprocess, sys, threading, time
comity, t, mrt, runs = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
null = subprocess.DEVNULL

def anon(pid, peak, stop):
    while not stop.is_set():
        try:
            with open('/proc/%d/status' % pid) as f:
                for line in f:
                    if line.startswith('RssAnon:'):
                        peak[0] = max(peak[0], int(line.split()[1]))
        except OSError:
            return
        stop.wait(0.002)

def run(command):
    peak, stop = [0], threading.Event()
    began = time.monotonic()
    p = subprocess.Popen(command, stdout=null, stderr=null)
    sampler = threading.Thread(target=anon, args=(p.pid, peak, stop))
    sampler.start()
    _, status, usage = os.wait4(p.pid, 0)
    wall = time.monotonic() - began
    stop.set()
    sampler.join()
    p.returncode = os.waitstatus_to_exitcode(status)
    if p.returncode not in (0, 1):
        sys.exit('%s: status %d' % (' '.join(command), p.returncode))
    return (wall, usage.ru_utime + usage.ru_stime, peak[0] / 1024,
            usage.ru_maxrss / 1024)

def clean():
    for name in os.listdir(t):
        if name.startswith('b.db'):
            path = os.path.join(t, name)
            shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)

print('%-28s %8s %8s %8s %8s %8s' % ('', 'wall s', 'CPU s', 'anon MiB',
                                     'RSS MiB', 'ratio'))
worst = None
for name, files in (('updates.et-header.2015.gz', None),
                    ('rewritten', [t + '/rewritten.mrt']),
                    ('arch0 arch1', [mrt + '/arch0', mrt + '/arch1'])):
    files = files or [os.path.join(mrt, name)]
    observe = [comity, 'observe', '--world', t + '/w.world', '--store',
               t + '/b.db'] + files
    script = ' && '.join('bgpdump -m "%s"' % f for f in files)
    ours, theirs, again = [], [], []
    for _ in range(runs):
        clean()
        ours.append(run(observe))
        again.append(run(observe))
        theirs.append(run(['sh', '-c', script]))
    o, a, b = min(ours), min(again), min(theirs)
    ratio = b[0] / o[0]
    memory = max(row[2] for row in ours)
    worst = ratio if worst is None else min(worst, ratio)
    print('%-28s %8.3f %8.3f %8.0f %8.0f %7.2fx' % (name, o[0], o[1], memory,
                                                    o[3], ratio))
    print('%-28s %8.3f %8.3f %8.0f %8.0f' % ('  again', *a))
    print('%-28s %8.3f %8.3f %8.0f %8.0f' % ('  bgpdump -m', *b))
print('lowest ratio %.2f (goal 1.5, wanted 3)' % worst)
END
