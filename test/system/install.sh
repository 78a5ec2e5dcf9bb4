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
