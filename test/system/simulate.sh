#!/bin/sh
# simulate.sh - scenarios of its own, played, observed and compared with the
# truth.
. "${ROOT:?}/test/system/lib.sh"

json() { python3 -c "import json, sys
o = json.loads(open(sys.argv[1]).readline())
assert ($2)" "$1" >"$T/diff" 2>&1; }

cp "$ROOT/demo/internet.inc" "$T"
cat >"$T/bank.inc" <<'END'
day 2022-05-11
include internet.inc
as 3000195 CH "Aare Bank (invented)"
provider 3303 1273 -> 3000195
origin 3000195 30.4.0.0/19 30.5.0.0/20
registers 3000195 roa irr since 2019-05-01
END
# day NAME: $T/NAME.scenario, standard input behind bank.inc, to $T/NAME.d with
# truth.jsonl and incidents.json.
day() {
	{ echo 'include bank.inc' && cat; } >"$T/$1.scenario"
	rm -rf "$T/$1.d"
	run 0 "$1: played" "$COMITY" simulate --scenario "$T/$1.scenario" \
	    --out "$T/$1.d" --quiet
	"$COMITY" world build --out "$T/$1.d/day.world" "$T/$1.d/reference" \
	    >"$T/out" 2>&1 &&
	    "$COMITY" observe --world "$T/$1.d/day.world" --json \
		--store "$T/$1.d/day.db" "$T/$1.d/routes" \
		>"$T/$1.d/incidents.json" 2>"$T/err"
	ok $? "$1: observed"
}
evaluate() { # STATUS DAY NAME [OPTIONS...]
	want=$1 d=$T/$2.d name=$3
	shift 3
	run "$want" "$name" "$COMITY" evaluate --truth "$d/truth.jsonl" \
	    --observed "$d/incidents.json" "$@"
}

# --- changes of ROAs -------------------------------------------------------
day roas <<'END'
at 12:00 roa remove 3000195 30.4.0.0/19
at 12:00 roa add 3000111 30.4.0.0/19
at 18:00 roa remove 3000111 30.4.0.0/19
at 18:00 roa add 3000195 30.4.0.0/19
expect incident roa-change
END
json "$T/roas.d/truth.jsonl" "o['class'] == 'roa-change' and o['culprit'] is None
    and o['victims'] == [3000195] and o['prefixes'] == ['30.4.0.0/19'] and
    (o['start'], o['end']) == (1652270400, 1652292000)"
ok $? 'ROAs changed: the truth is taken from what fell'
evaluate 0 roas 'ROAs changed: found'
out_has 'roa-change E4 ' 'ROAs changed: nobody is named'
evaluate 0 roas 'ROAs changed: as JSON' --json
json "$T/out" "(o['expected'], o['found'], o['unexpected']) == (1, 1, 0)"
ok $? 'ROAs changed: one of one'

# The route is not found without its ROA: nothing fell.
day removed <<'END'
at 12:00 roa remove 3000195 30.4.0.0/19
expect incident roa-change prefixes 30.4.0.0/19
END
evaluate 1 removed 'a ROA removed: no such incident'
out_has 'missing: roa-change on 30.4.0.0/19' 'a ROA removed: told'

# Two fell, of which one is asked for, open; the same day without asking.
day two <<'END'
at 12:00 roa remove 3000195 30.4.0.0/19
at 12:00 roa remove 3000195 30.5.0.0/20
at 12:00 roa add 3000111 30.4.0.0/15
at 15:00 withdraw 30.5.0.0/20 by 3000195
expect incident roa-change prefixes 30.4.0.0/19
allow roa-change
END
json "$T/two.d/truth.jsonl" "o['prefixes'] == ['30.4.0.0/19'] and
    o['end'] is None"
ok $? 'two fell: only one, not over'
evaluate 0 two 'two fell: found'
day unasked <<'END'
at 12:00 roa add 3000111 30.4.0.0/15
at 12:00 roa remove 3000195 30.4.0.0/19
at 12:00 roa remove 3000195 30.5.0.0/20
expect nothing
END
evaluate 1 unasked 'not asked for: a false alarm'
out_has 'unexpected: roa-change on 30.4.0.0/19' 'not asked for: told'
day allowed <<'END'
at 12:00 roa add 3000111 30.4.0.0/15
at 12:00 roa remove 3000195 30.4.0.0/19
at 12:00 roa remove 3000195 30.5.0.0/20
expect nothing
allow roa-change
END
evaluate 0 allowed 'allowed: no false alarm'

# --- what is not right -----------------------------------------------------
echo 'expect incident roa-change culprit 3000195' |
    cat "$T/bank.inc" - >"$T/culprit.scenario"
run 2 'a culprit of a change of ROAs' "$COMITY" simulate \
    --scenario "$T/culprit.scenario" --out "$T/none"
err_has 'culprit.scenario:7: a roa-change has no culprit' 'file and line'
test ! -e "$T/none"
ok $? 'nothing is written'
run 2 'no scenario' "$COMITY" simulate --out "$T/none"
run 2 'an absent scenario' "$COMITY" simulate --scenario "$T/absent" \
    --out "$T/none"
err_has "$T/absent" 'an absent scenario: named'
run 2 'no truth' "$COMITY" evaluate --truth "$T/absent" \
    --observed "$T/roas.d/incidents.json"
run 2 'truth that is none' "$COMITY" evaluate --truth "$T/internet.inc" \
    --observed "$T/roas.d/incidents.json"
err_has "$T/internet.inc" 'truth that is none: named'
done_testing
