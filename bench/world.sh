#!/bin/sh
# world.sh - time and memory of building a world from all real data, and the
# time to open it.
#
#   COMITY_TEST_DATA=DIR [COMITY=PROGRAM] [RUNS=5] bench/world.sh
#
# Goals: 4 s and 600 MiB to build, 10 ms to open, 20 ms for a look-up by
# `comity rov`, start included.  Least and median of RUNS; memory is the
# highest that was met, resident and anonymous (sampled every 2 ms).  Opening
# is told as what a look-up takes beyond `comity --version`: opening the file
# and checking and asking the VRPs.
. "$(dirname "$0")/lib.sh"
runs=${RUNS:-5}
need_data rpki

# Files without a date of their own get one, so that nothing is left out.
set -- --out "$T/w" --date "$data/manrs=2022-10-01" \
    --date "$data/irr/TEST.db=2023-11-28" \
    --date "$data/irr/ripe.db.as-block.gz=2023-11-28" \
    --date "$data/irr/ripe.db.filter-set.gz=2023-11-28" \
    --date "$data/origins/asnames.json.gz=2026-06-01" \
    --date "$data/rpki/routinator_csv.csv.xz=2024-04-16" \
    --date "$data/rpki/rpki_client_csv.csv.xz=2024-04-16"
for d in rpki irr topology registry bogons peeringdb manrs origins; do
	set -- "$@" "$data/$d"
done
"$comity" world build "$@" >"$T/out" 2>"$T/err"
[ -f "$T/w" ] || { tail -n 3 "$T/err"; exit 2; }
grep -c '^  .*/' "$T/out" | sed 's/$/ inputs taken/'
grep -c '^comity world: refused' "$T/err" | sed 's/$/ refused/'
wc -c <"$T/w" | awk '{ printf "%.0f MiB of world\n", $1 / 1048576 }'
for threads in 1 0; do
	i=0
	: >"$T/rows"
	while [ $i -lt "$runs" ]; do
		python3 bench/measure.py -n 1 "$comity" world build \
		    --threads $threads "$@" >>"$T/rows" || exit 2
		i=$((i + 1))
	done
	sort -n "$T/rows" | awk -v t=$threads '
		{ w[NR] = $1; c[NR] = $2
		  r = $3 > r ? $3 : r; a = $4 > a ? $4 : a }
		END { printf "build, %s: %.2f s (median %.2f), CPU %.2f s, " \
		    "%.0f MiB resident, %.0f anonymous\n", t == 1 ? "1 thread" : \
		    "a thread a processor", w[1], w[int((NR + 1) / 2)], c[1], r, a }'
done
one=$(python3 bench/measure.py -n 20 "$comity" rov --world "$T/w" AS13335 \
    1.1.1.0/24 | cut -d' ' -f1)
none=$(python3 bench/measure.py -n 20 "$comity" --version | cut -d' ' -f1)
echo "$one $none" | awk '{
	printf "look-up by rov: %.1f ms with start, %.1f ms beyond --version " \
	    "(medians of 20)\n", $1 * 1000, ($1 - $2) * 1000 }'
