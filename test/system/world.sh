#!/bin/sh
# world.sh - `comity world` as its users call it: inputs of every compression,
# dates, exceptions, refusals, damage; and all real data where it is at hand.
. "${ROOT:?}/test/system/lib.sh"

data=${COMITY_TEST_DATA:-$ROOT/../shared/data}

mkdir -p "$T/in/sub"
cat >"$T/in/vrps.json" <<'END'
{"metadata":{"buildmachine":"x","buildtime":"2024-03-01T00:00:00Z"},"roas":[
{"asn":64500,"prefix":"192.0.2.0/24","maxLength":24,"ta":"one"},
{"asn":64500,"prefix":"192.0.2.1/24","maxLength":24,"ta":"one"},
{"asn":64501,"prefix":"2001:db8::/32","maxLength":48,"ta":"two"}],
"aspas":[{"customer_asid":64500,"providers":[64501]}]}
END
cat >"$T/in/sub/routes.db" <<'END'
route: 192.0.2.0/24
origin: AS64500
last-modified: 2024-02-01T00:00:00Z
source: RIPE
END
cat >"$T/in/20240201.as-rel.txt" <<'END'
# source:topology|BGP|20240201|routeviews|route-views2
64501|64500|-1
64501|64502|0
END

# --- building and showing -----------------------------------------------------

run 0 'build' "$COMITY" world build --out "$T/w" "$T/in"
cp "$T/out" "$T/built"
out_has 'vrp-json      rpki-client' 'kind and source'
out_has '2024-03-01' 'date'
out_has "$(sha256sum "$T/in/vrps.json" | cut -c1-16)" 'SHA-256'
out_has '1 records refused' 'refused records are counted'
out_has 'bad prefix "192.0.2.1/24"' 'with the reason'
out_has '  2 VRPs' 'figures apart'
out_has '  1 ASPAs' 'of ASPAs too'
out_has '(route; date from newest record)' 'classes, where a date comes from'
awk 'length($0) > 80 && !/\// { print; bad = 1 } END { exit bad }' \
    "$T/out" >"$T/diff"
ok $? '80 columns, but for paths'
out_has 'Spoofer sessions' 'what is missing'
out_has 'api.spoofer.caida.org' 'and where it can be had'
! grep -q '^  AS relationships ' "$T/out"
ok $? 'what is there is not missing'
run 0 'show' "$COMITY" world show "$T/w"
same "$T/built" "$T/out" 'shows what build printed'
run 0 'show --verify' "$COMITY" world show "$T/w" --verify
err_has 'every section is whole' 'says so'
if command -v python3 >/dev/null; then
	run 0 'show --json' "$COMITY" world show "$T/w" --json
	python3 - "$T/out" <<'END'
import json, sys
o = json.load(open(sys.argv[1]))
by = {i["kind"]: i for i in o["inputs"]}
v = by["vrp-json"]
assert set(o) == {"id", "moment", "epochs", "inputs", "missing"}, set(o)
assert (v["taken"], v["refused"], v["age"]) == (3, 1, 0), v
assert v["date"] == o["moment"] == 1709251200
assert by["as-rel"]["date_from"] == "content"
assert {m["kind"] for m in o["missing"]} >= {"PeeringDB", "delegations"}
END
	ok $? 'its members'
else
	skip 'show --json' 'no python3 here'
fi

# --- the same world again -----------------------------------------------------

for t in 1 2 5; do
	run 0 "build by $t threads" \
	    "$COMITY" world build --threads "$t" --out "$T/v" "$T/in"
	cmp "$T/w" "$T/v" >"$T/diff" 2>&1
	ok $? 'gives the same bytes'
done
run 0 'build from files in another order' "$COMITY" world build --out "$T/v" \
    "$T/in/vrps.json" "$T/in/sub" "$T/in/20240201.as-rel.txt" "$T/in/sub"
cmp "$T/w" "$T/v" >"$T/diff" 2>&1
ok $? 'gives the same bytes'

# --- compression --------------------------------------------------------------

for c in gzip bzip2 xz zstd; do
	if ! command -v "$c" >/dev/null; then
		skip "input by $c" "no $c here"
		continue
	fi
	rm -rf "$T/packed" && mkdir "$T/packed"
	"$c" -c <"$T/in/vrps.json" >"$T/packed/vrps"
	run 0 "input by $c" "$COMITY" world build --out "$T/v" "$T/packed"
	out_has "$(sha256sum "$T/in/vrps.json" | cut -c1-16)" \
	    'has the digest of what is in it'
	head -c 100 "$T/packed/vrps" >"$T/packed/cut"
	run 1 "input by $c that is cut short" \
	    "$COMITY" world build --out "$T/v" "$T/packed"
	err_has "refused $T/packed/cut" 'is refused by name'
done

# --- dates --------------------------------------------------------------------

mkdir "$T/undated"
echo '{"roas":[{"asn":1,"prefix":"10.0.0.0/8"}]}' >"$T/undated/a.json"
run 2 'an input without a date' \
    "$COMITY" world build --out "$T/none" "$T/undated"
