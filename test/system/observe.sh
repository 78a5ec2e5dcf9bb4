#!/bin/sh
# observe.sh - what is found, again and in parts; kills, full disks, damaged and
# older inputs.
. "${ROOT:?}/test/system/lib.sh"

rows() { python3 "$ROOT/test/system/rows.py" "$@"; }
json() { python3 -c "import json, sys
o = json.load(open(sys.argv[1]))
assert ($2)" "$1" >"$T/diff" 2>&1; }

day() { # SCENARIO: $T/SCENARIO.d with routes and day.world
	"$COMITY" simulate --scenario "$ROOT/demo/$1.scenario" --out "$T/$1.d" \
	    --quiet &&
	    "$COMITY" world build --out "$T/$1.d/day.world" \
		"$T/$1.d/reference" >"$T/out" 2>&1
	ok $? "$1 is made"
}
observe() { # STORE PATH...
	store=$1
	shift
	"$COMITY" observe --world "$world" --store "$store" "$@" >"$T/out" \
	    2>"$T/err"
}

day 01-youtube-2008
d=$T/01-youtube-2008.d world=$d/day.world
updates=$(find "$d/routes" -name 'updates.*')
table=$(find "$d/routes" -name 'bview.20080224.*')

# --- one run ---------------------------------------------------------------
run 0 'a day is observed' "$COMITY" observe --world "$world" \
    --store "$T/day.db" "$d/routes"
out_has 'sub-prefix-hijack    AS17557 Pakistan Telecom' 'the hijack is shown'
out_has 'of AS36561 YouTube' 'the victim is named'
out_has 'comity explain' 'the next step is shown'
# But for what holds paths of the user.
awk '!/^(who|why|month):/ && length($0) > 80 { print; bad = 1 }
    END { exit bad }' "$T/out" >"$T/diff"
ok $? '80 columns'
rows "$T/day.db" >"$T/day.rows"
id=$(sed -n 's/^   \([0-9a-f]\{16\}\) for .*/\1/p' "$T/out" | head -n 1)
grep -q "^network	17557	'Pakistan Telecom'" "$T/day.rows"
ok $? 'what the world says of the culprit is kept'

run 0 'again' "$COMITY" observe --world "$world" --store "$T/day.db" \
    "$d/routes"
out_has 'known already' 'known inputs are named'
rows "$T/day.db" >"$T/again.rows"
same "$T/day.rows" "$T/again.rows" 'the same input changes nothing'
run 0 'one known, given twice' "$COMITY" observe --world "$world" \
    --store "$T/day.db" "$table" "$table"

for k in 1 4; do
	observe "$T/t$k.db" --threads $k "$d/routes"
	rows "$T/t$k.db" >"$T/t.rows"
	same "$T/day.rows" "$T/t.rows" "$k threads"
done
# shellcheck disable=SC2046 # names without blanks
observe "$T/reverse.db" $(find "$d/routes" -type f | sort -r)
rows "$T/reverse.db" >"$T/reverse.rows"
same "$T/day.rows" "$T/reverse.rows" 'the order of names means nothing'

# --- JSON, explain ---------------------------------------------------------
run 0 'as JSON' "$COMITY" observe --json --world "$world" --store "$T/j.db" \
    "$d/routes"
cp "$T/out" "$T/day.json"
json "$T/day.json" "sorted(o) == ['counts', 'incidents', 'inputs']"
ok $? 'three members'
json "$T/day.json" "all(i['fate'] == 'applied' and len(i['sha256']) == 64
    and i['records'] > 0 and i['collector'] in ('rrc00', 'route-views2')
    for i in o['inputs'])"
ok $? 'inputs with digest and collector'
json "$T/day.json" "o['counts']['events'] == sum(i['events']
    for i in o['inputs']) and o['counts']['table'] > 1000 and
    o['counts']['applied'] == len(o['inputs'])"
ok $? 'counts'
json "$T/day.json" "[(i['class'], i['culprit'], i['victims'], i['prefixes'],
    int(i['start']), int(i['end']), i['accomplices']) for i in o['incidents']
    if i['evidence_level'] >= 2] == [('sub-prefix-hijack', 17557, [36561],
    ['208.65.153.0/24'], 1203878824, 1203886863, [3491])]"
