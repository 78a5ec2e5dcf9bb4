#!/bin/sh
# check.sh - one network against the four actions, on a day that was observed.
. "${ROOT:?}/test/system/lib.sh"

json() { python3 -c "import json, sys
o = json.load(open(sys.argv[1]))
assert ($2)" "$1" >"$T/diff" 2>&1; }

"$COMITY" simulate --scenario "$ROOT/demo/09-rpki-stops-it.scenario" \
    --out "$T/day" --quiet &&
    "$COMITY" world build --out "$T/day.world" "$T/day/reference" \
	>"$T/out" 2>&1 &&
    "$COMITY" observe --world "$T/day.world" --store "$T/day.db" \
	"$T/day/routes" --json >"$T/day.json" 2>"$T/err"
ok $? 'a day is observed'
culprit=$(python3 -c "import json, sys
print([i['culprit'] for i in json.load(open(sys.argv[1]))['incidents']
       if i['evidence_level'] == 4][0])" "$T/day.json")
victim=$(python3 -c "import json, sys
print([i['victims'][0] for i in json.load(open(sys.argv[1]))['incidents']
       if i['evidence_level'] == 4][0])" "$T/day.json")

run 1 'who hijacked' "$COMITY" check "AS$culprit" \
    --world "$T/day.world" --store "$T/day.db"
out_has 'M2 is 1' 'the hijack is charged'
out_has '4  routing information, RPKI   fail' 'its invalid route fails'
out_has 'comity explain' 'the incident can be asked for'
out_has 'fix:' 'a fix stands beside it'
cp "$T/out" "$T/culprit"
awk 'length($0) > 80 && !/\// { print; bad = 1 } END { exit bad }' \
    "$T/out" >"$T/diff"
ok $? '80 columns'
run 1 'again' "$COMITY" check "$culprit" --world "$T/day.world" \
    --store "$T/day.db"
same "$T/culprit" "$T/out" 'the same store gives the same text'
run 0 'who suffered passes' "$COMITY" check "AS$victim" \
    --world "$T/day.world" --store "$T/day.db"
out_has 'against this network' 'what was done to it is shown'
# The registries of that day do not name it, CAIDA does.
out_has "AS$victim  Aare Bank (invented), Aare Bank (invented), CH" \
    'a name that only as-org2info has is shown'
run 1 'unknown fails with --strict' "$COMITY" check "AS$victim" \
    --world "$T/day.world" --store "$T/day.db" --strict
run 0 'a network that nobody saw' "$COMITY" check AS64499 \
    --world "$T/day.world" --store "$T/day.db"
out_has 'unknown' 'what is not known is unknown, not ready'
run 0 'a month without data' "$COMITY" check "AS$culprit" \
    --world "$T/day.world" --store "$T/day.db" --month 2001-01
run 1 'as JSON' "$COMITY" check "AS$culprit" --world "$T/day.world" \
    --store "$T/day.db" --json
json "$T/out" "o['asn'] == $culprit"
ok $? 'JSON of that network'
run 2 'no network' "$COMITY" check banana --world "$T/day.world" \
    --store "$T/day.db"
err_has banana 'no network: named'
run 2 'no store' "$COMITY" check "AS$culprit" --world "$T/day.world" \
    --store "$T/none.db"
test ! -e "$T/none.db"
ok $? 'no store is made'
run 2 'no world' "$COMITY" check "AS$culprit" --world "$T/none.world" \
    --store "$T/day.db"
done_testing
