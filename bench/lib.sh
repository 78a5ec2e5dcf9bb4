# lib.sh - what the benches share: the program, the data, a scratch folder.
#
# A bench is a POSIX shell script that sources this file.  $comity is the
# program, $data the folder of real data, $T an empty folder that goes when the
# bench ends; it runs in the root of the project.  What is missing makes it
# skip, with the reason.
set -u
cd "$(dirname "$0")/.." || exit 2
comity=${COMITY:-build/comity}
[ -x "$comity" ] || comity=build/src/cmd/comity
data=${COMITY_TEST_DATA:-../shared/data}

skip() {
	echo "skipped: $1"
	exit 0
}
need_program() {
	command -v "$1" >/dev/null || skip "no $1 here"
}
need_data() { # FOLDER of $data
	[ -d "$data/$1" ] || skip "no $data/$1: COMITY_TEST_DATA=..."
}
[ -x "$comity" ] || skip 'no program: COMITY=... or ./bootstrap build'
need_program python3
T=$(mktemp -d) || exit 2
trap 'rm -rf "$T"' EXIT
trap 'exit 2' HUP INT TERM
