/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A QR code (ISO/IEC 18004) as SVG, for carrying a text from a screen to a telephone. */
#ifndef SSME_RENDER_QR_H
#define SSME_RENDER_QR_H

#include "base/text.h"

enum {
	QR_TEXT_BYTES_MAX = 1024,
	QR_QUIET_MODULES = 4, /* empty border that readers need */
};

/* Dark on white in both colour schemes, as readers expect it; error correction M.  alternative says
 * what the picture is for who does not see it.  Width and height are the style sheet's (class qr).
 * ERR_LIMIT: longer than QR_TEXT_BYTES_MAX.  ERR_INPUT: empty, or with a zero in it. */
bool render_qr(struct arena *a, struct str text, struct str alternative, struct buf *out,
	       struct err *e) MUST_CHECK;

#endif
