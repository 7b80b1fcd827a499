/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of ours that pages need: styles, fonts, icons, out of the program itself.  All stand below
 * one folder named after the hash of all of them, so that a file may name another beside it, and
 * may be kept by browsers for ever. */
#ifndef SSME_HTTP_STATIC_H
#define SSME_HTTP_STATIC_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"

struct static_file {
	struct str name;        /* "style.css", "fonts/x.woff2" */
	struct str bytes, gzip; /* gzip: or empty */
	const char *type;
};
struct static_files {
	struct str hash;        /* hex */
	struct static_file *file; /* by name */
	size_t n;
};
/* Unpacks the embedded files, in a.  ERR_IO: they do not unpack: a broken program. */
bool static_make(struct arena *a, struct static_files *out, struct err *e) MUST_CHECK;
const struct static_file *static_find(const struct static_files *f, struct str name);
/* "/static/HASH/NAME", in a; NAME as it is when there is no such file. */
struct str static_path(const struct static_files *f, struct arena *a, const char *name);

#endif
