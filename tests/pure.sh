#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Purity: no object of a pure room (fourth column of the table in ARCHITECTURE.md) calls the
# clock, a file, a socket, SQL, the locale, the standard streams, the environment, chance or a
# thread, nor ends the process but by assert and abort.  Read from the undefined symbols of the
# archives, so it holds for what was compiled, whatever the source looks like.
#
# Two files are pure but for their library: render/pdf_pen.c (pango reads fonts through fontconfig)
# and codec/xlsx_write.c (libxlsxwriter may use a temporary file, and writes its result to a file in
# memory, whose size is asked and which is closed).  Only they may call it.
# base/arena.c may write its last words before it aborts for want of memory.
#
# pure.sh BUILD [ROOT]
set -eu
build=${1:?usage: pure.sh BUILD [ROOT]}
root=${2:-$(dirname "$0")/..}

rooms=$(awk -F'|' '/^\| `src\// { gsub(/[ `]/, "", $2); gsub(/ /, "", $5)
	if ($5 == "yes") { sub(/src\//, "", $2); print $2 } }' "$root/ARCHITECTURE.md")
[ -n "$rooms" ] || { echo "pure: no pure room in ARCHITECTURE.md"; exit 1; }

for room in $rooms; do
	archive=$build/src/lib$room.a
	if [ -f "$archive" ]; then
		nm -A -u "$archive" | sed "s/^/$room /"
	elif [ -n "$(find "$root/src/$room" -name '*.c' ! -name '*_test.c' 2>/dev/null)" ]; then
		echo "$room @missing $archive"
	fi
done | awk '
	BEGIN {
		deny = "time|clock|clock_gettime|gettimeofday|timespec_get|localtime(_r)?|gmtime(_r)?" \
			"|mktime|timegm|strftime|ctime(_r)?|asctime(_r)?|tzset|nanosleep|usleep|sleep" \
			"|f?open|fdopen|freopen|fopencookie|openat|creat|tmpfile|mkstemp|mkostemp|tmpnam" \
			"|fmemopen|open_memstream|read|write|pread|pwrite|readv|writev|close|lseek|f?stat|lstat" \
			"|fstatat|unlink|remove|rename|mkdir|rmdir|opendir|readdir|nftw|ftw|access" \
			"|socket|connect|bind|listen|accept|send|recv|sendto|recvfrom|getaddrinfo|poll|select" \
			"|stdin|stdout|stderr|v?printf|v?fprintf|v?dprintf|puts|putchar|fputs|fputc|putc|fwrite" \
			"|fread|fgets|fgetc|getc|getchar|getline|scanf|fscanf|perror|syslog|vsyslog" \
			"|getenv|secure_getenv|setenv|putenv|environ|setlocale|uselocale|newlocale|localeconv" \
			"|nl_langinfo|strcoll|strxfrm|rand(_r)?|srand|random(_r)?|srandom|[dlmejn]rand48|srand48" \
			"|getrandom|getentropy|arc4random.*|randombytes.*|gsl_rng_.*|gsl_ran_.*" \
			"|sqlite3_.*|PQ.*|exit|_exit|_Exit|quick_exit|atexit|fork|vfork|exec[vl]p?e?|system|popen" \
			"|posix_spawn.*|kill|raise|signal|sigaction|syscall|ioctl|pthread_.*|thrd_.*|mtx_.*|cnd_.*"
		library["pango_.*|g_object_.*|Fc[A-Z].*"] = "render/pdf_pen.c.o"
		library["workbook_.*|worksheet_.*|chartsheet_.*|lxw_.*"] = "codec/xlsx_write.c.o"
	}
	$2 == "@missing" { print "pure: " $3 " is not built"; bad = 1; next }
	{
		object = $2
		sub(/:$/, "", object)
		sub(/.*[\/:]/, "", object)
		sub("^" $1 "_", "", object) # Meson names room/x.c room_x.c.o
		symbol = plain = $NF
		if (plain !~ /^__(asan|ubsan)/) {
			sub(/@.*/, "", plain)
			sub(/^__isoc(99|23)_/, "", plain)
			if (plain ~ /_chk$/) sub(/^__/, "", plain)
			sub(/_chk$/, "", plain)
			if (plain !~ /^[a-z]*_/) sub(/64(_2)?$/, "", plain)
		}
		n++
		seen[$1] = 1
		if (plain ~ "^(" deny ")$" && !($1 "/" object == "base/arena.c.o" && plain == "write") &&
		    !($1 "/" object == "codec/xlsx_write.c.o" && plain ~ /^(close|lseek)$/)) {
			print "pure: " $1 "/" object " calls " symbol
			bad = 1
		}
		for (names in library)
			if (plain ~ "^(" names ")$" && $1 "/" object != library[names]) {
				print "pure: " $1 "/" object " calls " symbol ", which only " library[names] " may"
				bad = 1
			}
	}
	END {
		if (bad) exit 1
		for (room in seen) rooms++
		print "pure: " n + 0 " outside symbols of " rooms + 0 " rooms are harmless"
	}'
