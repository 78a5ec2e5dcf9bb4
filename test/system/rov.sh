#!/bin/sh
# rov.sh - `comity rov` as its users call it: pairs, lines, RIS whois dumps,
# bad input, worlds without VRPs; and on real data where it is at hand.
. "${ROOT:?}/test/system/lib.sh"

data=${COMITY_TEST_DATA:-$ROOT/../shared/data}

mkdir "$T/in"
cat >"$T/in/vrps.json" <<'END'
{"metadata":{"buildmachine":"x","buildtime":"2024-03-01T00:00:00Z"},"roas":[
{"asn":64500,"prefix":"192.0.2.0/24","maxLength":24,"ta":"one"},
{"asn":64501,"prefix":"198.51.100.0/22","maxLength":24,"ta":"one"},
{"asn":64502,"prefix":"198.51.100.0/24","maxLength":24,"ta":"two"},
{"asn":0,"prefix":"203.0.113.0/24","maxLength":32,"ta":"one"},
{"asn":64504,"prefix":"2001:db8::/32","maxLength":48,"ta":"two"}]}
END
cat >"$T/in/later.json" <<'END'
{"metadata":{"buildmachine":"x","buildtime":"2024-03-11T00:00:00Z"},"roas":[
{"asn":64599,"prefix":"192.0.2.0/24","maxLength":24,"ta":"one"}]}
END
run 0 'a world is built' "$COMITY" world build --out "$T/w" "$T/in"
mkdir "$T/none"
printf '# last updated 1710089701 (Sun Mar 10 16:55:01 2024 GMT)\n0.0.0.0/8\n' \
	>"$T/none/bogons.txt"
run 0 'and one without VRPs' "$COMITY" world build --out "$T/w0" "$T/none"

# The tests below judge by the first of the two snapshots.
rov() {
	"$COMITY" rov --world "$T/w" --as-of 2024-03-03 "$@"
}

# --- pairs --------------------------------------------------------------------

run 0 'valid' rov AS64500 192.0.2.0/24
out_has '192.0.2.0/24 AS64500: valid' 'says so'
out_has 'up to /24  AS64500      one      matches' 'shows the VRP that matches'
out_has "$T/in/vrps.json" 'names the input that decided'
out_has '2 days old' 'tells its age'
out_has "$(sha256sum "$T/in/vrps.json" | cut -d' ' -f1)" 'and its hash'
! grep -q later.json "$T/out"
ok $? 'names no other input'
run 0 'other AS' rov AS64501 192.0.2.0/24
out_has 'invalid' 'is invalid'
out_has 'is for another AS' 'and why'
run 0 'too long' rov AS64500 192.0.2.0/25
out_has 'not for so long a prefix' 'is said'
out_has 'does not allow /25' 'of the VRP'
run 0 'AS0' rov AS64500 203.0.113.0/24
out_has 'not to be routed at all (AS0)' 'is said'
run 0 'not found' rov AS64500 10.0.0.0/8
out_has '10.0.0.0/8 AS64500: not-found' 'says so'
run 0 'an AS_SET' rov '{64500,64501}' 192.0.2.0/24
out_has 'invalid' 'matches nothing'
run 0 'several, in any order and notation' \
	rov 64500 192.0.2.0/24 2001:db8:1::/48 as64504 0.64500 192.0.2.0/24
[ "$(grep -c ': valid' "$T/out")" -eq 3 ]
ok $? 'three verdicts'
run 0 'the later snapshot' "$COMITY" rov --world "$T/w" AS64500 192.0.2.0/24
out_has 'AS64500: invalid' 'decides by default'
out_has "$T/in/later.json" 'and is named'
run 0 'before all snapshots' \
	"$COMITY" rov --world "$T/w" --as-of 2020-01-01 AS64500 192.0.2.0/24
out_has 'valid' 'the first one decides'
out_has 'later by' 'and is flagged as later'
run 0 'VRPs of some age' rov --max-age 2 AS64500 192.0.2.0/24
out_has ': valid' 'decide up to the limit'
run 0 'VRPs past --max-age' rov --max-age 1 AS64500 192.0.2.0/24
out_has ': unknown' 'decide nothing'
run 0 'no VRPs at all' "$COMITY" rov --world "$T/w0" AS64500 192.0.2.0/24
out_has ': unknown' 'is unknown, never not-found'

