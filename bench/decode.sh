#!/bin/sh
# decode.sh - decoding archives: `comity dump` beside bgpdump, and beside
# libparsebgp (parsebgp), bgpkit-parser, bgpscanner and igzip where they are on
# PATH.
#
#   COMITY_TEST_DATA=DIR [COMITY=PROGRAM] [RUNS=3] [COPIES=8] bench/decode.sh
#
# Each input is a real archive, decompressed, COPIES times one behind the other:
# once the same bytes again (same), once with times, prefixes and paths changed
# in every copy (fresh), so that no record stands twice; and a table made to
# today's shape with 20 peers (bench/mrt-table).  The lower ratio counts.  One
# processor, output thrown away, the least of RUNS; parts:
#
#   text     -m against bgpdump -m, whose lines are compared first
#   decode   --count, which reads every attribute, against others' decoding
#   gzip     -m of a .gz with two processors against igzip -dc alone
#   growth   1, 4 and 16 times the same: time and memory
. "$(dirname "$0")/lib.sh"
runs=${RUNS:-3}
copies=${COPIES:-8}
need_data mrt
need_program bgpdump
need_program taskset

# figures CPUS COMMAND...: "clock CPU MiB".
figures() {
	on=$1
	shift
	taskset -c "$on" python3 bench/measure.py -n "$runs" --min "$@"
}

row() { # NAME OURS THEIRS [WHAT]
	# shellcheck disable=SC2086
	set -- "$1" $2 $3
	awk -v n="$1" -v bytes="$(wc -c <"$T/in")" -v w="$2" -v c="$3" -v r="$4" \
	    -v tw="$6" -v tc="$7" -v tr="$8" 'BEGIN {
		printf "%-34s %7.1f %7.3f %7.3f %6.1f %8.3f %8.3f %6.1f %6.1f %6.1f\n",
		    n, bytes / 1e6, w, c, r, tw, tc, tr, tw / w, tc / c }'
}

head_of() {
	printf '\n%-34s %7s %22s %24s %13s\n' "$1" '' '------ comity ------' \
	    "------ $2 ------" '-- ratio --'
	printf '%-34s %7s %7s %7s %6s %8s %8s %6s %6s %6s\n' input MB clock \
	    CPU MiB clock CPU MiB clock CPU
}

# input NAME: $T/in, by what inputs() lists.
input() {
	case $1 in
	'made, 20 peers')
		[ -f "$T/made" ] || bench/mrt-table 40000 "$T/made" || exit 2
		ln -sf "$T/made" "$T/in"
		return
		;;
	esac
	f=${1% *}
	case $f in
	*.bz2) bzip2 -dc "$data/mrt/$f" ;;
	*.gz) gzip -dc "$data/mrt/$f" ;;
	esac >"$T/plain" 2>/dev/null # some archives are cut short
	rm -f "$T/in"
	bench/mrt-copies "$copies" "${1##* }" "$T/plain" "$T/in" || exit 2
}

inputs() {
	for f in rib.20140523.0600_firstMB.bz2 rib6.20151101.0600_firstMB.bz2 \
	    bview.20020722.2337.gz updates.et-header.2015.gz \
	    updates.20260222.1530.bz2; do
		[ -f "$data/mrt/$f" ] || continue
		echo "$f same"
		echo "$f fresh"
	done
	echo 'made, 20 peers'
}

inputs >"$T/list"
head_of 'text (-m)' 'bgpdump'
while read -r name; do
	input "$name"
	"$comity" dump -m "$T/in" >"$T/lines" || exit 2
	bgpdump -m "$T/in" 2>/dev/null | cmp -s - "$T/lines" || {
		echo "$name: the lines differ, no figures" >&2
		exit 1
	}
	ours=$(figures 0 "$comity" dump -m "$T/in") || exit 2
	theirs=$(taskset -c 0 python3 bench/measure.py -n 1 --min bgpdump -m \
	    "$T/in") || exit 2
	row "$name" "$ours" "$theirs"
	if command -v bgpscanner >/dev/null; then
		theirs=$(figures 0 bgpscanner "$T/in") &&
		    row '  bgpscanner' "$ours" "$theirs"
	fi
	if command -v bgpkit-parser >/dev/null; then
		theirs=$(figures 0 bgpkit-parser "$T/in") &&
		    row '  bgpkit-parser' "$ours" "$theirs"
	fi
done <"$T/list"

if command -v parsebgp >/dev/null; then
	head_of 'decode (--count)' 'parsebgp -q'
	# It knows no BGP4MP_ET.
	grep -v -e et-header -e updates.2026 "$T/list" >"$T/known"
	while read -r name; do
		input "$name"
		ours=$(figures 0 "$comity" dump --count "$T/in") || exit 2
		theirs=$(figures 0 parsebgp -q "mrt:$T/in") || exit 2
		row "$name" "$ours" "$theirs"
	done <"$T/known"
else
	printf '\ndecode: skipped, no parsebgp here\n'
fi

if command -v igzip >/dev/null; then
	head_of 'gzip, two processors (-m)' 'igzip -dc'
	while read -r name; do
		input "$name"
		gzip -6 -c "$T/in" >"$T/in.gz" || exit 2
		ours=$(figures 0,1 "$comity" dump -m "$T/in.gz") || exit 2
		theirs=$(figures 0,1 igzip -dc "$T/in.gz") || exit 2
		row "$name" "$ours" "$theirs"
	done <"$T/list"
else
	printf '\ngzip: skipped, no igzip here\n'
fi

printf '\n%-34s %7s %7s %7s %6s\n' 'growth (-m)' MB clock CPU MiB
for copies in 1 4 16; do
	input 'updates.20260222.1530.bz2 fresh'
	# shellcheck disable=SC2046,SC2183
	printf '%-34s %7.1f %7.3f %7.3f %6.1f\n' "$copies times" \
	    $(awk -v b="$(wc -c <"$T/in")" 'BEGIN { print b / 1e6 }') \
	    $(figures 0 "$comity" dump -m "$T/in" | cut -d' ' -f1-3)
done
