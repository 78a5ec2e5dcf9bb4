#!/bin/sh
# docs.sh - the documents against the code: files, functions, folders, commands
# and settings that they name are there, and the other way round.
. "${ROOT:?}/test/system/lib.sh"
cd "$ROOT" || exit 99

# missing NAME: $T/diff lists what is missing; the case is fine if it is empty.
missing() {
	[ ! -s "$T/diff" ]
	ok $? "$1"
}

documents=$(find README.md doc -name '*.md' | sort)
: >"$T/diff"
for d in $documents; do
	# Paths in backquotes; words in capitals and x, f stand for any name.
	grep -o '`[^`]*`' "$d" | tr -d '`' |
	    grep -E '^(src|doc|demo|test|tools)/[^ ]*$' |
	    grep -vE 'NAME|NNN|/[xf]/|/[xf]_|\.state' | sort -u >"$T/paths"
	while read -r p; do
		# shellcheck disable=SC2086
		ls -d $p >/dev/null 2>&1 || echo "$d: no $p" >>"$T/diff"
	done <"$T/paths"
	# Links to files.
	grep -o '](\([^)#]*\)' "$d" | sed 's/](//' | grep -v '^https\?:' |
	    while read -r p; do
		[ -e "$(dirname "$d")/$p" ] || echo "$d: no $p"
	done >>"$T/diff"
done
missing 'files that documents name'
grep -rnoE 'doc/[A-Za-z/0-9-]+\.md' src tools demo/run bootstrap doc/man |
    while IFS=: read -r f n d; do
	[ -e "$d" ] || echo "$f:$n: no $d"
done >"$T/diff"
missing 'documents that code and man pages name'

cat src/*/*.[ch] | grep -oE '[a-z_0-9]+\(' | sort -u >"$T/functions"
# shellcheck disable=SC2086
grep -oE '`[a-z_0-9]+\(\)`' $documents | tr -d '`)' |
    while IFS=: read -r d f; do
	grep -qxF "$f" "$T/functions" || echo "$d: no $f)"
done >"$T/diff"
missing 'functions that documents name'

sed -n 's/^\([a-z]*\):.*/\1/p' src/LAYERS >"$T/folders"
sed -n '/^| folder /,/^$/s/^| `\([a-z]*\)`.*/\1/p' doc/ARCHITECTURE.md \
    >"$T/rooms"
same "$T/folders" "$T/rooms" 'folders in doc/ARCHITECTURE.md, in order'
sed -n '/^| folder /,/^$/p' doc/ARCHITECTURE.md | grep '^| `' |
    while IFS='|' read -r _ folder _ begin _; do
	folder=$(echo "$folder" | tr -d ' `')
	echo "$begin" | grep -o '`[^`]*`' | tr -d '`' | while read -r f; do
		# shellcheck disable=SC2086
		ls -d src/$folder/$f >/dev/null 2>&1 || echo "no src/$folder/$f"
	done
done >"$T/diff"
missing 'where to begin in each folder'

sh -c 'ls doc/decisions' | sed 's/-.*//' >"$T/numbers"
awk '{ printf "%03d\n", NR }' "$T/numbers" >"$T/counted"
same "$T/counted" "$T/numbers" 'decisions have numbers, none twice'

"$COMITY" --help | sed -n 's/^  \([a-z]*\)  *[a-z].*/\1/p' | sort >"$T/commands"
[ -s "$T/commands" ]
ok $? 'commands'
sed -n 's/^\.It Xr comity-\([a-z]*\) 1.*/\1/p' doc/man/comity.1 | sort >"$T/man"
same "$T/commands" "$T/man" 'commands in comity(1)'
sed -n '/^## Commands/,/^## [^C]/s/^| `comity \([a-z]*\).*/\1/p' README.md |
    sort -u >"$T/readme"
same "$T/commands" "$T/readme" 'commands in README.md'

"$COMITY" score --settings |
    grep -oE '^ *[a-z0-9]+\.[a-z0-9_]+' | tr -d ' ' | sort -u >"$T/settings"
[ -s "$T/settings" ]
ok $? 'settings of scoring'
sed -n 's/^| `\([a-z0-9]*\.[a-z0-9_]*\)` |.*/\1/p' doc/METRICS.md | sort \
    >"$T/metrics"
same "$T/settings" "$T/metrics" 'settings of scoring in doc/METRICS.md'

"$COMITY" observe --settings | grep -oE '^[a-z][^ ]*' | sort >"$T/settings"
[ -s "$T/settings" ]
ok $? 'settings of detection'
{
	sed -n '/^## Settings/,/^## Evidence/s/^| `\([^`]*\)` .*/\1/p' doc/DETECTION.md
	sed -n '/^## Evidence/,$s/^| `\([^`]*\)` .*/weight.\1/p' doc/DETECTION.md
	sed -n '/^| Family | Cap/,$s/^| \([a-z]*\) .*/cap.\1/p' doc/DETECTION.md
} | sort >"$T/detection"
same "$T/settings" "$T/detection" 'settings of detection in doc/DETECTION.md'

# Options: those of the usage stand in the man page.
: >"$T/diff"
while read -r c; do
	"$COMITY" "$c" --help | sed 's/`[^`]*`//g' | grep -oE '(^|[ [|])--[a-z][a-z0-9-]*' |
	    sed 's/.*--//' | sort -u >"$T/options"
	while read -r o; do
		grep -qE "Fl -$o( |\$)" "doc/man/comity-$c.1" ||
		    echo "comity-$c.1: no --$o" >>"$T/diff"
	done <"$T/options"
done <"$T/commands"
missing 'options in man pages'
done_testing
