/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the room: what a CSV source and an XLSX source have in common. */
#ifndef SSME_CODEC_SHEET_SOURCE_H
#define SSME_CODEC_SHEET_SOURCE_H

#include "codec/sheet.h"

struct sheet_source {
	bool (*next)(struct sheet_source *s, struct sheet_row *out, bool *ret_end, struct err *e);
	void (*close)(struct sheet_source *s); /* NULL: nothing to release */
	char delimiter;                        /* CSV, else 0 */
	/* What the source needs while it reads; apart from the caller's arena, which may be rewound
	 * between two rows.  Dropped by sheet_close(). */
	struct arena own;
};

/* bytes: CSV text, maybe with a BOM. */
bool csv_open(struct arena *a, struct str bytes, struct sheet_source **out,
	      struct err *e) MUST_CHECK;

bool xlsx_open(struct arena *a, struct str bytes, struct str name, struct sheet_source **out,
	       struct err *e) MUST_CHECK;
bool xlsx_names(struct arena *a, struct str bytes, struct str **ret_names, size_t *ret_n,
		struct err *e) MUST_CHECK;

/* A pack (codec/sheet_pack.h), told by its first bytes. */
bool sheet_is_pack(struct str bytes);
bool pack_open(struct arena *a, struct str bytes, struct str name, struct sheet_source **out,
	       struct err *e) MUST_CHECK;
bool pack_names(struct arena *a, struct str bytes, struct str **ret_names, size_t *ret_n,
		struct err *e) MUST_CHECK;

/* ERR_INPUT: bytes at bad_at are no UTF-8; says where and which encoding it looks like. */
bool sheet_bad_encoding(struct str bytes, size_t bad_at, uint64_t row, struct err *e);

#endif