# --- JSON ---------------------------------------------------------------------

# json EXPRESSION NAME: of the object that the last run printed.
json() {
	python3 -c "
import json, sys
o = json.load(open(sys.argv[1]))
sys.exit(0 if ($1) else 1)" "$T/out"
	ok $? "$2"
}
if command -v python3 >/dev/null; then
	run 0 'JSON of one' rov --json AS64501 192.0.2.0/25
	json 'o["validated_route"]["route"] ==
	    {"origin_asn": "AS64501", "prefix": "192.0.2.0/25"}' 'the route'
	json 'set(o["validated_route"]["validity"]) ==
	    {"state", "reason", "description", "VRPs"}' 'the members'
	json 'o["validated_route"]["validity"]["VRPs"] == {"matched": [],
	    "unmatched_as": [], "unmatched_length": [{"asn": "AS64500",
	    "prefix": "192.0.2.0/24", "max_length": "24"}]}' \
	    "too long goes before the AS, by Routinator's rule"
	json 'o["validated_route"]["validity"]["reason"] == "length"' 'reason'
	json 'o["generatedTime"] == "2024-03-01T00:00:00Z"' 'generatedTime'
	json 'o["world"]["inputs"][0]["age"] == 2 * 86400' 'age in seconds'
	run 0 'JSON: other AS' rov --json AS64501 192.0.2.0/24
	json 'o["validated_route"]["validity"]["reason"] == "as"' 'reason'
	run 0 'JSON: valid' rov --json AS64502 198.51.100.0/24
	json 'o["validated_route"]["validity"]["state"] == "valid" and
	    "reason" not in o["validated_route"]["validity"]' 'no reason'
	json 'o["validated_route"]["validity"]["VRPs"]["unmatched_as"] == [
	    {"asn": "AS64501", "prefix": "198.51.100.0/22",
	    "max_length": "24"}]' 'and the others'
	run 0 'JSON: AS0' rov --json AS0 203.0.113.0/24
	json 'o["validated_route"]["validity"]["state"] == "invalid"' \
	    'AS0 matches nothing'
	run 0 'JSON of several' rov --json AS64500 192.0.2.0/24 AS1 10.0.0.0/8
	json '[r["validity"]["state"] for r in o["validated_routes"]] ==
	    ["valid", "not-found"]' 'in order'
	run 0 'JSON without VRPs' \
	    "$COMITY" rov --world "$T/w0" --json AS64500 192.0.2.0/24
	json 'o["validated_route"]["validity"]["state"] == "unknown" and
	    o["generatedTime"] is None' 'unknown'
else
	skip 'JSON' 'no python3 here'
fi

# --- lines --------------------------------------------------------------------

# lines STATUS NAME [WORLD]: $T/lines to $T/out, compared with $T/want.
lines() {
	"$COMITY" rov --world "$T/${3:-w}" --as-of 2024-03-03 - <"$T/lines" \
		>"$T/out" 2>"$T/err"
	got=$?
	[ "$got" -eq "$1" ]
	ok $? "$2: exit status"
	same "$T/want" "$T/out" "$2"
}
cat >"$T/lines" <<'END'
192.0.2.0/24 AS64500
192.0.2.0/24 64500
192.0.2.0/24 as64500
192.0.2.0/24	64501
192.0.2.0/25 AS64500
  10.0.0.0/8   AS1  
