#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The checks of the house must bite: each gets a copy of the tree with one offence planted in it
# and must refuse it, naming the place.  The copy without an offence must pass.  Prints TAP.
# planted.sh BUILD, a build folder whose archives are whole.
set -u
cd "$(dirname "$0")/.." || exit 2
build=$(cd "${1:?usage: planted.sh BUILD}" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree
n=0

fresh() {
	rm -rf "$tree"
	mkdir "$tree"
	cp -R src tools tests ARCHITECTURE.md Makefile meson.build meson_options.txt .clang-format "$tree"
}

# ok NAME: reports the status of the command before it.
ok() {
	status=$?
	n=$((n + 1))
	if [ "$status" = 0 ]; then echo "ok $n - $1"; else
		echo "not ok $n - $1"
		sed 's/^/# /' "$work/said" | head -20
	fi
}

# refuses TEXT COMMAND...: the command fails and says TEXT.
refuses() {
	text=$1
	shift
	if "$@" >"$work/said" 2>&1; then return 1; fi
	grep -qF -- "$text" "$work/said"
}

passes() { "$@" >"$work/said" 2>&1; }

plant() { printf '%s\n' "$2" >>"$tree/$1"; }

licence='/* SPDX-License-Identifier: GPL-3.0-or-later */'

# Direction.
fresh
passes tests/layers.sh "$tree"
ok "layers accepts the tree as it is"
plant src/base/err.h '#include "store/store.h"'
refuses 'base may not include "store/store.h"' tests/layers.sh "$tree"
ok "layers refuses a room that looks down"
fresh
plant src/score/planted.c '#include "../store/store.h"'
refuses 'climbs out of its room' tests/layers.sh "$tree"
ok "layers refuses a path with .."
fresh
plant src/score/planted.c '#include "planted.h"'
refuses 'must name its room' tests/layers.sh "$tree"
ok "layers refuses an include without a room"
fresh
plant src/score/planted.c '#include <sqlite3.h>'
refuses 'needs sqlite3, which is not among the libraries of score' tests/layers.sh "$tree"
ok "layers refuses a library that is not of the room"
fresh
mkdir "$tree/src/attic"
refuses 'src/attic is no row' tests/layers.sh "$tree"
ok "layers refuses a room that is not in the table"
fresh
sed -i 's/^| `src\/base` | –/| `src\/base` | cli/' "$tree/ARCHITECTURE.md"
refuses 'which is no row above it' tests/layers.sh "$tree"
ok "layers refuses a table that runs in a circle"

# Purity: an archive with nothing but the offence, in a tree without sources.
passes tests/pure.sh "$build" .
ok "pure accepts the archives as they are"
fresh
refuses 'is not built' tests/pure.sh "$work" "$tree"
ok "pure refuses a room it cannot see"
find "$tree/src" -name '*.c' -delete
impure() {
	rm -rf "$work/pure"
	mkdir -p "$work/pure/src"
	printf '%s\n' "$2" >"$work/planted.c"
	gcc -D_GNU_SOURCE -O2 ${3:-} -w -c "$work/planted.c" -o "$work/${4:-planted}.c.o" &&
		ar rcs "$work/pure/src/lib$1.a" "$work/${4:-planted}.c.o"
}
offence() {
	impure "$1" "$3" "${4:-}"
	refuses "pure: $1/planted.c.o calls $2" tests/pure.sh "$work/pure" "$tree"
	ok "pure refuses $2 in $1"
}
offence base time 'long time(long *); long planted(void); long planted(void) { return time(0); }'
offence frame fopen64 'void *fopen64(char *, char *); void *planted(void) { return fopen64("a", "r"); }'
offence score getenv 'char *getenv(char *); char *planted(void) { return getenv("A"); }'
offence stat random 'long random(void); long planted(void) { return random(); }'
offence report stderr 'extern void *stderr; void *planted(void) { return stderr; }'
offence fact exit 'void exit(int); void planted(void) { exit(1); }'
offence instrument setlocale 'char *setlocale(int, char *); char *planted(void) { return setlocale(0, ""); }'
offence indicator sqlite3_open 'int sqlite3_open(char *, void *); int planted(void) { return sqlite3_open("a", 0); }'
offence response pthread_create 'int pthread_create(int); int planted(void) { return pthread_create(0); }'
offence codec __printf_chk '#include <stdio.h>
void planted(int i) { printf("%d %d", i, i); }' -D_FORTIFY_SOURCE=2
offence codec workbook_new 'void *workbook_new(char *); void *planted(void) { return workbook_new("a"); }'
offence render pango_layout_new 'void *pango_layout_new(void); void *planted(void) { return pango_layout_new(); }'
impure render 'void *pango_layout_new(void); void *planted(void) { return pango_layout_new(); }' '' pdf_pen
passes tests/pure.sh "$work/pure" "$tree"
ok "pure lets render/pdf_pen.c draw text"
impure render 'long time(long *); long planted(void) { return time(0); }' '' pdf_pen
refuses 'pure: render/pdf_pen.c.o calls time' tests/pure.sh "$work/pure" "$tree"
ok "pure gives render/pdf_pen.c no clock"

# Banned calls and things: a tree with nothing but the offence, as every source is compiled.
lonely() {
	rm -rf "$tree"
	mkdir -p "$tree/src/base" "$tree/src/cli" "$tree/tools"
	cp ARCHITECTURE.md .clang-format "$tree"
	printf '%s\n' "$licence" "$2" >"$tree/$1"
}
banned() {
	lonely "$2" "$3"
	refuses "$1" tests/banned.sh "$tree" "$build"
	ok "banned refuses $4"
}
banned 'calls strcpy' src/base/p.c '#include <string.h>
void p(char *to) { strcpy(to, "a"); }' 'strcpy, which the compiler would fold away'
banned 'calls atoi' src/base/p.c '#include <stdlib.h>
int p(const char *s) { return atoi(s); }' 'atoi'
banned 'sscanf' src/base/p.c '#include <stdio.h>
int p(const char *s, int *i) { return sscanf(s, "%d", i); }' 'sscanf'
banned 'calls localtime' src/base/p.c '#include <time.h>
void *p(time_t *t) { return localtime(t); }' 'localtime'
banned 'calls system' src/cli/p.c '#include <stdlib.h>
int p(void) { return system("true"); }' 'system, in cli too'
banned 'calls strtok' tools/p.c '#include <string.h>
char *p(char *s) { return strtok(s, ","); }' 'strtok, in a tool'
banned 'calls exit, which only cli may' src/base/p.c '#include <stdlib.h>
void p(void) { exit(1); }' 'exit outside cli'
banned 'calls _exit, which only cli and os may' src/base/p.c '#include <unistd.h>
void p(void) { _exit(1); }' '_exit outside cli and os'
banned 'calls pthread_create, which only' src/base/p.c '#include <pthread.h>
int p(pthread_t *t, void *(*f)(void *)) { return pthread_create(t, 0, f, 0); }' 'a thread outside os'
banned 'not const: count' src/base/p.c 'static int count;
int p(void) { return ++count; }' 'a global'
banned 'not const: last' src/base/p.c 'int p(int i) { static int last = 3; int was = last; last = i; return was; }' \
	'a static local'
banned 'variable length array' src/base/p.c 'int p(int n) { int a[n]; a[0] = 1; return a[0]; }' 'a VLA'
banned 'alloca' src/base/p.c '#include <alloca.h>
void *p(int n) { return alloca(n); }' 'alloca'
banned 'depends on the locale' src/base/p.c '#include <stdio.h>
int p(char *b, double d) { return snprintf(b, 9, "100 %% %.2f", d); }' 'a decimal through the C locale'
lonely src/cli/p.c '#include <stdlib.h>
static const char *const name[] = { "100 %% fino", "b" };
void p(int i) { if (name[i]) exit(i); }'
passes tests/banned.sh "$tree" "$build"
ok "banned lets cli exit, and const tables be"

# Shape.
shaped() {
	lonely src/base/p.c "$2"
	refuses "$1" tests/format.sh "$tree"
	ok "format refuses $3"
}
lonely src/base/p.c "$(printf '\nint p(int i)\n{\n\treturn i   + 1;\n}')"
passes tests/format.sh "$tree"
ok "format lets white space be wide"
shaped 'spaced unlike' "$(printf '\nint p(int i)\n{\n\treturn i+1;\n}')" 'operators without space'
shaped 'indented by spaces' "$(printf '\nint p(int i)\n{\n        return i + 1;\n}')" 'indentation by spaces'
shaped 'no space before' "$(printf '\nint p(int i)\n{\n\tif(i)\n\t\treturn 1;\n\treturn 2;\n}')" 'if without space'
shaped 'brace belongs' "$(printf '\nint p(int i)\n{\n\tif (i)\n\t{\n\t\ti = 2;\n\t}\n\treturn i;\n}')" 'a brace of its own'
shaped '101 columns' "/* $(printf '%095d' 0) */" 'a line of 101 columns'
shaped 'white space at the end' '/* a */ ' 'white space at the end of a line'
lonely src/base/p.c ''
printf 'int p;\n' >"$tree/src/base/p.c"
refuses 'has no line SPDX' tests/format.sh "$tree"
ok "format refuses a source without its licence"
printf '%s\nint p;' "$licence" >"$tree/src/base/p.c"
refuses 'do not end in a newline' tests/format.sh "$tree"
ok "format refuses a last line without its end"

echo "1..$n"
