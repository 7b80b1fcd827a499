/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/static.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "app/embedded.h"
#include "base/hash.h"

enum { HASH_DIGITS = 16 };

static const struct {
	const char *ending, *type;
} types[] = {
	{ ".css", "text/css; charset=utf-8" },
	{ ".woff2", "font/woff2" },
	{ ".svg", "image/svg+xml" },
	{ ".png", "image/png" },
	{ ".ico", "image/x-icon" },
	{ ".js", "text/javascript; charset=utf-8" },
	{ ".webmanifest", "application/manifest+json" },
};

/* NULL: not for browsers (templates, translations). */
static const char *type_of(struct str name)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		if (str_ends(name, types[i].ending))
			return types[i].type;
	}
	return NULL;
}

static bool unpack(struct arena *a, const struct embedded *in, struct str *out, struct err *e)
{
	uLongf n = (uLongf)in->n_raw;
	if (in->n == in->n_raw) {
		*out = (struct str){ (const char *)in->data, in->n };
		return true;
	}
	char *bytes = NEW(a, in->n_raw, char);
	if (uncompress((Bytef *)bytes, &n, in->data, (uLong)in->n) != Z_OK || n != in->n_raw)
		return err_say(e, ERR_IO, "%s: el programa está dañado", "%s: damaged program",
			       in->name);
	*out = (struct str){ bytes, in->n_raw };
	return true;
}

static void put_little(char *to, uLong v)
{
	for (size_t i = 0; i < 4; i++)
		to[i] = (char)(unsigned char)(v >> (8 * i));
}

/* What is embedded is a zlib stream: between a head of 2 and a sum of 4 bytes it is what gzip has
 * between a head of 10 and two sums of 4. */
static struct str as_gzip(struct arena *a, const struct embedded *in, struct str raw)
{
	enum { ZLIB_HEAD = 2, ZLIB_SUM = 4, GZIP_HEAD = 10, GZIP_SUMS = 8 };
	static const char head[GZIP_HEAD] = { 0x1f, (char)0x8b, 8, 0, 0, 0, 0, 0, 2, 3 };
	if (in->n == in->n_raw || in->n < ZLIB_HEAD + ZLIB_SUM)
		return (struct str){ 0 };
	const size_t n = in->n - ZLIB_HEAD - ZLIB_SUM;
	char *out = NEW(a, GZIP_HEAD + n + GZIP_SUMS, char);
	memcpy(out, head, GZIP_HEAD);
	memcpy(out + GZIP_HEAD, in->data + ZLIB_HEAD, n);
	put_little(out + GZIP_HEAD + n,
		   crc32(0, (const Bytef *)raw.p, (uInt)raw.n));
	put_little(out + GZIP_HEAD + n + 4, (uLong)raw.n);
	return (struct str){ out, GZIP_HEAD + n + GZIP_SUMS };
}

bool static_make(struct arena *a, struct static_files *out, struct err *e)
{
	struct sha256_state hash;
	sha256_start(&hash);
	out->file = NEW(a, embedded_web_n, struct static_file);
	out->n = 0;
	for (size_t i = 0; i < embedded_web_n; i++) {
		struct static_file *f = &out->file[out->n];
		f->name = str_of(embedded_web[i].name);
		f->type = type_of(f->name);
		if (!f->type)
			continue;
		if (!unpack(a, &embedded_web[i], &f->bytes, e))
			return false;
		f->gzip = as_gzip(a, &embedded_web[i], f->bytes);
		sha256_add(&hash, f->name);
		sha256_add(&hash, f->bytes);
		out->n++;
	}
	out->hash = str_sub(sha256_hex(a, sha256_end(&hash)), 0, HASH_DIGITS);
	return true;
}

static int by_name(const void *key, const void *file)
{
	return str_cmp(*(const struct str *)key, ((const struct static_file *)file)->name);
}

const struct static_file *static_find(const struct static_files *f, struct str name)
{
	return bsearch(&name, f->file, f->n, sizeof(*f->file), by_name);
}

struct str static_path(const struct static_files *f, struct arena *a, const char *name)
{
	return str_fmt(a, "/static/%.*s/%s", STR_ARG(f->hash), name);
}
