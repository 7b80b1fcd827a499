/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "render/qr.h"

#include <qrencode.h>
#include <string.h>

/* Dark modules of a row that stand side by side are one rectangle of the path. */
static void put_row(struct buf *out, const unsigned char *module, int n, int y)
{
	for (int x = 0; x < n; x++) {
		int from = x;
		while (x < n && (module[x] & 1))
			x++;
		if (x > from)
			buf_fmt(out, "M%d %dh%dv1h-%dz", from + QR_QUIET_MODULES,
				y + QR_QUIET_MODULES, x - from, x - from);
	}
}

static void put_code(struct buf *out, const QRcode *code, struct str alternative)
{
	const int side = code->width + 2 * QR_QUIET_MODULES;
	buf_fmt(out, "<svg class=\"qr\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"", side,
		side);
	esc_attr(out, alternative);
	buf_fmt(out, "\"><path fill=\"#ffffff\" d=\"M0 0h%dv%dh-%dz\"/><path fill=\"#000000\" d=\"",
		side, side, side);
	for (int y = 0; y < code->width; y++)
		put_row(out, code->data + (size_t)y * (size_t)code->width, code->width, y);
	buf_puts(out, "\"/></svg>");
}

bool render_qr(struct arena *a, struct str text, struct str alternative, struct buf *out,
	       struct err *e)
{
	if (!text.n || memchr(text.p, 0, text.n))
		return err_say(e, ERR_INPUT, "código QR: el texto está vacío o tiene un cero",
			       "QR code: the text is empty or has a zero in it");
	if (text.n > QR_TEXT_BYTES_MAX)
		return err_say(e, ERR_LIMIT, "código QR: más de %d bytes",
			       "QR code: over %d bytes", QR_TEXT_BYTES_MAX);
	QRcode *code = QRcode_encodeString8bit(str_c(a, text), 0, QR_ECLEVEL_M);
	if (!code)
		return err_say(e, ERR_LIMIT, "código QR: el texto no cabe",
			       "QR code: the text does not fit");
	put_code(out, code, alternative);
	QRcode_free(code);
	return true;
}
