#!/bin/sh
# slice.sh - `comity dump --mrt`: archives cut by a filter and written again, in
# every compression; what does not succeed leaves no file and keeps an old one.
. "${ROOT:?}/test/system/lib.sh"

corpus=$ROOT/test/corpus/mrt
run 0 'a day is simulated' "$COMITY" simulate --quiet \
    --scenario "$ROOT/test/golden/dump/day.scenario" --out "$T/day"
set -- "$T"/day/routes/rrc00/*/updates*
updates=$1
set -- "$T"/day/routes/rrc00/*/bview*
table=$1 second=$2
mkdir "$T/to"

# --- whole archives -----------------------------------------------------------

for f in "$updates" "$table" "$corpus/bgp4mp-subtypes" "$corpus/old-type" \
    "$corpus/table-dump-mrtd"; do
	run 0 "${f##*/}: written" "$COMITY" dump --mrt -o "$T/to/whole" "$f"
	cmp "$f" "$T/to/whole" >"$T/diff" 2>&1
	ok $? "${f##*/}: comes out as it was"
done
for z in gz:gzip bz2:bzip2 xz:xz zst:zstd; do
	run 0 "${z%:*}: written" "$COMITY" dump --mrt -o "$T/to/a.${z%:*}" \
	    "$updates"
	if ! command -v "${z#*:}" >/dev/null; then
		skip "${z%:*}: others read it" "no ${z#*:} here"
		continue
	fi
	"${z#*:}" -dc "$T/to/a.${z%:*}" | cmp - "$updates" >"$T/diff" 2>&1
	ok $? "${z%:*}: others read it"
done
cat "$updates" "$updates" >"$T/want"
"$COMITY" dump --mrt -o - "$updates" "$updates" >"$T/out" 2>"$T/err"
ok $? 'two files to standard output'
cmp "$T/want" "$T/out" >"$T/diff" 2>&1
ok $? 'two files to standard output: one behind the other'

# --- slices -------------------------------------------------------------------

# slice NAME FILE FILTER...: prints what FILE prints, and again is the same.
slice() {
	name=$1 file=$2
	shift 2
	run 0 "$name: written" "$COMITY" dump --mrt -o "$T/to/s.gz" "$@" "$file"
	"$COMITY" dump -m -lu "$@" "$file" >"$T/want" 2>/dev/null
	"$COMITY" dump -m -lu "$T/to/s.gz" >"$T/out" 2>/dev/null
	same "$T/want" "$T/out" "$name: prints the same"
	[ -s "$T/want" ]
	ok $? "$name: and something"
	"$COMITY" dump --mrt -o "$T/to/t.gz" "$@" "$T/to/s.gz"
	cmp "$T/to/s.gz" "$T/to/t.gz" >"$T/diff" 2>&1
	ok $? "$name: the slice of the slice"
}
"$COMITY" dump -m "$table" >"$T/lines"
peer=$(sed -n '7s/|/ /gp' "$T/lines" | cut -d' ' -f5)
prefix=$(sed -n '7s/|/ /gp' "$T/lines" | cut -d' ' -f6)
slice 'a peer of a table' "$table" --peer "$peer"
slice 'a prefix of a table' "$table" --prefix "$prefix"
slice 'a prefix of updates' "$updates" --prefix \
    "$("$COMITY" dump -m "$updates" | sed -n 's/|/ /g;9p' | cut -d' ' -f6)"
slice 'withdrawals' "$corpus/bgp4mp-families" --type withdrawal
slice 'IPv6' "$corpus/bgp4mp-families" --family 6
cat "$table" "$second" >"$T/joined"
slice 'of two tables' "$T/joined" --prefix "$prefix"
[ "$("$COMITY" dump --count "$T/to/s.gz" | grep -c PEER_INDEX)" = 1 ] &&
    "$COMITY" dump --count "$T/to/s.gz" | grep -q '^ *2 .*PEER_INDEX'
