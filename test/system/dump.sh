#!/bin/sh
# dump.sh - `comity dump` on files made here (test/make-corpus and a scenario),
# and line by line against RIPE's bgpdump and its expected output on real ones.
. "${ROOT:?}/test/system/lib.sh"

corpus=$ROOT/test/corpus/mrt
golden=$ROOT/test/golden/dump
cd "$corpus" || exit 99

# --- golden files -------------------------------------------------------------

for f in "$corpus"/*; do
	f=${f##*/}
	golden "$f.lines" "$COMITY" dump -m "$f"
	golden "$f.json" "$COMITY" dump --json "$f"
	golden "$f.count" "$COMITY" dump --count "$f"
done
golden options "$COMITY" dump -lpu -t change table-dump-v2 attributes
golden raw "$COMITY" dump --json --raw bgp4mp-messages old-type
golden count-peer "$COMITY" dump --count=peer table-dump-v2 bgp4mp-subtypes
golden count-prefix "$COMITY" dump --count=prefix table-dump-v2 old-type
golden count-json "$COMITY" dump --count --json table-dump bgp4mp-messages
golden count-peer-json "$COMITY" dump --count=peer --json two-indexes
golden count-prefix-json "$COMITY" dump --count=prefix --json two-indexes

golden bgpreader "$COMITY" dump --format bgpreader ./*
golden csv "$COMITY" dump --csv ./*
golden blocks "$COMITY" dump -H bgp4mp-et bgp4mp-messages bgp4mp-families \
    bgp4mp-subtypes table-dump-v2 table-dump-v2-addpath table-dump attributes \
    bgp4mp-entry old-type
golden dates "$COMITY" dump -M bgp4mp-et table-dump-v2-addpath old-type
golden stats "$COMITY" dump --stats ./* ../bmp/session
golden stats-json "$COMITY" dump --stats --json ./* ../bmp/session
golden explain "$COMITY" dump --explain table-dump table-dump-v2 \
    table-dump-v2-addpath bgp4mp-entry bgp4mp-families bgp4mp-messages \
    bgp4mp-zebra old-type bad-bodies bad-index bad-nlri
golden explain-faults "$COMITY" dump --explain faults
golden explain-bmp "$COMITY" dump --explain ../bmp/session ../bmp/opens \
    ../bmp/statistics ../bmp/peer-down ../bmp/mirroring ../bmp/bad-bodies
golden bmp-json "$COMITY" dump --json ../bmp/session ../bmp/opens \
    ../bmp/peers ../bmp/statistics ../bmp/peer-down ../bmp/mirroring
golden explain-record "$COMITY" dump --explain --record 2-3 attributes

# Its lines are the bytes of the files, in their order.
if command -v python3 >/dev/null; then
	for f in ./*; do
		case $f in ./too-long | ./torn*) continue ;; esac
		cat "$f" >>"$T/bytes"
		"$COMITY" dump --explain "$f" >>"$T/explained" 2>/dev/null
	done
	run 0 'the bytes of --explain are those of the files' python3 -c '
import re, sys
data, at, start = open(sys.argv[1], "rb").read(), 0, 0
line = re.compile(r" +(\d+)  ((?:[0-9a-f]{2} )+)(?:\.\.\. (\d+) more)? ")
for text in open(sys.argv[2]):
    start = at if text.startswith("record ") else start
    m = line.match(text)
    if m is None:
        assert text.startswith(("record ", " " * 38, "\n")), text
        continue
    shown = bytes.fromhex(m[2])
    assert at == start + int(m[1]) and data[at:].startswith(shown), text
    at += len(shown) + int(m[3] or 0)
assert at == len(data)' "$T/bytes" "$T/explained"
else
	skip 'the bytes of --explain are those of the files' 'no python3 here'
fi
if command -v python3 >/dev/null; then
	"$COMITY" dump --csv ./* >"$T/csv" 2>/dev/null
	run 0 'every row of --csv has the fields of its header' python3 -c '
import csv, sys
for row in csv.DictReader(open(sys.argv[1], newline="")):
    assert len(row) == 18 and None not in row.values()' "$T/csv"
	run 0 'the corpus is what make-corpus makes' \
	    python3 "$ROOT/test/make-corpus" --check
	(cd "$corpus" && "$COMITY" dump --json --raw ./* ../bmp/*) >"$T/json" 2>/dev/null
	"$COMITY" dump --stats --json ./* >"$T/stats" 2>/dev/null
	run 0 '--stats --json is an object' python3 -c '
import json, sys
assert json.load(open(sys.argv[1]))["records"] > 100' "$T/stats"
	run 0 'every line of --json is an object' python3 -c '
import json, sys
for line in open(sys.argv[1]):
    assert isinstance(json.loads(line), dict)' "$T/json"
else
	skip 'the corpus is what make-corpus makes' 'no python3 here'
	skip 'every line of --json is an object' 'no python3 here'
	skip '--stats --json is an object' 'no python3 here'
	skip 'every row of --csv has the fields of its header' 'no python3 here'
fi

# --- inputs -------------------------------------------------------------------

run 0 'a day is simulated' "$COMITY" simulate --quiet \
    --scenario "$golden/day.scenario" --out "$T/day"
set -- "$T"/day/routes/rrc00/*/updates*
updates=$1
set -- "$T"/day/routes/rrc00/*/bview*
table=$1 second=$2
golden day "$COMITY" dump -m "$updates"
"$COMITY" dump --format bgpreader "$updates" >"$T/out"
awk -F'|' '$4 "|" $5 != "ris|rrc00" || NF != 16 { exit 1 }' "$T/out"
ok $? 'bgpreader: project and collector are those of the path'
"$COMITY" dump -m "$table" "$second" >"$T/two"
"$COMITY" dump -m "$updates" >"$T/lines"

cat "$table" "$second" >"$T/joined"
"$COMITY" dump -m "$T/joined" >"$T/out"
same "$T/two" "$T/out" 'a second PEER_INDEX_TABLE replaces the first'
"$COMITY" dump -m - <"$updates" >"$T/out"
same "$T/lines" "$T/out" 'standard input'
# shellcheck disable=SC2002
cat "$updates" | "$COMITY" dump -m - >"$T/out"
same "$T/lines" "$T/out" 'a pipe'

for z in gzip bzip2 xz zstd; do
	if ! command -v $z >/dev/null; then
		skip "several members of $z" "no $z here"
		continue
	fi
	$z -c <"$table" >"$T/packed"
	$z -c <"$second" >>"$T/packed"
	"$COMITY" dump -m "$T/packed" >"$T/out"
	same "$T/two" "$T/out" "several members of $z"
	head -c "$(($(wc -c <"$T/packed") - 9))" "$T/packed" >"$T/cut"
	run 1 "$z cut short" "$COMITY" dump -m "$T/cut"
	err_has 'cut: cut short at offset' "$z cut short: file and offset"
	head -n "$(wc -l <"$T/out")" "$T/two" >"$T/want"
	[ -s "$T/out" ]
	ok $? "$z cut short: what came before it is there"
	same "$T/want" "$T/out" "$z cut short: and nothing else"
done

# Every length of a small file: a prefix of the lines, and a told reason.
size=$(wc -c <"$corpus/bgp4mp-et")
"$COMITY" dump -m "$corpus/bgp4mp-et" >"$T/want" 2>/dev/null
bad=0
i=1
while [ $i -lt "$size" ]; do
	head -c $i "$corpus/bgp4mp-et" >"$T/cut"
	"$COMITY" dump -m "$T/cut" >"$T/out" 2>"$T/err"
	status=$?
	head -n "$(wc -l <"$T/out")" "$T/want" | cmp -s - "$T/out" || bad=$i
	[ $status -ne 0 ] || [ ! -s "$T/err" ] || bad=$i
	[ $status -eq 0 ] || [ -s "$T/err" ] || bad=$i
	i=$((i + 7))
done
[ $bad -eq 0 ]
ok $? "cut at lengths of a whole file (bad: $bad)"

# --- filters ------------------------------------------------------------------
#
# What passes is what awk picks of all lines.

cat "$updates" "$table" >"$T/both" # all kinds of elements in one file
"$COMITY" dump -m "$T/both" >"$T/all"
first=$(awk -F'|' '$3 == "A" { print; exit }' "$T/all")
prefix=$(echo "$first" | cut -d'|' -f6)
peer=$(echo "$first" | cut -d'|' -f4)
as=$(echo "$first" | cut -d'|' -f5)
at=$(awk -F'|' 'NR == 20 { print int($2) }' "$T/all")
origin=$(echo "$first" | awk -F'|' '{ n = split($7, p, " "); print p[n] }')

# passes NAME CONDITION OPTION...: the lines for which awk's condition holds.
passes() {
	what=$1
	awk -F'|' -v prefix="$prefix" -v peer="$peer" -v as="$as" -v at="$at" \
	    -v origin="$origin" "{
		n = split(\$7, path, \" \")
		end = path[n]
		route = \$3 == \"A\" || \$3 == \"B\"
		v6 = \$6 ~ /:/
	} $2" "$T/all" >"$T/want"
	shift 2
	run 0 "$what: done" "$COMITY" dump "$@" "$T/both"
	same "$T/want" "$T/out" "$what"
	[ -s "$T/want" ]
	ok $? "$what: something passes"
	run 0 "$what, from a pipe" sh -c 'file=$1; shift
	    cat "$file" | "$COMITY" dump "$@" -' - "$T/both" "$@"
	same "$T/want" "$T/out" "$what, from a pipe"
}
export COMITY
passes '--prefix P exact' '$6 == prefix' --prefix "$prefix" exact
passes '--prefix "exact P"' '$6 == prefix' "--prefix=exact $prefix"
passes '--origin' 'route && end == origin' --origin "$origin"
passes '--origin !' 'route && end != origin' --origin "!$origin"
passes '--peer AS' '$5 == as' --peer "AS$as"
passes '--peer IP' '$4 == peer' --peer "$peer"
passes '--path' '$7 ~ ("(^| )" as " ")' --path "_${as}_"
passes '--type' '$3 == "A"' --type announcements
passes '--type, two' '$3 == "W" || $3 == "B"' --type withdrawal --type table
passes '--family' '$3 != "STATE" && !v6' --family 4
passes '--from, --until' '$2 >= at && $2 < at + 3600' --from "$at" \
    --until $((at + 3600))
passes '--filter' '$3 != "B" && $5 == as && $6 == prefix' \
    --filter "type updates and peer $as and prefix exact $prefix"
passes 'options together' '$3 == "A" && $5 == as && end == origin' \
    --peer "$as" --origin "$origin" --type announcement

# The same in other formats.
lines() {
	"$COMITY" dump --prefix "$prefix" exact "$@" "$T/both"
}
n_lines=$(lines | wc -l)
[ "$(lines --csv | wc -l)" = $((n_lines + 1)) ]
ok $? 'filtered: --csv'
[ "$(lines --format bgpreader | wc -l)" = "$n_lines" ]
ok $? 'filtered: --format bgpreader'
[ "$(lines --json | grep -cF "\"prefixes\":[\"$prefix\"]")" -gt 0 ]
ok $? 'filtered: --json'
lines --count=prefix >"$T/out"
[ "$(wc -l <"$T/out")" = 2 ] && grep -q "  $prefix\$" "$T/out"
ok $? 'filtered: --count=prefix'

# Nothing passes: no fault, and nothing but what begins a table is printed.
nothing() {
	name=$1 rows=$2
	shift 2
	what="nothing passes: $name"
	run 0 "$what" "$COMITY" dump "$@"
	[ ! -s "$T/err" ]
	ok $? "$what: no message"
	[ "$(wc -l <"$T/out")" -eq "$rows" ]
	ok $? "$what: $rows lines"
}
nothing lines 0 --prefix 192.0.2.0/32 exact "$updates"
nothing JSON 0 --json --origin 1 "$updates"
nothing CSV 1 --csv --origin 1 "$updates"
nothing counts 1 --count --peer 1 "$updates"
nothing 'counts of peers' 1 --count=peer --peer 1 "$updates"
nothing 'merged' 0 --merge --peer 1 "$updates" "$updates"
nothing 'another collector' 0 --filter 'collector rrc99' "$updates"
nothing 'of no collector' 0 --filter 'collector rrc00' "$T/both"
nothing BMP 0 --peer 1 "$ROOT/test/corpus/bmp/session"
nothing 'a capture' 0 --peer 1 "$ROOT/test/corpus/pcap/connection"
run 0 'the collector that is meant' \
    "$COMITY" dump --filter 'collector rrc00' "$updates"
same "$T/lines" "$T/out" 'the collector that is meant: all of it'

# told TEXT NAME OPTION...: a wrong call says where it is wrong.
told() {
	text=$1 what=$2
	shift 2
	run 2 "wrong: $what" "$COMITY" dump "$@" "$updates"
	err_has "$text" "wrong: $what is told"
	[ ! -s "$T/out" ]
	ok $? "wrong: $what: no output"
}
told '--prefix "192.0.2.0/33"' '--prefix' --prefix 192.0.2.0/33
told '--origin "AS0x"' '--origin' --origin AS0x
told '--path: no ) for the ( at position 3 of "_1(2"' '--path' --path '_1(2'
told '--community "1:2:3:4"' '--community' --community 1:2:3:4
told '--family "5"' '--family' --family 5
told '--type "gossip"' '--type' --type gossip
told '--from "soon"' '--from' --from soon
told '--filter: filter "gossip"' '--filter' --filter 'gossip 1'
told 'position 2' '--filter, path' --filter 'path "_["'

# --- several inputs as one ----------------------------------------------------

half=$(($(wc -l <"$T/lines") / 2))
cut=$(awk -F'|' -v n="$half" 'NR == n { print int($2) + 1 }' "$T/lines")
cat "$T/lines" "$T/two" | sort -s -t'|' -k2,2n >"$T/want"
run 0 '--merge' "$COMITY" dump --merge "$updates" "$table" "$second"
same "$T/want" "$T/out" '--merge: in order of time, then of the files'
run 1 '--merge with one that is no input' \
    "$COMITY" dump --merge "$updates" "$T/none" "$table" "$second"
same "$T/want" "$T/out" '--merge: the others are printed'
head -c "$(($(wc -c <"$updates") - 5))" "$updates" >"$T/cut"
run 1 '--merge with one cut short' \
    "$COMITY" dump --merge "$T/cut" "$table" "$second"
err_has 'cut: ' '--merge: which one is told'
sed '$d' "$T/lines" | cat - "$T/two" | sort -s -t'|' -k2,2n >"$T/want"
same "$T/want" "$T/out" '--merge: what came before the cut stands in its place'
awk -F'|' -v t="$cut" '$2 >= t' "$T/want" >"$T/wanted"
run 1 '--merge, filtered' \
    "$COMITY" dump --merge --from "$cut" "$T/cut" "$table" "$second"
same "$T/wanted" "$T/out" '--merge, filtered: the same order'

# --- BMP, captures ------------------------------------------------------------

for kind in bmp/session bmp/peers pcap/connection pcap/ng pcap/bmp; do
	input=$ROOT/test/corpus/$kind
	"$COMITY" dump "$input" >"$T/want" 2>/dev/null # some hold damage
	grep -q '^BGP4MP_ET.*|A|' "$T/want"
	ok $? "$kind: announcements"
	"$COMITY" dump - <"$input" >"$T/out" 2>/dev/null
	same "$T/want" "$T/out" "$kind: standard input"
	# shellcheck disable=SC2002
	cat "$input" | "$COMITY" dump - >"$T/out" 2>/dev/null
	same "$T/want" "$T/out" "$kind: a pipe"
	gzip -c "$input" | "$COMITY" dump - >"$T/out" 2>/dev/null
	same "$T/want" "$T/out" "$kind: compressed"
	"$COMITY" dump --type announcement "$input" >"$T/out" 2>/dev/null
	grep '|A|' "$T/want" >"$T/wanted"
	same "$T/wanted" "$T/out" "$kind: announcements alone"
	"$COMITY" dump --prefix 203.0.113.0/24 "$input" >"$T/out" 2>/dev/null
	grep '|203\.0\.113\.' "$T/want" >"$T/wanted"
	same "$T/wanted" "$T/out" "$kind: a prefix alone"
done

# --- what cannot be done ------------------------------------------------------

run 2 'no file given' "$COMITY" dump -m
run 2 'a file that is not there' "$COMITY" dump "$T/none"
err_has "$T/none" 'a file that is not there is named'
run 2 'a folder' "$COMITY" dump "$T"
: >"$T/empty"
run 2 'an empty file' "$COMITY" dump "$T/empty"
err_has 'empty: is empty' 'an empty file is told'
echo 'this is no routing table at all' >"$T/text"
run 2 'text' "$COMITY" dump "$T/text"
err_has 'text: holds no MRT record at offset 0' 'text is told'
run 1 'a good and a bad file' "$COMITY" dump "$T/text" "$updates"
same "$T/lines" "$T/out" 'a good and a bad file: the good one is printed'
run 2 '--count of what does not exist' "$COMITY" dump --count=colour "$table"
run 2 '--format of what does not exist' "$COMITY" dump --format xml "$table"
run 2 '--record of what does not exist' "$COMITY" dump --record 999999 "$table"
run 2 '--record of what is no index' "$COMITY" dump --record 9-7 "$table"
run 2 '-t of what does not exist' "$COMITY" dump -t never "$table"
printf '\0\0\0\1\0\13\0\0\0\0\0\1x' >"$T/ospf"
run 2 'records of other protocols alone' "$COMITY" dump "$T/ospf"
err_has 'hold neither routes nor messages' 'and it is told'

if [ -c /dev/full ]; then
	"$COMITY" dump -m "$updates" >/dev/full 2>"$T/err"
	[ $? -eq 2 ]
	ok $? 'a full disk'
	err_has 'standard output' 'a full disk is told'
else
	skip 'a full disk' 'no /dev/full'
fi
# More than a pipe holds, and a reader that leaves.
for _ in 1 2 3 4 5 6 7 8; do cat "$updates"; done >"$T/long"
{
	"$COMITY" dump -m "$T/long" "$T/long" "$T/long" 2>"$T/err"
	echo $? >"$T/status"
} | head -n 1 >"$T/out"
[ "$(cat "$T/status")" = 2 ] && [ ! -s "$T/err" ]
ok $? 'a reader that leaves: quietly'

# 300 MB through a process that may map 100 MB.  Where the shell has no such
# limit the test is skipped.
# shellcheck disable=SC3045
if (ulimit -v 100000 && "$COMITY" --version) >/dev/null 2>&1; then
	while [ "$(wc -c <"$T/long")" -lt 30000000 ]; do
		cat "$T/long" "$T/long" >"$T/longer"
		mv "$T/longer" "$T/long"
	done
	for _ in 1 2 3 4 5 6 7 8 9 10; do cat "$T/long"; done |
	    (ulimit -v 100000 && "$COMITY" dump -m -) >/dev/null 2>"$T/err"
	ok $? 'memory does not depend on length'
else
	skip 'memory does not depend on length' 'it cannot run in so little'
fi
rm -f "$T/long"

# --- real archives ------------------------------------------------------------
#
# Each is printed whole, or what can be of it and why not the rest.

data=${COMITY_TEST_DATA:-}
for f in "$data"/mrt/*; do
	if [ ! -f "$f" ]; then
		skip 'real archives' 'COMITY_TEST_DATA names no folder with mrt'
		break
	fi
	"$COMITY" dump -m "$f" >"$T/out" 2>"$T/err"
	status=$?
	[ -s "$T/out" ] && case $status in
	0) [ ! -s "$T/err" ] ;;
	1) grep -q "^comity dump: $f: .*at offset [0-9]" "$T/err" ;;
	*) false ;;
	esac
	ok $? "real: ${f##*/}"
