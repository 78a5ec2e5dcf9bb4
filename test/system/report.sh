#!/bin/sh
# report.sh - a month in every format, on a day that was observed.
. "${ROOT:?}/test/system/lib.sh"

json() { python3 -c "import json, sys
o = json.load(open(sys.argv[1]))
assert ($2)" "$1" >"$T/diff" 2>&1; }

"$COMITY" simulate --scenario "$ROOT/demo/06-rostelecom-2020.scenario" \
    --out "$T/day" --quiet &&
    "$COMITY" world build --out "$T/day.world" "$T/day/reference" \
	>"$T/out" 2>&1 &&
    "$COMITY" observe --world "$T/day.world" --store "$T/day.db" \
	"$T/day/routes" >"$T/out" 2>"$T/err"
ok $? 'a day is observed'

run 0 'as text' "$COMITY" report --store "$T/day.db"
out_has 'MANRS readiness in April 2020' 'the newest month'
out_has 'AS12389' 'who caused an incident'
awk 'length($0) > 80 { print; bad = 1 } END { exit bad }' "$T/out" >"$T/diff"
ok $? '80 columns'
run 0 'the month before' "$COMITY" report --store "$T/day.db" --month 2020-03
out_has 'March 2020' 'the month before has a report'
run 2 'a month without data' "$COMITY" report --store "$T/day.db" \
    --month 2019-01
err_has 'nothing was observed in 2019-01' 'a month without data: said'
run 0 'as JSON' "$COMITY" report --store "$T/day.db" --format json
cp "$T/out" "$T/one.json"
json "$T/one.json" "o['month'] == '2020-04' and
    any(n['asn'] == 12389 and n['metrics']['M2'] > 0 for n in o['networks'])"
ok $? 'the culprit is charged with M2'
json "$T/one.json" "all(sorted(n['scores']) == ['antiSpoofing', 'coordination',
    'filtering', 'routingInformationIRR', 'routingInformationRPKI']
    for n in o['networks']) and len(o['networks']) > 50"
ok $? 'five key figures for each network'
run 0 'again' "$COMITY" report --store "$T/day.db" --format json
same "$T/one.json" "$T/out" 'the same store gives the same bytes'
run 0 'as CSV' "$COMITY" report --store "$T/day.db" --format csv
grep -q '^12389,' "$T/out" || grep -q ',12389,' "$T/out"
ok $? 'CSV has the culprit'
run 0 'as a page' "$COMITY" report --store "$T/day.db" --format html
out_has '</html>' 'the page ends'
! grep -qE '(src|href)="https?:' "$T/out"
ok $? 'the page needs no other'
run 0 'one network' "$COMITY" report --store "$T/day.db" --asn AS12389
run 0 'one country' "$COMITY" report --store "$T/day.db" --country RU
run 0 'participants' "$COMITY" report --store "$T/day.db" --participants
run 2 'no such format' "$COMITY" report --store "$T/day.db" --format pdf
run 2 'no store' "$COMITY" report --store "$T/none.db"
done_testing