ok $? 'the incident'
json "$T/day.json" "all(len(i['inputs']) == 64 and i['evidence']
    for i in o['incidents'])"
ok $? 'incidents with evidence and the digest of what they rest on'

run 0 'explain' "$COMITY" explain "$id" --store "$T/day.db"
out_has 'announced 208.65.153.0/24' 'explain tells the story'
out_has 'path 701 3491 17557' 'explain shows a route'
out_has 'M2   208.65.153.0/24' 'explain shows the charge'
run 0 'explain as JSON' "$COMITY" explain "$id" --store "$T/day.db" --json
json "$T/out" "o['id'] == '$id' and o['routes'][0]['origin'] == 17557 and
    {c['metric'] for c in o['charges']} == {'M2', 'M2C'}"
ok $? 'explain as JSON is whole'
run 2 'explain what is not there' "$COMITY" explain 0123 --store "$T/day.db"
err_has 'no incident "0123"' 'explain names what is not there'
run 2 'explain without a store' "$COMITY" explain "$id" --store "$T/none.db"

# --- in parts --------------------------------------------------------------
parts() { # DAY N: all at once and one by one
	d=$T/$1.d world=$T/$1.d/day.world
	rm -rf "$T/cut" "$T/one.db"* "$T/parts.db"*
	last=$(find "$d/routes" -type f | sed 's/.*\.\([0-9]*\)\.0000$/\1/' |
	    sort -u | tail -n 1)
	before=$(find "$d/routes" -type f ! -name 'updates.*' \
	    ! -name "*.$last.*")
	after=$(find "$d/routes" -type f -name "*.$last.*")
	# shellcheck disable=SC2046
	python3 "$ROOT/test/system/cutmrt.py" "$2" "$T/cut" \
	    $(find "$d/routes" -name 'updates.*')
	# shellcheck disable=SC2086
	observe "$T/one.db" $before "$T/cut" $after
	# shellcheck disable=SC2086
	observe "$T/parts.db" $before
	made=0
	for p in "$T/cut"/*; do
		observe "$T/parts.db" "$p" || break
		made=$((made + 1))
	done
	# shellcheck disable=SC2086
	observe "$T/parts.db" $after
	rows "$T/one.db" >"$T/one.rows"
	rows "$T/parts.db" >"$T/parts.rows"
	same "$T/one.rows" "$T/parts.rows" "$1 in $made parts of $2"
	[ "$made" -gt 1 ] && [ "$made" -le "$2" ]
	ok $? "$1 is cut"
}
for k in 2 7 288; do
	parts 01-youtube-2008 $k
done
day 04-telekom-malaysia-2015
parts 04-telekom-malaysia-2015 7
d=$T/01-youtube-2008.d world=$d/day.world

# --- kills -----------------------------------------------------------------
# A first part, then the rest killed at many moments: the store is as after the
# first part or as after the whole, and going on ends the same way.
before=$(find "$d/routes" -type f ! -name '*.20080224.*' ! -name '*.20080225.*')
# shellcheck disable=SC2086
observe "$T/first.db" $before
rows "$T/first.db" >"$T/first.rows"
mkdir "$T/keep" && cp -r "$T"/first.db* "$T/keep"
observe "$T/first.db" "$d/routes"
rows "$T/first.db" >"$T/whole.rows"
python3 - "$COMITY" "$world" "$T" "$d/routes" <<'END' >"$T/diff" 2>&1
import os, random, shutil, signal, subprocess, sys, time
comity, world, t, routes = sys.argv[1:]
db = t + '/kill.db'
def fresh():
    for f in os.listdir(t):
        if f.startswith('kill.db'):
            p = os.path.join(t, f)
            shutil.rmtree(p) if os.path.isdir(p) else os.remove(p)
    shutil.copy(t + '/keep/first.db', db)
    shutil.copytree(t + '/keep/first.db.state', db + '.state')
def start():
    return subprocess.Popen([comity, 'observe', '--world', world, '--store', db,
                             routes], stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL)
def rows():
    out = subprocess.run([sys.executable, os.path.join(os.environ['ROOT'],
        'test/system/rows.py'), db], capture_output=True, text=True, check=True)
    return ''.join(l for l in out.stdout.splitlines(True)
                   if not l.startswith('left over'))
first, whole = open(t + '/first.rows').read(), open(t + '/whole.rows').read()
fresh()
began = time.monotonic()
assert start().wait() == 0
full = time.monotonic() - began
assert rows() == whole, 'a run that was not killed'
random.seed(8)
old = new = 0
for i in range(24):
    fresh()
    # Most of what could go wrong happens towards the end.
    p = start()
    time.sleep(full * (1 - random.random() ** 2 * 0.9))
    p.send_signal(signal.SIGKILL)
    p.wait()
    got = rows()
    assert got in (first, whole), 'kill %d leaves something else' % i
    old += got == first
    new += got == whole
    assert start().wait() == 0, 'kill %d cannot be followed' % i
    assert rows() == whole, 'kill %d ends otherwise' % i
    assert len(os.listdir(db + '.state')) == 1, 'kill %d leaves files' % i
print('old', old, 'new', new)
assert old > 0
END
ok $? 'killed at 24 moments: as before or as after, and it goes on'

# --- a full disk -----------------------------------------------------------
if unshare -Urm true 2>/dev/null; then
	mkdir "$T/disk"
	# shellcheck disable=SC2016
	unshare -Urm sh -c '
	mount -t tmpfs -o size=$5 none "$1/disk" || exit 9
	cp -r "$1"/keep/first.db* "$1/disk" || exit 8
	"$2" observe --world "$3" --store "$1/disk/first.db" "$4" >/dev/null \
	    2>"$1/err"
	echo $? >"$1/status"
	python3 "$ROOT/test/system/rows.py" "$1/disk/first.db" >"$1/disk.rows"
	' - "$T" "$COMITY" "$world" "$d/routes" "$(du -sk "$T/keep" |
	    awk '{ print $1 + 100 }')k"
	[ "$(cat "$T/status")" = 2 ] && [ -s "$T/err" ]
	ok $? 'a full disk is told'
	same "$T/first.rows" "$T/disk.rows" 'a full disk leaves what was there'
else
	skip 'a full disk' 'no user namespaces here'
fi

# --- older inputs ----------------------------------------------------------
# shellcheck disable=SC2086
observe "$T/late.db" $updates
rows "$T/late.db" >"$T/late.rows"
run 2 'older files alone are refused' "$COMITY" observe --world "$world" \
    --store "$T/late.db" $table
err_has 'begins before what the store holds' 'the reason is told'
err_has '--rebuild' 'the way out is told'
rows "$T/late.db" >"$T/late2.rows"
same "$T/late.rows" "$T/late2.rows" 'refused files change nothing'
run 0 'rebuild' "$COMITY" observe --world "$world" --store "$T/late.db" \
    --rebuild "$d/routes"
rows "$T/late.db" >"$T/late2.rows"
same "$T/day.rows" "$T/late2.rows" 'a rebuilt store is like a new one'

# --- damaged inputs --------------------------------------------------------
mkdir -p "$T/bad/rrc00"
u=$(find "$d/routes" -path '*rrc00*' -name 'updates.*')
head -c 70000 "$u" >"$T/bad/rrc00/updates.torn"
echo 'no routes' >"$T/bad/README"
run 1 'a torn input' "$COMITY" observe --world "$world" --store "$T/bad.db" \
    "$T/bad"
err_has 'incomplete' 'torn: said'
err_has 'rrc00/updates.torn' 'torn: which file'
err_has 'offset' 'torn: where'
[ "$(wc -l <"$T/err")" -eq 1 ]
ok $? 'torn: one line'
out_has '1 other file in the folders, no MRT' 'other files are counted'
rows "$T/bad.db" >"$T/bad.rows"
grep -q "^input.*updates.torn.*	1	'.*cut short" "$T/bad.rows"
ok $? 'torn: marked in the store'
run 1 'a named file of another kind' "$COMITY" observe --world "$world" \
    --store "$T/bad2.db" "$u" "$T/bad/README"
err_has 'README: holds no MRT records' 'another kind: said'
run 2 'nothing but a file of another kind' "$COMITY" observe --world "$world" \
    --store "$T/bad3.db" "$T/bad/README"
test ! -e "$T/bad3.db"
ok $? 'no store is made of nothing'
: >"$T/empty"
run 2 'an empty file' "$COMITY" observe --world "$world" --store "$T/bad3.db" \
    "$T/empty"
run 2 'an absent file' "$COMITY" observe --world "$world" --store "$T/bad3.db" \
    "$T/absent"
run 2 'an absent world' "$COMITY" observe --world "$T/absent" \
    --store "$T/bad3.db" "$u"
printf 'not a world' >"$T/x.world"
run 2 'no world' "$COMITY" observe --world "$T/x.world" --store "$T/bad3.db" \
    "$u"
printf 'not a store, but long enough to be taken for one by its name' \
    >"$T/x.db"
run 2 'no store' "$COMITY" observe --world "$world" --store "$T/x.db" "$u"
cp -r "$T/keep" "$T/hurt"
for f in "$T/hurt/first.db.state"/*; do
	dd if=/dev/zero of="$f" bs=1 seek=4000 count=300 conv=notrunc \
	    2>/dev/null
done
run 2 'a damaged state' "$COMITY" observe --world "$world" \
    --store "$T/hurt/first.db" "$d/routes"
err_has 'first.db.state/' 'the state file is named'
run 0 'a damaged state is no matter for --rebuild' "$COMITY" observe \
    --world "$world" --store "$T/hurt/first.db" --rebuild "$d/routes"

# --- whose files -----------------------------------------------------------
# The updates of rrc00 under other names.
whose() { # WHAT PATH: refused, both names told, nothing left behind
	mkdir -p "$T/whose/$(dirname "$2")"
	cp "$u" "$T/whose/$2"
	run 2 "$1" "$COMITY" observe --world "$world" --store "$T/whose.db" \
	    "$T/whose/$2"
	test ! -e "$T/whose.db"
	ok $? "$1: no store"
	err_has "refused $T/whose/$2: two collectors: " "$1: the file is named"
}
whose 'two collectors in a path' rrc00/route-views2.updates
err_has '"rrc00" and "route-views2" in its path' 'a path of two: both are named'
err_has 'say which: --collector NAME' 'a path of two: the way out is told'
twice=$T/whose/rrc00/route-views2.updates
run 2 'a path of two, as JSON' "$COMITY" observe --world "$world" --json \
    --store "$T/whose.db" "$twice"
run 1 'beside a good file' "$COMITY" observe --world "$world" --json \
    --store "$T/whose.db" "$twice" \
    "$(find "$d/routes" -path '*route-views2*' -name 'updates.*')"
json "$T/out" "[(i['fate'], i['events'] > 0, 'two collectors' in i['why'])
    for i in o['inputs']] == [('unusable', False, True),
    ('applied', True, False)]"
ok $? 'a path of two: JSON says why, others are applied'
run 0 'named by option' "$COMITY" observe --world "$world" --rebuild \
    --store "$T/whose.db" "$twice" --collector rrc00 "$twice"
out_has 'updates rrc00' 'named by option: shown'
run 0 'known, whatever its path says' "$COMITY" observe --world "$world" \
    --store "$T/whose.db" "$twice"
out_has '1 known already' 'known, whatever its path says: told'
mkdir -p "$T/twins/rrc00" "$T/twins/rrc01"
cp "$u" "$T/twins/rrc00/a" && cp "$u" "$T/twins/rrc01/a"
run 2 'the same bytes of two collectors' "$COMITY" observe --world "$world" \
    --store "$T/twins.db" "$T/twins"
err_has "rrc00/a: two collectors" 'the same bytes: the one'
err_has "rrc01/a: two collectors" 'the same bytes: the other'
cp "$u" "$T/twins/rrc00/b" && rm -r "$T/twins/rrc01"
run 0 'the same bytes of one collector' "$COMITY" observe --world "$world" \
    --store "$T/twins.db" "$T/twins"

# --- options ---------------------------------------------------------------
run 0 'standard input' sh -c '"$1" observe --world "$2" --store "$3" \
    --collector rrc00 - <"$4"' - "$COMITY" "$world" "$T/stdin.db" "$u"
out_has 'rrc00' 'standard input: the collector given'
run 0 '--until before the hijack' "$COMITY" observe --world "$world" \
    --store "$T/until.db" --until 2008-02-24T18:00:00Z "$d/routes"
out_has '0 incidents' '--until before the hijack: nothing'
# Files behind it are not known, the rest of those that it cuts is refused.
cut=2008-02-24T18:00:00Z
grep -c "^comity observe: in part $d/.*: applied only before $cut\$" \
    "$T/err" >"$T/diff"
[ "$(cat "$T/diff")" = 2 ]
ok $? '--until: what is cut is named'
err_has '--rebuild' '--until: the rest needs --rebuild'
out_has 'not between --from and --until, left out' '--until: files behind it'
rows "$T/until.db" >"$T/until.rows"
! grep -q "^input.*20080225" "$T/until.rows"
ok $? '--until: files behind it are not known'
grep "^input.*updates.20080224" "$T/until.rows" |
    grep -vq "	1203875999999999	.*applied only before $cut"
[ $? -eq 1 ]
ok $? '--until: the store knows how far'
run 0 '--until again' "$COMITY" observe --world "$world" --json \
    --store "$T/until.db" --until $cut "$d/routes"
json "$T/out" "o['counts']['known'] > 0 and o['counts']['outside'] == 2 and
    [i['applied_until'] for i in o['inputs'] if 'updates.20080224' in
    i['path']] == [1203876000] * 2"
ok $? '--until again: known as far as it is wanted'
run 0 'an earlier --until' "$COMITY" observe --world "$world" \
    --store "$T/until.db" --until 2008-02-24T17:00:00Z "$d/routes"
rows "$T/until.db" >"$T/again.rows"
same "$T/until.rows" "$T/again.rows" '--until again: nothing changes'
run 1 'without --until' "$COMITY" observe --world "$world" --json \
    --store "$T/until.db" "$d/routes"
grep -c "^comity observe: refused $d/.*: applied only before $cut\$" \
    "$T/err" >"$T/diff"
[ "$(cat "$T/diff")" = 2 ]
ok $? 'without --until: what was cut is refused'
err_has 'give all files with --rebuild' 'without --until: the way out'
json "$T/out" "[(i['fate'], i['applied_until']) for i in o['inputs'] if
    'updates.20080224' in i['path']] == [('part', 1203876000)] * 2 and
    o['counts']['part'] == 2 and o['counts']['applied'] == 2 and
    o['counts']['known'] == len(o['inputs']) - 4"
ok $? 'without --until: as JSON; what follows is applied'
run 0 'all of it by --rebuild' "$COMITY" observe --world "$world" \
    --store "$T/until.db" --rebuild "$d/routes"
rows "$T/until.db" >"$T/again.rows"
same "$T/day.rows" "$T/again.rows" 'by --rebuild: like a new one'
run 0 '--from' "$COMITY" observe --world "$world" --store "$T/from.db" \
    --from $cut "$d/routes"
err_has ": applied only from $cut on" '--from: what is cut is named'
run 1 'without --from' "$COMITY" observe --world "$world" \
    --store "$T/from.db" "$d/routes"
err_has ": applied only from $cut on" 'without --from: refused'
run 0 '--from again' "$COMITY" observe --world "$world" \
    --store "$T/from.db" --from $cut "$d/routes"
run 2 'nothing between --from and --until' "$COMITY" observe \
    --world "$world" --store "$T/none.db" --from 2010-01-01 "$d/routes"
err_has 'nothing is between --from and --until' 'nothing between them: said'
test ! -e "$T/none.db"
ok $? 'nothing between them: no store'
run 0 '--set' "$COMITY" observe --world "$world" --store "$T/set.db" \
    --set hijack.min_peers=5 "$d/routes"
run 2 '--set of no setting' "$COMITY" observe --world "$world" \
    --store "$T/set.db" --set no.such=1 "$d/routes"
err_has 'no.such' '--set of no setting: named'
run 2 '--from without a time' "$COMITY" observe --world "$world" \
    --store "$T/set.db" --from yesterday "$d/routes"
run 0 'settings' "$COMITY" observe --settings
out_has 'hijack.min_peers' 'settings are listed'
run 2 'without files' "$COMITY" observe --world "$world" --store "$T/x2.db"
done_testing