done

# --- bgpdump ------------------------------------------------------------------
#
# doc/DIFFERENCES.md tells who is right in each case.  A rule changes the lines
# of one side where the two may differ, and nothing else.

# IPv4 prefixes of $T/theirs with the bits behind the length cleared.
rule_mask() {
	awk -F'|' -v OFS='|' '$6 ~ /^[0-9.]+\/[0-9]+$/ {
		split($6, p, "/")
		split(p[1], o, ".")
		for (i = 1; i <= 4; i++) {
			bits = p[2] - 8 * (i - 1)
			bits = bits > 8 ? 8 : bits < 0 ? 0 : bits
			o[i] -= o[i] % 2 ^ (8 - bits)
		}
		$6 = o[1] "." o[2] "." o[3] "." o[4] "/" p[2]
	} { print }' "$T/theirs" >"$T/x" && mv "$T/x" "$T/theirs"
}
# Withdrawals of the old type: their prefix is the address of the peer.
rule_old_withdrawals() {
	awk -F'|' -v OFS='|' '$1 == "BGP" && $3 == "W" {
		sub(/^[^\/]*/, $4, $6)
	} { print }' "$T/ours" >"$T/x" && mv "$T/x" "$T/ours"
}
# AGGREGATOR of eight octets in a record of two-octet AS numbers: theirs are
# its first six octets, read as AS and address.
rule_aggregator() {
	awk -F'|' -v OFS='|' '$14 != "" {
		split($14, a, " ")
		split(a[2], o, ".")
		$14 = int(a[1] / 65536) " " int(a[1] / 256) % 256 "." \
		    a[1] % 256 "." o[1] "." o[2]
	} { print }' "$T/ours" >"$T/x" && mv "$T/x" "$T/ours"
}
# Theirs go on where ours stop, at a prefix of more bits than its family has.
rule_past_damage() {
	awk 'skip { skip = 0; next }
	    /\|100:100:[0-9:a-f]*:fd01:1\/0\|/ { skip = 1; next }
	    { sub(/\|4000::\/1\|/, "|::/1|"); print }' "$T/theirs" >"$T/x" &&
	    mv "$T/x" "$T/theirs"
}
# Theirs go on in a message whose lengths contradict each other.
rule_broken_message() {
	grep -v '^BGP|953955944|W|0\.5\.0\.3|13937|' "$T/theirs" >"$T/x"
	mv "$T/x" "$T/theirs"
}
# They read the first entry of an MRTd record alone, and lose the stream.
rule_mrtd() {
	head -n 1 "$T/ours" >"$T/x" && mv "$T/x" "$T/ours"
}

