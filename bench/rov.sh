#!/bin/sh
# rov.sh - how much faster `comity rov -` is than librtr's
# pfx_table_validate() over the same VRPs and routes.
#
#   [COMITY_TEST_DATA=DIR] [COMITY=PROGRAM] [RUNS=7] bench/rov.sh
#
# Ours is the whole program: start, reading and parsing lines, verdicts,
# writing lines.  Theirs is the look-ups alone, texts parsed before the clock
# starts.  The two alternate, the least of RUNS counts; both must give the same
# number of each verdict.  `made` is 500,000 VRPs and 1,000,000 routes from a
# fixed seed, `real` a dump of rpki-client and the routes of RIS whois dumps.
# Goal: 20 times in random order.  A single look-up, start included: 20 ms.
. "$(dirname "$0")/lib.sh"
runs=${RUNS:-7}
${CC:-cc} -O2 -o "$T/librtr" bench/rov_librtr.c -lrtr 2>"$T/log" ||
    skip 'no librtr to compile with (librtr-dev)'

# compare NAME ORDER: a row of figures.
compare() {
	routes=$T/$1/$2
	"$comity" rov --world "$T/$1/w" - <"$routes" | awk '{ n[$3]++ } END {
		print n["valid"] + 0, n["invalid"] + 0, n["not-found"] + 0 }' \
	    >"$T/counts"
	i=0
	: >"$T/ours"
	: >"$T/theirs"
	while [ $i -lt "$runs" ]; do
		python3 bench/measure.py -n 1 -i "$routes" "$comity" rov \
		    --world "$T/$1/w" - >>"$T/ours" || exit 2
		"$T/librtr" "$T/$1/vrps.txt" "$routes" >>"$T/theirs" || exit 2
		i=$((i + 1))
	done
	if [ "$(head -n 1 "$T/theirs" | cut -d' ' -f3-)" != "$(cat "$T/counts")" ]
	then
		echo "$1 $2: verdicts differ, no figures" >&2
		exit 1
	fi
	awk -v n="$1, $2" '
		function least(x, y) { return x == "" || y < x ? y : x }
		FILENAME ~ /ours/ { w = least(w, $1); c = least(c, $2); a = least(a, $4) }
		FILENAME ~ /theirs/ { t = least(t, $1); r = $2 }
		END { printf "%-14s %8d %7.3f %7.3f %6.0f %9.3f %8.0f %7.1f %6.1f\n",
		    n, r, w, c, c / r * 1e9, t, t / r * 1e9, t / w, t / c }' \
		"$T/ours" "$T/theirs"
}

printf '%-14s %8s %22s %18s %14s\n' '' '' '------ comity ------' \
    '----- librtr -----' '--- ratio ---'
printf '%-14s %8s %7s %7s %6s %9s %8s %7s %6s\n' routes lines clock CPU 'ns' \
    CPU 'ns' clock CPU
for kind in made real; do
	mkdir "$T/$kind"
	if [ $kind = real ] && [ ! -d "$data/origins" ]; then
		echo "real: skipped, no $data/origins"
		continue
	fi
	python3 bench/rov_data.py $kind "$T/$kind" "$data" || exit 2
	"$comity" world build --out "$T/$kind/w" "$T/$kind/vrps.json" \
	    >"$T/log" 2>&1 || { tail -n 3 "$T/log"; exit 2; }
	compare $kind random
	compare $kind sorted
	python3 bench/measure.py -n 20 "$comity" rov --world "$T/$kind/w" \
	    AS64500 192.0.2.0/24 | awk -v n=$kind '{
		printf "%s, one look-up with start: %.1f ms (median of 20)\n", n, $1 * 1000 }'
done