2001:db8::/32 64504
2001:DB8:0001::/48 64504
2001:db8:0:0:0:0:0:0/32 0.64504
192.0.2.0/24 => 64500
203.0.113.0/24 0
::/0 1
0.0.0.0/0 4294967295
END
cat >"$T/want" <<'END'
192.0.2.0/24 AS64500 valid
192.0.2.0/24 64500 valid
192.0.2.0/24 as64500 valid
192.0.2.0/24 64501 invalid
192.0.2.0/25 AS64500 invalid
10.0.0.0/8 AS1 not-found
2001:db8::/32 64504 valid
2001:DB8:0001::/48 64504 valid
2001:db8:0:0:0:0:0:0/32 0.64504 valid
192.0.2.0/24 64500 valid
203.0.113.0/24 0 invalid
::/0 1 not-found
0.0.0.0/0 4294967295 not-found
END
lines 0 'lines keep both fields as they came'
sed 's/ [a-z-]*$/ unknown/' "$T/want" >"$T/want0" && mv "$T/want0" "$T/want"
lines 0 'lines without VRPs are unknown' w0
err_has 'all unknown' 'and it is said once'

printf '%% remark\n[Querying 127.0.0.1]\n\n64500\t192.0.2.0/24\t1\n' >"$T/lines"
printf '{64500,64501}\t192.0.2.0/24\t7\nLocal\t192.0.2.0/24\t1\n' >>"$T/lines"
printf '%% remark\n[Querying 127.0.0.1]\n\n192.0.2.0/24 64500 valid\n' >"$T/want"
printf '192.0.2.0/24 {64500,64501} invalid\n' >>"$T/want"
printf '192.0.2.0/24 Local unknown\n' >>"$T/want"
lines 0 'a RIS whois dump'

cat >"$T/lines" <<'END'
192.0.2.0/24 AS64500
nonsense
192.0.2.1/24 AS64500
192.0.2.0/33 AS64500
192.0.2.0/24 AS-SET
192.0.2.0/24
192.0.2.0/24 AS64500 more
64500 192.0.2.0/24 1 more
192.0.2.0/24 4294967296
192.0.2.0/024 64500
10.0.0.0/8 64500
END
cat >"$T/want" <<'END'
192.0.2.0/24 AS64500 valid
nonsense malformed
192.0.2.1/24 AS64500 malformed
192.0.2.0/33 AS64500 malformed
192.0.2.0/24 AS-SET malformed
192.0.2.0/24 malformed
192.0.2.0/24 AS64500 more malformed
64500 192.0.2.0/24 1 more malformed
192.0.2.0/24 4294967296 malformed
192.0.2.0/024 64500 malformed
10.0.0.0/8 64500 not-found
END
lines 1 'malformed lines are kept and marked'
err_has 'line 2: expected "prefix asn", found "nonsense"' 'the first is named'
err_has 'line 10:' 'and the last'
err_has '9 of 11 lines malformed' 'and all are counted'

printf '192.0.2.0/24 AS64500\r\n192.0.2.0/24 AS64500' >"$T/lines"
printf '192.0.2.0/24 AS64500 valid\n192.0.2.0/24 AS64500 valid\n' >"$T/want"
lines 0 'CR LF, and no LF at the end'
: >"$T/lines"
: >"$T/want"
lines 0 'no line at all'

# A line longer than any buffer, with good ones around it.
{
	echo 192.0.2.0/24 64500
	head -c 3000000 /dev/zero | tr '\0' x
	echo
	echo 192.0.2.0/24 64501
} >"$T/lines"
{
	echo 192.0.2.0/24 64500 valid
	head -c 3000000 /dev/zero | tr '\0' x
	echo ' malformed'
	echo 192.0.2.0/24 64501 invalid
} >"$T/want"
lines 1 'a line of 3 MB'
err_has 'line 2:' 'is named'
head -c 3000000 /dev/zero | tr '\0' 'x' >"$T/lines"
{
	cat "$T/lines"
	echo ' malformed'
} >"$T/want"
lines 1 'a line of 3 MB without an end'

# As many lines as go through several buffers, in pieces of any size.
awk 'BEGIN { for (i = 0; i < 60000; i++)
	printf "%d.%d.%d.0/24 %d\n", i % 223 + 1, i / 256, i % 256, i }' \
	>"$T/lines"
sed 's/$/ not-found/' "$T/lines" >"$T/want"
lines 0 'many lines'
gzip -c "$T/lines" >"$T/lines.gz"
"$COMITY" rov --world "$T/w" - <"$T/lines.gz" >"$T/out" 2>"$T/err"
ok $? 'compressed input'
same "$T/want" "$T/out" 'gives the same'
dd if="$T/lines" bs=777 2>/dev/null | "$COMITY" rov --world "$T/w" - \
	>"$T/out" 2>"$T/err"