# They know no BGP4MP_ENTRY: our lines are compared with the same table in
# another file, from the prefix on.
same_table() {
	cut -d'|' -f6- "$T/ours" >"$T/a"
	"$COMITY" dump -m "$1" | cut -d'|' -f6- >"$T/b"
	same "$T/a" "$T/b" 'BGP4MP_ENTRY is the table that TABLE_DUMP_V2 holds'
	: >"$T/ours"
}

# against NAME FILE RULE...: lines of both, after the rules.
against() {
	name=$1 file=$2
	shift 2
	bgpdump -m "$file" >"$T/theirs" 2>/dev/null
	"$COMITY" dump -m "$file" >"$T/ours" 2>/dev/null
	for rule; do $rule; done
	same "$T/theirs" "$T/ours" "bgpdump: $name"
}

# Of blocks: without the line that bgpdump has for some errors only, without
# what it leaves out (messages of ROUTE-REFRESH, an AS of 0), with the ends of
# lines that it forgets, and addresses of 0.0.0.0 in figures.
plain_blocks() {
	awk '/^    SUB ERROR/ || /^(FROM|TO): .* AS0$/ { next }
	{
		sub(/: N\/A AS/, ": 0.0.0.0 AS")
		if (match($0, /^MP_(UN)?REACH_NLRI[A-Z]/)) {
			print substr($0, 1, RLENGTH - 1)
			$0 = substr($0, RLENGTH)
		}
	}
	/^TIME:/ { print "" }
	{ print }' | awk -v RS= -v ORS='\n\n' '!/\/Refresh\n/'
}
against_blocks() {
	bgpdump -H "$2" 2>/dev/null | plain_blocks >"$T/theirs"
	"$COMITY" dump -H "$2" 2>/dev/null | plain_blocks >"$T/ours"
	same "$T/theirs" "$T/ours" "bgpdump -H: $1"
}

