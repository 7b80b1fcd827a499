/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/secret.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "store/folder.h"

static const char check_context[] = "ssme: which secret is this";

static void set_check(struct secret *s)
{
	unsigned char hash[SECRET_CHECK_N / 2];
	crypto_generichash(hash, sizeof(hash), (const unsigned char *)check_context,
			   sizeof(check_context) - 1, s->byte, sizeof(s->byte));
	sodium_bin2hex(s->check, sizeof(s->check), hash, sizeof(hash));
}

void secret_make(struct secret *out)
{
	if (sodium_init() < 0)
		abort();
	randombytes_buf(out->byte, sizeof(out->byte));
	set_check(out);
}

bool secret_read(struct str hex, struct secret *out)
{
	struct secret s;
	size_t n;
	if (hex.n != 2 * SECRET_BYTES || sodium_init() < 0 ||
	    sodium_hex2bin(s.byte, sizeof(s.byte), hex.p, hex.n, NULL, &n, NULL) != 0 ||
	    n != SECRET_BYTES)
		return false;
	set_check(&s);
	*out = s;
	secret_wipe(&s);
	return true;
}

struct str secret_text(struct arena *a, const struct secret *s)
{
	char *p = NEW(a, 2 * SECRET_BYTES + 1, char);
	sodium_bin2hex(p, 2 * SECRET_BYTES + 1, s->byte, sizeof(s->byte));
	return (struct str){ p, 2 * SECRET_BYTES };
}

void secret_wipe(struct secret *s)
{
	sodium_memzero(s, sizeof(*s));
}

/* ---- the file ---- */

bool secrets_load(const char *folder, struct secrets *out, struct err *e)
{
	ARENA_SCOPE(a, 1 << 20);
	struct str text;
	const char *path = folder_path(&a, folder, SECRET_FILE);
	struct secrets all = { .n = 0 };
	if (!file_text(&a, path, &text, e))
		return false;
	while (text.n && all.n < SECRETS_MAX) {
		struct str line = str_trim(str_cut(&text, '\n'));
		if (line.n && !secret_read(line, &all.item[all.n++]))
			return err_say(e, ERR_IO,
				"%s: no es un secreto; recupere una copia con: ssme restore "
				"ARCHIVO --force",
				"%s: it is no secret; bring back a backup with: ssme restore FILE "
				"--force",
				path);
	}
	*out = all;
	secrets_wipe(&all);
	return true;
}

bool secrets_store(const char *folder, const struct secrets *all, struct err *e)
{
	ARENA_SCOPE(a, 1 << 20);
	struct buf b;
	buf_init(&b, &a, 4096);
	for (size_t i = 0; i < all->n; i++) {
		buf_put(&b, secret_text(&a, &all->item[i]));
		buf_putc(&b, '\n');
	}
	return file_put_private(&a, folder_path(&a, folder, SECRET_FILE), buf_str(&b), e);
}

const struct secret *secrets_find(const struct secrets *all, const char *check)
{
	for (size_t i = 0; i < all->n; i++) {
		if (strcmp(all->item[i].check, check) == 0)
			return &all->item[i];
	}
	return NULL;
}

void secrets_wipe(struct secrets *all)
{
	sodium_memzero(all, sizeof(*all));
}
