#!/bin/sh
# unpack.sh - bzip2 archives: `comity dump` from the compressed file to lines,
# beside lbzip2 and bzip2, which only decompress.
#
#   COMITY_TEST_DATA=DIR [COMITY=PROGRAM] [RUNS=3] [COPIES=6] bench/unpack.sh
#
# Each input is a real archive, COPIES times one behind the other with times,
# prefixes and paths changed in every copy, packed by bzip2 -9.  The least of
# RUNS runs in turns counts; MB/s are plain bytes a second of the clock, and the
# last column says how many times faster than lbzip2 with two threads.
. "$(dirname "$0")/lib.sh"
runs=${RUNS:-3}
copies=${COPIES:-6}
need_data mrt
need_program bzip2
need_program lbzip2
need_program taskset
case $(nproc) in
1) cpus='0' ;;
*) cpus='0 0,1' ;;
esac

# measure NAME CPUS COMMAND...: one run more of a row.
measure() {
	name=$1 on=$2
	shift 2
	figures=$(taskset -c "$on" python3 bench/measure.py -n 1 "$@") || exit 2
	echo "$name|$figures" >>"$T/rows"
}

# once FILE: every tool, one after the other.
once() {
	measure 'bzip2 -dc' 0 bzip2 -dc "$1"
	for on in $cpus; do
		n=$(echo "$on" | tr ',' '\n' | wc -l)
		measure "lbzip2 -n$n -dc" "$on" lbzip2 "-n$n" -dc "$1"
		measure "comity dump --count, $n CPU" "$on" \
		    "$comity" dump --count "$1"
		measure "comity dump -m, $n CPU" "$on" "$comity" dump -m "$1"
	done
}

# table BYTES: the least of each row, in the order they came.
table() {
	awk -F'|' -v bytes="$1" '
	{
		split($2, f, " ")
		if (!($1 in clock)) {
			order[++n] = $1
			clock[$1] = f[1]
			cpu[$1] = f[2]
		}
		if (f[1] < clock[$1]) clock[$1] = f[1]
		if (f[2] < cpu[$1]) cpu[$1] = f[2]
		if (f[3] > mib[$1]) mib[$1] = f[3]
	}
	END {
		base = "lbzip2 -n2 -dc"
		if (!(base in clock)) base = "lbzip2 -n1 -dc"
		for (i = 1; i <= n; i++) {
			k = order[i]
			printf "  %-26s %8.3f %8.3f %7.1f %8.1f %6.2f\n", k,
			    clock[k], cpu[k], mib[k], bytes / clock[k] / 1e6,
			    clock[base] / clock[k]
		}
	}' "$T/rows"
}

printf '%-28s %8s %8s %7s %8s %6s\n' input clock CPU MiB MB/s ratio
for f in rib.20140523.0600_firstMB rib6.20151101.0600_firstMB \
    updates.20260222.1530; do
	[ -f "$data/mrt/$f.bz2" ] || continue
	bzip2 -dc "$data/mrt/$f.bz2" >"$T/plain" 2>/dev/null # some are cut
	bench/mrt-copies "$copies" fresh "$T/plain" "$T/in" || exit 2
	bzip2 -9 -c "$T/in" >"$T/in.bz2" || exit 2
	"$comity" dump -m "$T/in" >"$T/lines" || exit 2
	"$comity" dump -m "$T/in.bz2" | cmp -s - "$T/lines" || {
		echo "$f: the lines differ, no figures" >&2
		exit 1
	}
	: >"$T/rows"
	i=0
	while [ $i -lt "$runs" ]; do
		once "$T/in.bz2"
		i=$((i + 1))
	done
	echo "$f, $copies times, $(wc -c <"$T/in") bytes"
	table "$(wc -c <"$T/in")"
done
