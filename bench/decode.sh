#!/bin/sh
# decode.sh - how much faster `comity dump -m` prints archives than Debian's
# `bgpdump -m`: clock, CPU and memory of both, and the ratios.
#
#   COMITY_TEST_DATA=DIR [COMITY=PROGRAM] [RUNS=3] [COPIES=8] bench/decode.sh
#
# Each input is a real archive, decompressed, COPIES times one behind the other:
# once the same bytes again (same), once with times, prefixes and paths changed
# in every copy (fresh), so that no record stands twice.  The lower ratio
# counts.  The last rows are archives as they lie, compressed.
. "$(dirname "$0")/lib.sh"
runs=${RUNS:-3}
copies=${COPIES:-8}
need_data mrt
need_program bgpdump

# compare NAME FILE: a row of figures.
compare() {
	if ! bgpdump -m "$2" 2>/dev/null | cmp -s - "$T/lines"; then
		echo "$1: the lines differ, no figures" >&2
		exit 1
	fi
	ours=$(python3 bench/measure.py -n "$runs" --min "$comity" dump -m "$2") ||
	    exit 2
	theirs=$(python3 bench/measure.py -n 1 --min bgpdump -m "$2") || exit 2
	# shellcheck disable=SC2086
	set -- "$1" "$(wc -l <"$T/lines")" $ours $theirs
	awk -v n="$1" -v lines="$2" -v w="$3" -v c="$4" -v r="$5" -v tw="$7" \
	    -v tc="$8" -v tr="$9" 'BEGIN {
		printf "%-28s %9d %7.3f %7.3f %6.1f %8.3f %8.3f %6.1f %6.1f %6.1f\n",
		    n, lines, w, c, r, tw, tc, tr, tw / w, tc / c }'
}

printf '%-28s %9s %23s %24s %13s\n' '' '' '------- comity -------' \
    '------- bgpdump ------' '-- ratio --'
printf '%-28s %9s %7s %7s %6s %8s %8s %6s %6s %6s\n' input lines clock CPU MiB \
    clock CPU MiB clock CPU
for f in rib.20140523.0600_firstMB.bz2 rib6.20151101.0600_firstMB.bz2 \
    bview.20020722.2337.gz updates.et-header.2015.gz \
    updates.20260222.1530.bz2; do
	[ -f "$data/mrt/$f" ] || continue
	case $f in
	*.bz2) bzip2 -dc "$data/mrt/$f" ;;
	*.gz) gzip -dc "$data/mrt/$f" ;;
	esac >"$T/plain" 2>/dev/null # some archives are cut short
	for how in same fresh; do
		bench/mrt-copies "$copies" "$how" "$T/plain" "$T/in" || exit 2
		"$comity" dump -m "$T/in" >"$T/lines" || exit 2
		compare "${f%%_*} $how" "$T/in"
	done
done
for f in bview.20020722.2337.gz updates.20260222.1530.bz2; do
	[ -f "$data/mrt/$f" ] || continue
	"$comity" dump -m "$data/mrt/$f" >"$T/lines" || exit 2
	compare "$f" "$data/mrt/$f"
done
