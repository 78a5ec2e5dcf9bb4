#!/usr/bin/env python3
"""measure.py [-n RUNS] [--min] [-i INPUT] COMMAND...: runs a command, output
thrown away, and prints the medians (or the least) of wall seconds, CPU seconds, peak RSS in MiB, and
peak anonymous memory in MiB (sampled, so short runs print 0)."""
import os
import statistics
import sys
import threading
import time


def sample(pid, peak, stop):
    while not stop.is_set():
        try:
            with open(f"/proc/{pid}/status") as f:
                for line in f:
                    if line.startswith("RssAnon:"):
                        peak[0] = max(peak[0], int(line.split()[1]))
        except OSError:
            return
        stop.wait(0.002)


def run(command, path):
    peak, stop = [0], threading.Event()
    began = time.monotonic()
    pid = os.fork()
    if pid == 0:
        null = os.open("/dev/null", os.O_WRONLY)
        os.dup2(os.open(path, os.O_RDONLY), 0)
        os.dup2(null, 1)
        os.dup2(null, 2)
        os.execvp(command[0], command)
    sampler = threading.Thread(target=sample, args=(pid, peak, stop))
    sampler.start()
    _, status, usage = os.wait4(pid, 0)
    wall = time.monotonic() - began
    stop.set()
    sampler.join()
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        sys.exit(f"measure: {' '.join(command)}: status {status}")
    return (wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024,
            peak[0] / 1024)


def main():
    args, runs, path, pick = sys.argv[1:], 3, "/dev/null", statistics.median
    while args and args[0] in ("-n", "-i", "--min"):
        if args[0] == "--min":
            pick, args = min, args[1:]
            continue
        if args[0] == "-n":
            runs = int(args[1])
        else:
            path = args[1]
        args = args[2:]
    rows = [run(args, path) for _ in range(runs)]
    print(*(f"{pick(row[i] for row in rows):.4f}" for i in range(4)))


main()
