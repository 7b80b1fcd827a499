/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sheets as plain bytes: what a CSV or XLSX file says, without the file's tricks.  A child without
 * rights reads somebody's file and packs it; the process that holds the store reads the pack, which
 * is only lengths and texts, by the reader of codec/sheet.h: sheet_kind_of() tells a pack from its
 * first bytes, and every function there takes one as it takes a file.
 *
 * A pack may come from a child that was taken over, so its reader trusts no length in it.
 *
 * Form: PACK_MAGIC, a byte SHEET_CSV or SHEET_XLSX, the delimiter (0 for XLSX), the number of
 * sheets; then for each sheet its name, the bytes that follow for it, and its records: 1, the row's
 * number, its cells, a text each; or 2, code, Spanish and English of the fault that reading ran
 * into; or 0, the end.  Numbers are 8 bytes, the least significant first; a text is its length and
 * its bytes. */
#ifndef SSME_CODEC_SHEET_PACK_H
#define SSME_CODEC_SHEET_PACK_H

#include "codec/sheet.h"

#define PACK_MAGIC "\x89ssmepk1"

/* Packs every sheet of a CSV or XLSX file.  A fault inside a sheet is packed with it, where it
 * stands, and comes out when a reader gets there.  ERR_INPUT, ERR_LIMIT as sheet_kind_of() and
 * sheet_names(); ERR_INPUT: it is a pack already.  out->over: it did not fit; for the caller to
 * look at. */
bool sheet_pack(struct str bytes, struct buf *out, struct err *e) MUST_CHECK;

#endif