err_has '--date' 'the way out is told'
[ ! -e "$T/none" ]
ok $? 'nothing is written'
run 0 'with --date' "$COMITY" world build --out "$T/v" \
    --date "$T/undated=2024-05-06" "$T/undated"
out_has '2024-05-06' 'that date'
out_has '(date from --date)' 'and where it is from'

# --- exceptions ---------------------------------------------------------------

echo '{"slurmVersion":1,"validationOutputFilters":{"prefixFilters":[
{"asn":64500}]}}' >"$T/slurm.json"
run 0 'build --slurm' \
    "$COMITY" world build --out "$T/v" --slurm "$T/slurm.json" "$T/in"
out_has '  1 VRPs' 'takes one away'
out_has 'slurm ' 'and lists the exceptions'
run 0 'SLURM among the inputs' \
    "$COMITY" world build --out "$T/v" "$T/in" "$T/slurm.json"
out_has '(applies only as --slurm)' 'is listed'
out_has '  2 VRPs' 'and changes nothing'

# --- what goes wrong ----------------------------------------------------------

cp "$T/w" "$T/kept"
mkdir "$T/bad"
echo 'nothing anybody knows' >"$T/bad/x"
: >"$T/bad/empty"
run 2 'no usable input' "$COMITY" world build --out "$T/kept" "$T/bad"
err_has "refused $T/bad/x: is of no kind" 'each is named'
err_has "refused $T/bad/empty: is empty" 'with its reason'
cmp "$T/w" "$T/kept" >"$T/diff" 2>&1
ok $? 'the old world stays'
run 1 'some usable input' "$COMITY" world build --out "$T/v" "$T/in" "$T/bad"
err_has '2 inputs refused' 'is counted'
run 2 'no input' "$COMITY" world build --out "$T/v" "$T/nothing"
err_has "$T/nothing" 'is named'
run 2 'no --out' "$COMITY" world build "$T/in"
run 2 'no path' "$COMITY" world build --out "$T/v"
run 2 'threads without sense' \
    "$COMITY" world build --threads x --out "$T/v" "$T/in"
run 2 'a folder that is not there' \
    "$COMITY" world build --out "$T/no/where/w" "$T/in"
run 2 'show without a file' "$COMITY" world show
run 2 'show of something else' "$COMITY" world show "$T/in/vrps.json"
err_has "$T/in/vrps.json" 'is named'

# A file size limit stands for a full disk.
(
	ulimit -f 1
	trap '' XFSZ
	"$COMITY" world build --out "$T/kept" "$T/in" >"$T/out" 2>"$T/err"
)
[ $? -eq 2 ]
ok $? 'no room: exit status 2'
cmp "$T/w" "$T/kept" >"$T/diff" 2>&1
ok $? 'the old world stays'
[ "$(find "$T" -maxdepth 1 -name '*kept*' | wc -l)" -eq 1 ]
ok $? 'and nothing half is left beside it'

head -c "$(($(wc -c <"$T/w") - 1))" "$T/w" >"$T/cut"
run 2 'a world that is cut' "$COMITY" world show "$T/cut"
{
	head -c 64 "$T/w" # the header; the first section begins behind it
	printf '\377'
	tail -c +66 "$T/w"
} >"$T/flipped"
run 2 'a world with a wrong byte' "$COMITY" world show --verify "$T/flipped"
err_has 'damaged' 'is said to be damaged'
{
	head -c 8 "$T/w"
	printf '\143'
	tail -c +10 "$T/w"
} >"$T/version"
run 2 'a world of another version' "$COMITY" world show "$T/version"
err_has 'version 99' 'is said to be'

# --- real data ----------------------------------------------------------------

if [ ! -d "$data/rpki" ]; then
	skip 'all real data together' "no $data"
	done_testing
fi
run 1 'all real data together' "$COMITY" world build --out "$T/real" \
    --date "$data/manrs=2022-10-01" \
    "$data/rpki" "$data/irr" "$data/topology" "$data/registry" \
    "$data/bogons" "$data/peeringdb" "$data/manrs" "$data/origins"
for t in '  723521 VRPs' '  100 ASPAs' '53438 route objects' \
    '418744' 'prefix origins over 6 days' 'full-bogons-ipv6' 'as-org2info'; do
	out_has "$t" "$t"
done
! grep -q '^  MANRS participants\|^  VRPs\|^  route objects' "$T/out"
ok $? 'what is there is not missing'
grep -v "^comity world: refused $data\|inputs refused" "$T/err" >"$T/diff"
[ ! -s "$T/diff" ]
ok $? 'each refusal names its file'
cp "$T/out" "$T/all"
run 0 'the check of all sections' "$COMITY" world show --verify "$T/real"
sed 's/^comity.*//' "$T/all" | cmp - "$T/out" >"$T/diff" 2>&1
ok $? 'and the same is shown'
run 0 'rov by it' "$COMITY" rov --world "$T/real" AS13335 1.1.1.0/24
out_has ': valid' 'is valid'
done_testing
