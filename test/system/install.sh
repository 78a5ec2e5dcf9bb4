#!/bin/sh
# install.sh - `meson install`: the program, the library, man pages, documents
# for users, and nothing else.
. "${ROOT:?}/test/system/lib.sh"

if ! command -v meson >/dev/null; then
	skip 'meson install' 'no meson here'
	done_testing
fi
dest=$T/dest
run 0 'meson install' meson install -C "${BUILD:?}" --no-rebuild \
    --destdir "$dest"
find "$dest" -type f | sed 's,.*/,,; s,^\(libcomity\.so\)\..*,\1,' | sort >"$T/installed"
{
	printf '%s\n' comity comity.h libcomity.pc libcomity.so
	echo LICENSE
	find "$ROOT/doc/man" -name '*.1' | sed 's,.*/,,'
	# Documents for users.
	find "$ROOT/doc" -maxdepth 1 -name '*.md' | sed 's,.*/,,' |
	    grep -v -e ARCHITECTURE -e STYLE -e CONTRIBUTING
} | sort -u >"$T/wanted"
same "$T/wanted" "$T/installed" 'what is installed'

program=$(find "$dest" -type f -name comity)
[ -x "$program" ]
ok $? 'the program can be executed'
run 0 'the installed program' "$program" --version
out_has 'comity ' 'it says its version'
[ -n "$(find "$dest" -path '*/man/man1/comity.1')" ]
ok $? 'man pages lie where man looks'

# --- the library --------------------------------------------------------------

so=$(find "$dest" -type f -name 'libcomity.so.*')
lib=${so%/*}
[ -L "$lib/libcomity.so" ] && [ -L "$lib/libcomity.so.0" ]
ok $? 'libcomity.so and libcomity.so.0 lead to the library'
readelf -d "$so" >"$T/out"
out_has 'soname: [libcomity.so.0]' 'its soname'
# What comity.h declares, with our version, and nothing else.
awk '/COMITY_API/,/;/' "$ROOT/src/lib/comity.h" | tr '\n' ' ' |
    grep -o 'comity_[a-z_0-9]*(' | sed 's/($/@@COMITY_0/' | sort >"$T/wanted"
nm -D --defined-only "$so" | awk '$2 != "A" { print $3 }' | sort >"$T/has"
[ -s "$T/has" ]
ok $? 'it exports something'
same "$T/wanted" "$T/has" 'it exports what comity.h declares'

# compile NAME ARGUMENTS...: against what is installed; warnings are errors.
compile() {
	name=$1
	shift
	run 0 "compiled: $name" "$cc" -Wall -Wextra -Wpedantic -Werror "$@"
}
PKG_CONFIG_PATH=$(dirname "$(find "$dest" -name libcomity.pc)")
PKG_CONFIG_SYSROOT_DIR=$dest
export PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR
cc=$(command -v cc || command -v gcc || command -v clang)
example() { # name arguments...
	example=$1
	shift
	# shellcheck disable=SC2046
	compile "$example" -std=c99 -o "$T/$example" \
	    "$ROOT/doc/examples/$example.c" \
	    $(pkg-config --cflags --libs libcomity)
	run 0 "example $example" env LD_LIBRARY_PATH="$lib" "$T/$example" "$@"
}
corpus=$ROOT/test/corpus/mrt
if ! command -v pkg-config >/dev/null || [ -z "$cc" ]; then
	skip 'examples' 'no pkg-config or no C compiler here'
elif nm -D "$so" | grep -q '__[aut]san_'; then
	skip 'examples' 'the library was built with a sanitizer'
else
	run 0 'pkg-config knows the version' pkg-config --modversion libcomity
	same "$T/out" - <<-EOF 'pkg-config: the version'
		$("$program" --version | sed 's/comity //')
	EOF
	(cd "$corpus" && "$program" dump -m table-dump-v2) >"$T/lines"
	example open "$corpus/table-dump-v2"
	awk -F'|' '{ print $6, $7 }' "$T/lines" >"$T/wanted"
	same "$T/wanted" "$T/out" 'open: prefixes and paths'
	example next "$corpus/table-dump-v2"
	awk -F'|' '$7 ~ /[0-9]$/ {
		n = split($7, path, " ")
		routes[path[n]]++
	} END {
		for (asn in routes)
			printf "%8d AS%s\n", routes[asn], asn
	}' "$T/lines" | sort -k1,1nr -k2.3,2n >"$T/wanted"
	same "$T/wanted" "$T/out" 'next: routes of each origin'
	example filter 'ipversion 4 and type updates' "$corpus/bgp4mp-et" \
	    "$corpus/bgp4mp-messages"
	cp "$T/out" "$T/got"
	"$program" dump --json --merge --filter 'ipversion 4 and type updates' \
	    "$corpus/bgp4mp-et" "$corpus/bgp4mp-messages" >"$T/wanted" 2>/dev/null
	same "$T/wanted" "$T/got" 'filter: objects in order of time'
	run 2 'example filter: a wrong filter' env LD_LIBRARY_PATH="$lib" \
	    "$T/filter" 'gossip 1' "$corpus/bgp4mp-et"
	err_has gossip 'example filter: a wrong filter is told'
	echo '#include <comity.h>' >"$T/header.c"
	# shellcheck disable=SC2046
	compile 'the header in C99' -std=c99 -c -o "$T/header.o" "$T/header.c" \
	    $(pkg-config --cflags libcomity)
	cc=$(command -v c++ || command -v g++ || command -v clang++)
	if [ -n "$cc" ]; then
		cp "$T/header.c" "$T/header.cc"
		# shellcheck disable=SC2046
		compile 'the header in C++' -std=c++11 -c -o "$T/header.o" "$T/header.cc" \
		    $(pkg-config --cflags libcomity)
	else
		skip 'the header in C++' 'no C++ compiler here'
	fi
fi

# --- man pages ----------------------------------------------------------------

# Either of them knows what is wrong with a page.
if command -v mandoc >/dev/null; then
	set -- mandoc -Tlint -Wwarning
elif command -v man >/dev/null; then
	set -- man -l --warnings
else
	skip 'man pages without warnings' 'neither mandoc nor man here'
	done_testing
fi
for page in "$ROOT"/doc/man/*.1; do
	run 0 "man page ${page##*/}" "$@" "$page"
	[ ! -s "$T/err" ]
	ok $? "${page##*/} without warnings"
done
done_testing
