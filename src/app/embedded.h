/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files compiled into the program by tools/embed.c, found by name.  The arrays
 * are written at build time from the folders of the same name; `sample` holds
 * what tools/sample.c makes.  All of it is constant and lives as long as the
 * program.  A folder that does not exist gives an array without entries. */
#ifndef APP_EMBEDDED_H
#define APP_EMBEDDED_H

#include <stddef.h>

struct embedded {
	const char *name;          /* path inside the folder, '/' between parts, sorted by bytes */
	const unsigned char *data; /* n bytes, then a zero that n does not count */
	size_t n;                  /* bytes kept */
	size_t n_raw;              /* bytes of the file.  n == n_raw: data is the file itself;
				    * n < n_raw: data is a zlib stream (RFC 1950) of it */
};

extern const struct embedded embedded_data[];
extern const size_t embedded_data_n;
extern const struct embedded embedded_instruments[];
extern const size_t embedded_instruments_n;
extern const struct embedded embedded_web[];
extern const size_t embedded_web_n;
extern const struct embedded embedded_sample[];
extern const size_t embedded_sample_n;

#endif