ok $? 'of two tables: both lists of peers'
if command -v bgpdump >/dev/null; then
	bgpdump -m "$T/to/s.gz" >"$T/theirs" 2>/dev/null
	"$COMITY" dump -m "$T/to/s.gz" >"$T/ours"
	same "$T/theirs" "$T/ours" 'bgpdump reads the slice'
else
	skip 'bgpdump reads the slice' 'no bgpdump here'
fi

# --- BMP ----------------------------------------------------------------------

run 0 'BMP: written' "$COMITY" dump --mrt -o "$T/to/bmp" \
    "$ROOT/test/corpus/bmp/session"
"$COMITY" dump -m "$ROOT/test/corpus/bmp/session" >"$T/want"
"$COMITY" dump -m "$T/to/bmp" >"$T/out"
same "$T/want" "$T/out" 'BMP: the archive prints the same'

# --- what is wrong ------------------------------------------------------------

run 1 'what is refused' "$COMITY" dump --mrt -o "$T/to/part" \
    "$corpus/other-types"
err_has '1 refused' 'what is refused is told'
run 0 'and is not in the archive' "$COMITY" dump "$T/to/part"
rm -r "$T/to"
mkdir "$T/to"

run 2 '--mrt without -o' "$COMITY" dump --mrt "$updates"
run 2 '-o without --mrt' "$COMITY" dump -o "$T/to/x" "$updates"
run 2 '-o at the end' "$COMITY" dump --mrt "$updates" -o
run 2 '--mrt and --json' "$COMITY" dump --mrt -o "$T/to/x" --json "$updates"
run 2 '--mrt and --count' "$COMITY" dump --mrt -o "$T/to/x" --count "$updates"
run 2 'a folder that is not there' "$COMITY" dump --mrt -o "$T/none/x" \
    "$updates"
err_has "$T/none/x" 'a folder that is not there is named'
run 2 'no input' "$COMITY" dump --mrt -o "$T/to/x" "$T/none"
[ -z "$(ls "$T/to")" ]
ok $? 'none of these leaves a file'

echo old >"$T/to/x"
cp "$T/to/x" "$T/want"
i=0
while [ $i -lt 400 ]; do
	cat "$table"
	i=$((i + 1))
done >"$T/long"
# shellcheck disable=SC3045
if (ulimit -f 1) >/dev/null 2>&1; then
	(
		trap '' XFSZ
		ulimit -f 1
		"$COMITY" dump --mrt -o "$T/to/x" "$T/long" 2>"$T/to/err"
	)
	[ $? -eq 2 ]
	ok $? 'a full disk'
	same "$T/want" "$T/to/x" 'a full disk: the old file stays'
	rm -f "$T/to/err"
else
	skip 'a full disk' 'no such limit here'
fi
# Killed while it waits for the rest of its input.
mkfifo "$T/fifo"
"$COMITY" dump --mrt -o "$T/to/x" "$T/fifo" &
pid=$!
{
	cat "$T/long"
	kill -9 $pid
} >"$T/fifo"
wait $pid 2>/dev/null
same "$T/want" "$T/to/x" 'a kill: the old file stays'
case $(stat -f -c %T "$T" 2>/dev/null) in
ext2/ext3 | xfs | btrfs | tmpfs)
	[ "$(ls "$T/to")" = x ]
	ok $? 'a kill leaves nothing else'
	;;
*) skip 'a kill leaves nothing else' 'a file system that needs a name' ;;
esac
if [ -c /dev/full ]; then
	"$COMITY" dump --mrt -o - "$table" >/dev/full 2>"$T/err"
	[ $? -eq 2 ]
	ok $? 'standard output is full'
	err_has 'standard output: write' 'standard output is full: told'
else
	skip 'standard output is full' 'no /dev/full'
fi
{
	"$COMITY" dump --mrt -o - "$T/long" 2>"$T/err"
	echo $? >"$T/status"
} | head -c 1 >"$T/out"
[ "$(cat "$T/status")" = 2 ] && [ ! -s "$T/err" ]
ok $? 'a reader that leaves: quietly'
done_testing