if ! command -v bgpdump >/dev/null; then
	skip 'against bgpdump' 'no bgpdump here'
elif [ ! -d "$data/mrt" ]; then
	skip 'against bgpdump on real files' \
	    'COMITY_TEST_DATA names no folder with mrt'
else
	for f in "$data"/mrt/*; do
		base=${f##*/}
		case $base in
		updates.1999* | updates.20000102.*)
			against "$base" "$f" rule_old_withdrawals
			;;
		updates.20000325.*)
			against "$base" "$f" rule_old_withdrawals \
			    rule_broken_message
			;;
		bview.20000111.*) against "$base" "$f" rule_mrtd ;;
		bird_bgp | sample.mrt | updates.nlri_mask_trailing_bits.*)
			against "$base" "$f" rule_mask
			;;
		bird6_bgp) against "$base" "$f" rule_past_damage ;;
		namex-bgpd-rib-inet.mrt | openbgpd_rib_table)
			against "$base" "$f" rule_aggregator
			;;
		openbgpd_rib_table-mp)
			against "$base" "$f" \
			    "same_table $data/mrt/openbgpd_rib_table-v2"
			;;
		*)
			against "$base" "$f"
			bgpdump -M "$f" >"$T/theirs" 2>/dev/null
			"$COMITY" dump -M "$f" >"$T/ours" 2>/dev/null
			same "$T/theirs" "$T/ours" "bgpdump -M: $base"
			against_blocks "$base" "$f"
			;;
		esac
	done
fi
if command -v bgpdump >/dev/null; then
	for f in "$updates" "$table" "$corpus/attributes"; do
		for o in -m -M -l -u -p; do
			bgpdump -m $o "$f" >"$T/theirs" 2>/dev/null
			"$COMITY" dump -m $o "$f" >"$T/ours"
			same "$T/theirs" "$T/ours" "bgpdump $o: ${f##*/}"
		done
	done
fi
if [ -d "$data/mrt-expected" ]; then
	for f in "$data"/mrt-expected/*.bgp.gz; do
		base=${f##*/}
		base=${base%.bgp.gz}
		gzip -dc "$f" >"$T/theirs"
		"$COMITY" dump -m "$data/mrt/$base" >"$T/ours" 2>/dev/null
		same "$T/theirs" "$T/ours" "expected: $base"
	done
else
	skip 'expected lines' 'COMITY_TEST_DATA names no folder with mrt-expected'
fi
done_testing