same "$T/want" "$T/out" 'input from a pipe in small pieces gives the same'
head -c 40000 "$T/lines.gz" >"$T/cut.gz"
"$COMITY" rov --world "$T/w" - <"$T/cut.gz" >"$T/out" 2>"$T/err"
[ $? -eq 1 ]
ok $? 'compressed input that is cut short: exit status 1'
err_has 'cut short' 'is named'
[ -s "$T/out" ] && head -n "$(($(wc -l <"$T/out") - 1))" "$T/out" >"$T/got" &&
	head -n "$(wc -l <"$T/got")" "$T/want" | cmp -s - "$T/got"
ok $? 'and what came before is answered'

# A verdict comes without waiting for more lines.
mkfifo "$T/to" "$T/from"
"$COMITY" rov --world "$T/w" --as-of 2024-03-03 - <"$T/to" >"$T/from" &
exec 3>"$T/to" 4<"$T/from"
echo '192.0.2.0/24 AS64500' >&3
read -r answer <&4
[ "$answer" = '192.0.2.0/24 AS64500 valid' ]
ok $? 'a pipe is answered line by line'
exec 3>&- 4<&-
wait

# --- wrong calls --------------------------------------------------------------

run 2 'no world' "$COMITY" rov AS1 10.0.0.0/8
run 2 'no routes' "$COMITY" rov --world "$T/w"
run 2 'half a pair' rov AS1
run 2 'no prefix' rov AS1 10.0.0.0
err_has '10.0.0.0' 'is named'
run 2 'lines and pairs' rov - AS1 10.0.0.0/8
run 2 'no such world' "$COMITY" rov --world "$T/nothing" AS1 10.0.0.0/8
err_has "$T/nothing" 'is named'
run 2 'no world at all' "$COMITY" rov --world "$T/in/vrps.json" AS1 10.0.0.0/8
run 2 'no time' "$COMITY" rov --world "$T/w" --as-of soon AS1 10.0.0.0/8
run 2 'no age' rov --max-age old AS1 10.0.0.0/8
if [ -c /dev/full ]; then
	"$COMITY" rov --world "$T/w" - <"$T/lines" >/dev/full 2>"$T/err"
	[ $? -eq 2 ]
	ok $? 'a full disk: exit status 2'
	err_has 'write' 'is said'
fi

# --- real data ----------------------------------------------------------------

if [ ! -d "$data/rpki" ] || [ ! -d "$data/origins" ]; then
	skip 'RIS whois dumps' "no $data/rpki and origins"
	done_testing
fi
"$COMITY" world build --out "$T/real" \
	"$data/rpki/rpkiclient_summary_20250720T093135Z.json.bz2" >"$T/out" 2>"$T/err"
ok $? 'a world of real VRPs'
for f in riswhoisdump.IPv4.gz riswhoisdump.IPv6.gz riswhoisdump-2024.IPv6.gz; do
	"$COMITY" rov --world "$T/real" - <"$data/origins/$f" >"$T/rov" 2>"$T/err"
	ok $? "$f"
	gzip -dc "$data/origins/$f" >"$T/plain"
	[ "$(wc -l <"$T/plain")" -eq "$(wc -l <"$T/rov")" ]
	ok $? "$f: a line for each"
	# The same routes as "prefix asn" give the same verdicts.
	awk -F'\t' 'NF == 3 { print $2, $1 }' "$T/plain" >"$T/lines"
	"$COMITY" rov --world "$T/real" - <"$T/lines" >"$T/got" 2>"$T/err"
	grep -v '^[%[]' "$T/rov" | grep . | cmp - "$T/got" >"$T/diff" 2>&1
	ok $? "$f: both forms agree"
	awk '{ print $3 }' "$T/got" | sort -u | tr '\n' ' ' >"$T/out"
	grep -q 'invalid not-found .*valid' "$T/out"
	ok $? "$f: every verdict occurs"
done
done_testing
