#!/bin/sh
# filter.sh - how fast filters refuse records of archives, unread.
#
#   COMITY_TEST_DATA=DIR [BUILD=build] [RUNS=7] bench/filter.sh
#
# For updates and for tables, each option with a value that (almost) nothing
# has: MB a second of the decompressed file, ns a record; the first row of each
# file is cutting it into records, which comes on top.  BUILD is a release
# build.  The file is decompressed and cut before the clock starts.
. "$(dirname "$0")/lib.sh"
runs=${RUNS:-7}
build=${BUILD:-build}
need_data mrt
[ -f "$build/src/filter/libfilter.a" ] || skip "no $build: BUILD=..."
libs=
for l in filter mrt bgp net base; do
	libs="$libs $build/src/$l/lib$l.a"
done
# shellcheck disable=SC2086
${CC:-cc} -O2 -std=gnu17 -D_GNU_SOURCE -Isrc -o "$T/speed" \
    bench/filter_speed.c $libs -lxxhash -lpthread || exit 2

# row NAME [OPTION VALUE]...
row() {
	name=$1
	shift
	printf '  %-28s' "$name"
	"$T/speed" "$T/plain" "$runs" "$@" || exit 2
}

for f in updates.20260222.1530.bz2 updates.et-header.2015.gz \
    rib.20140523.0600_firstMB.bz2 bview.20020722.2337.gz; do
	[ -f "$data/mrt/$f" ] || continue
	case $f in
	*.bz2) bzip2 -dc "$data/mrt/$f" ;;
	*.gz) gzip -dc "$data/mrt/$f" ;;
	esac >"$T/plain" 2>/dev/null # some archives are cut short
	echo "$f"
	row 'cutting into records'
	row time until 1990-01-01
	row type type open
	row peer peer 192.0.2.1
	row 'one prefix' prefix '192.0.2.0/24 exact'
	row 'eight prefixes' prefix '192.0.2.0/24,198.51.100.0/24,203.0.113.0/24,2001:db8::/32,100.64.0.0/10,198.18.0.0/15,240.0.0.0/4,169.254.0.0/16'
	row origin origin 64496
	row 'path, of an AS' path _64496_
	row 'path, of a neighbour' path ^64496_
	row 'path, two AS in any order' path '_64496_.*_64497_|_64497_.*_64496_'
	row community community 64496:1
done
