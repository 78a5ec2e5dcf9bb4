#!/bin/sh
# usage.sh - help, version and wrong calls of every command.
. "${ROOT:?}/test/system/lib.sh"

run 0 'help' "$COMITY" --help
sed -n 's/^  \([a-z]*\)  *[a-z].*/\1/p' "$T/out" >"$T/commands"
[ -s "$T/commands" ]
ok $? 'help lists commands'
run 0 'version' "$COMITY" --version
run 2 'no command' "$COMITY"
for v in version -V; do
	run 0 "$v" "$COMITY" $v
	out_has 'comity ' "$v: says it"
done
run 2 'unknown command' "$COMITY" frobnicate
err_has frobnicate 'unknown command is named'
! grep -q 'did you mean' "$T/err"
ok $? 'unknown command: no guess'
run 2 'a command with a fault' "$COMITY" obsrve
err_has 'did you mean observe?' 'a command with a fault: which may be meant'
run 2 'help on no command' "$COMITY" help frobnicate
err_has 'no command "frobnicate"' 'help on no command: said'
while read -r c; do
	run 0 "$c --help" "$COMITY" "$c" --help
	out_has "usage: comity $c" "$c --help shows its usage"
	cp "$T/out" "$T/usage"
	run 0 "help $c" "$COMITY" help "$c"
	same "$T/usage" "$T/out" "help $c: the same"
	run 2 "$c with an unknown option" "$COMITY" "$c" --no-such-option
	err_has no-such-option "$c names the option"
	test -f "$ROOT/doc/man/comity-$c.1"
	ok $? "$c has a man page"
done <"$T/commands"

# --- what a newcomer types -------------------------------------------------
run 2 'an option with a fault' "$COMITY" observe --wrld w
err_has 'no option "--wrld"; did you mean --world?' 'an option: which is meant'
run 2 'a value that lacks' "$COMITY" observe --world --store s.db x
err_has '--world needs a value' 'a value that lacks: whose'
run 2 'a value that lacks at the end' "$COMITY" report --store
err_has '--store needs a value' 'a value that lacks at the end: whose'
run 2 'a store that lacks' "$COMITY" check AS1 --world w
err_has 'needs --store' 'a store that lacks: said'
run 2 'no AS number' "$COMITY" check ASfoo --world w --store s
err_has '"ASfoo" is no AS number' 'no AS number: said'
run 2 'a setting with a fault' "$COMITY" observe --set hijack.minpeers=3
err_has 'did you mean hijack.min_peers?' 'a setting: which is meant'
run 2 'a setting of scores with a fault' "$COMITY" score --set level.redy=1
err_has 'did you mean level.ready?' 'a setting of scores: which is meant'
run 2 'a setting out of range' "$COMITY" score --set level.ready=1000
! grep -q 'did you mean' "$T/err"
ok $? 'a setting out of range: no guess'
run 2 'a date that is none' "$COMITY" world build --out "$T/w" --date x "$T"
err_has 'PATH=TIME' 'a date that is none: its form'
cp "$ROOT/test/corpus/mrt/table-dump-v2" "$T/routes"
run 2 'routes as reference data' "$COMITY" world build --out "$T/w" "$T/routes"
err_has 'they are for `comity observe`' 'routes as reference data: said'
run 2 'a date of nothing' "$COMITY" world build --out "$T/w" \
    --date "$T/none=2024-04-16" "$T"
err_has 'no such file or folder' 'a date of nothing: said'
done_testing
