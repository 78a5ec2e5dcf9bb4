#!/bin/sh
# score.sh - events of a month to scores: profiles, text and JSON, bad lines.
. "${ROOT:?}/test/system/lib.sh"

golden=$ROOT/test/golden/score
cd "$golden" || exit 99
json() { python3 -c "import json, sys
o = json.load(open(sys.argv[1]))
by = {n['asn']: n for n in o['networks']}
assert ($2)" "$1" >"$T/diff" 2>&1; }
score() { # STATUS NAME OPTIONS...
	want=$1 name=$2
	shift 2
	run "$want" "$name" "$COMITY" score --month 2024-03 "$@"
}

# --- every form ------------------------------------------------------------
for p in obs-2024 obs-2022 obs-2018; do
	golden $p "$COMITY" score --events events.jsonl --month 2024-03 \
	    --profile $p
done
golden json "$COMITY" score --events events.jsonl --month 2024-03 --json
golden bad "$COMITY" score --events bad.jsonl --month 2024-03
golden february "$COMITY" score --events events.jsonl --month 2024-02
golden settings "$COMITY" score --settings

# --- the arithmetic, by hand -----------------------------------------------
score 0 'as JSON' --events events.jsonl --json
json "$T/out" "sorted(o) == ['events', 'month', 'networks', 'profile',
    'refused', 'settings'] and o['events'] == 11 and o['refused'] == 0"
ok $? 'members'
# 100 * 0.6 ^ sqrt(2 * raw), weighted: 0.2 for a culprit metric, 0.05 else.
json "$T/out" "all(abs(n['scores']['filtering']['value'] - sum(w * 100 *
    0.6 ** (2 * n['metrics'][m]) ** 0.5 for m, w in (('M2', .2), ('M2C', .05),
    ('M3', .2), ('M3C', .05), ('M4', .2), ('M4C', .05))) / .75) < .006
    for n in o['networks'])"
ok $? 'the formula of doc/METRICS.md'
json "$T/out" "by[64500]['metrics']['M3'] == 4"
ok $? 'events that touch are one: three days'
json "$T/out" "by[64501]['metrics']['M1'] == 1 and
    by[64501]['metrics']['M1C'] == 1"
ok $? 'a second less than a day is 1; a day is 2, times its weight'
json "$T/out" "by[64502]['metrics']['M4'] == 2"
ok $? 'an open end is the end of the month'
json "$T/out" "by[64505]['metrics']['M2'] == 0.5"
ok $? 'an event is clipped to the month'
json "$T/out" "by[64503]['metrics'] == dict(by[64503]['metrics'], M3=0,
    M3administrative=1) and by[64503]['scores']['filtering']['value'] == 100"
ok $? 'administrative bogons are shown, not scored'
json "$T/out" "all(n['scores'][s] == {'value': None, 'why':
    'events alone do not say', 'level': 'no_data_available'}
    for n in o['networks'] for s in n['scores'] if s != 'filtering')"
ok $? 'what events do not say is no data'
cp "$T/out" "$T/one.json"
sort -r events.jsonl >"$T/reversed.jsonl"
score 0 'in another order' --events "$T/reversed.jsonl" --json
same "$T/one.json" "$T/out" 'the order of lines means nothing'
if command -v gzip >/dev/null; then
	gzip -c events.jsonl >"$T/events.gz"
	score 0 'compressed' --events "$T/events.gz" --json
	same "$T/one.json" "$T/out" 'compressed: the same'
fi
run 0 'standard input' sh -c \
    '"$1" score --events - --month 2024-03 --json <events.jsonl' - "$COMITY"
same "$T/one.json" "$T/out" 'standard input: the same'

# --- settings --------------------------------------------------------------
score 0 '--set' --events events.jsonl --set level.ready=90 --json
json "$T/out" "o['settings']['level.ready'] == 90 and
    by[64505]['scores']['filtering'] == {'value': 89.33, 'level': 'aspiring'}"
ok $? '--set counts and is shown'
score 0 'days by powers of two' --events events.jsonl \
    --set incident.long=exponential --json
json "$T/out" "by[64500]['metrics']['M3'] == 8"
ok $? 'days by powers of two: 8'

# --- what is not right -----------------------------------------------------
score 1 'some bad lines' --events bad.jsonl
err_has 'bad.jsonl: line 9: no asn' 'a bad line is named'
out_has 'AS64500' 'the good line counts'
head -n 11 bad.jsonl >"$T/bad.jsonl"
score 2 'only bad lines' --events "$T/bad.jsonl"
err_has "no event in $T/bad.jsonl" 'only bad lines: said'
test ! -s "$T/out"
ok $? 'only bad lines: no table'
: >"$T/empty"
score 0 'no event at all' --events "$T/empty"
out_has '0 events' 'no event at all: said'
score 2 'an absent file' --events "$T/none"
err_has "$T/none: No such file" 'an absent file: named'
score 2 'a folder' --events "$T"
err_has 'is a folder' 'a folder: said'
score 2 'without events'
err_has '--events' 'without events: what is missing'
run 2 'without a month' "$COMITY" score --events events.jsonl
run 2 'no month' "$COMITY" score --events events.jsonl --month 2024-13
err_has '2024-13' 'no month: named'
score 2 'no profile' --events events.jsonl --profile obs-2030
err_has 'obs-2024, obs-2022 or obs-2018' 'no profile: those that are'
score 2 'no setting' --events events.jsonl --set no.such=1
err_has 'no.such' 'no setting: named'
score 2 'a value out of range' --events events.jsonl --set level.ready=101
score 2 '--set without a value' --events events.jsonl --set level.ready
score 2 'a file without --events' events.jsonl
done_testing
