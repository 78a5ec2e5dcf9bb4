#!/bin/sh
# threads.sh - the parts that run in threads, one and four of them: the same
# bytes.  The sanitizer for threads runs this one.
. "${ROOT:?}/test/system/lib.sh"

"$COMITY" simulate --scenario "$ROOT/demo/06-rostelecom-2020.scenario" \
    --out "$T/day" --quiet
ok $? 'a day is made'
for k in 1 4; do
	run 0 "world, $k threads" "$COMITY" world build --threads $k \
	    --out "$T/$k.world" "$T/day/reference"
	run 0 "observe, $k threads" "$COMITY" observe --threads $k \
	    --world "$T/$k.world" --store "$T/$k.db" "$T/day/routes"
	python3 "$ROOT/test/system/rows.py" "$T/$k.db" >"$T/$k.rows"
done
cmp "$T/1.world" "$T/4.world" >"$T/diff" 2>&1
ok $? 'the same world'
same "$T/1.rows" "$T/4.rows" 'the same store and state'
done_testing
