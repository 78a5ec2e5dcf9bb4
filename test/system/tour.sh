#!/bin/sh
# tour.sh - README.md tells the truth: every command in its console blocks is
# run, and prints what stands there.  A line "..." stands for any lines.
. "${ROOT:?}/test/system/lib.sh"

awk -v dir="$T" '
	/^```console$/ { on = 1; next }
	/^```/ { on = 0 }
	!on { next }
	/^\$ / || more {
		if (!more) { n++; printf "" >(dir "/want." n) }
		line = $0
		if (!more) line = substr(line, 3)
		more = line ~ /\\$/
		print line >(dir "/command." n)
		next
	}
	{ print >(dir "/want." n) }
	END { print n + 0 >(dir "/count") }
' "$ROOT/README.md"

# like WANT GOT: equal but for "..."; both at most a few hundred lines.
like() {
	awk '
		FNR == NR { want[++w] = $0; next }
		{ got[++g] = $0 }
		function fits(i, j,   k) {
			if (i > w) return j > g
			if (want[i] == "...") {
				for (k = j; k <= g + 1; k++)
					if (fits(i + 1, k)) return 1
				return 0
			}
			return j <= g && want[i] == got[j] && fits(i + 1, j + 1)
		}
		END { exit !fits(1, 1) }
	' "$1" "$2"
}

mkdir "$T/bin" "$T/play" || exit 99
ln -s "$COMITY" "$T/bin/comity"
ln -s "$ROOT/demo" "$T/play/demo"
cd "$T/play" || exit 99
PATH=$T/bin:$PATH
export PATH
count=$(cat "$T/count")
[ "$count" -gt 4 ]
ok $? 'README.md shows commands'
i=1
while [ "$i" -le "$count" ]; do
	sh "$T/command.$i" >"$T/got" 2>&1 </dev/null
	like "$T/want.$i" "$T/got"
	same=$?
	[ $same -eq 0 ] || diff "$T/want.$i" "$T/got" >"$T/diff"
	ok $same "$(head -n 1 "$T/command.$i" | cut -c1-70)"
	i=$((i + 1))
done
done_testing
