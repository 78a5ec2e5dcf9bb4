#!/bin/sh
# usage.sh - help, version and wrong calls of every command.
. "${ROOT:?}/test/system/lib.sh"

run 0 'help' "$COMITY" --help
sed -n 's/^  \([a-z]*\)  *[a-z].*/\1/p' "$T/out" >"$T/commands"
[ -s "$T/commands" ]
ok $? 'help lists commands'
run 0 'version' "$COMITY" --version
run 2 'no command' "$COMITY"
run 2 'unknown command' "$COMITY" frobnicate
err_has frobnicate 'unknown command is named'
while read -r c; do
	run 0 "$c --help" "$COMITY" "$c" --help
	out_has "usage: comity $c" "$c --help shows its usage"
	run 2 "$c with an unknown option" "$COMITY" "$c" --no-such-option
	err_has no-such-option "$c names the option"
	test -f "$ROOT/doc/man/comity-$c.1"
	ok $? "$c has a man page"
done <"$T/commands"
done_testing
