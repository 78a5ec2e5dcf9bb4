#!/bin/sh
# demo.sh - every day of the demo is as expected, and the demo notices when one
# is not.
. "${ROOT:?}/test/system/lib.sh"

COMITY_DEMO_OUT=$T/demo
export COMITY_DEMO_OUT
days=$(ls "$ROOT/demo"/*.scenario | wc -l)
run 0 'all days' "$ROOT/demo/run"
[ "$(tail -n 1 "$T/out")" = "$days of $days days as expected" ]
ok $? 'the demo ends with the count'
for name in "$ROOT/demo"/*.scenario; do
	name=$(basename "$name" .scenario)
	[ "$(cat "$T/demo/$name/status")" = 0 ] &&
	    grep -q '</html>' "$T/demo/$name/report.html"
	ok $? "$name"
done
grep -q '</html>' "$T/demo/report.html"
ok $? 'report.html'

# One day only, with a program that finds nothing.
cat >"$T/blind" <<'END'
#!/bin/sh
case $1 in
observe) echo '{"inputs":[],"counts":{},"incidents":[]}' ;;
report) echo '<html></html>' ;;
*) exec "$REAL" "$@" ;;
esac
END
chmod +x "$T/blind"
run 1 'a day that is not as expected' env REAL="$COMITY" COMITY="$T/blind" \
    "$ROOT/demo/run" 01-youtube
out_has 'WRONG' 'the day is marked'
out_has 'missing: sub-prefix-hijack by AS17557' 'what is missing is told'
out_has '0 of 1 days as expected' 'and counted'
run 2 'no such day' "$ROOT/demo/run" no-such-day
done_testing
