# lib.sh - what the system tests share: TAP lines, a scratch folder, checks.
#
# A test is a POSIX shell script that sources this file, calls the functions
# below and ends with `done_testing`.  $COMITY is the program, $ROOT the
# project, $T an empty folder that goes when the test ends.
set -u
: "${COMITY:?the program under test}" "${ROOT:?the folder of the project}"
T=$(mktemp -d) || exit 99
trap 'rm -rf "$T"' EXIT
trap 'exit 99' HUP INT TERM
n=0
failed=0

# ok STATUS NAME: one test case.
ok() {
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		failed=1
		for f in "$T/out" "$T/err" "$T/diff"; do
			[ -s "$f" ] && head -n 20 "$f" | sed 's/^/# /'
		done
	fi
	: >"$T/diff"
}
# skip NAME REASON: a case that cannot run here.
skip() {
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}
# run STATUS NAME COMMAND...: must exit with that status; keeps $T/out, $T/err.
run() {
	want=$1 name=$2
	shift 2
	"$@" >"$T/out" 2>"$T/err" </dev/null
	got=$?
	[ "$got" -eq "$want" ] || echo "exit status $got, wanted $want" >"$T/diff"
	[ "$got" -eq "$want" ]
	ok $? "$name"
}
# out_has TEXT NAME, err_has TEXT NAME: the last run printed it.
out_has() {
	grep -qF -- "$1" "$T/out"
	ok $? "$2"
}
err_has() {
	grep -qF -- "$1" "$T/err"
	ok $? "$2"
}
# same A B NAME: two files are equal.
same() {
	diff "$1" "$2" >"$T/diff" 2>&1
	ok $? "$3"
}
# golden NAME COMMAND...: output, exit status and errors of a command are what
# $golden/NAME.ok holds; COMITY_UPDATE_GOLDEN=1 writes it anew instead.
golden() {
	name=$1
	shift
	"$@" >"$T/got" 2>"$T/err" </dev/null
	echo "exit $?" >>"$T/got"
	cat "$T/err" >>"$T/got"
	[ -z "${COMITY_UPDATE_GOLDEN:-}" ] || cp "$T/got" "$golden/$name.ok"
	same "$golden/$name.ok" "$T/got" "golden: $name"
}
done_testing() {
	echo "1..$n"
	exit $failed
}
