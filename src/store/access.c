/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/access.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

/* ---- small readings ---- */

static bool take_integer(void *user, const struct db_value *column, struct err *e)
{
	(void)e;
	*(int64_t *)user = column[0].integer;
	return true;
}

bool access_integer(struct store *s, int statement, const struct db_value *arg, int64_t *out,
		    struct err *e)
{
	return db_run(s->db, statement, arg, take_integer, out, e);
}

static bool count_row(void *user, const struct db_value *column, struct err *e)
{
	(void)column;
	(void)e;
	++*(int64_t *)user;
	return true;
}

bool access_count(struct store *s, int statement, const struct db_value *arg, int64_t *ret_n,
		  struct err *e)
{
	int64_t n = 0;
	if (!db_run(s->db, statement, arg, count_row, &n, e))
		return false;
	*ret_n = n;
	return true;
}

bool access_number(struct store *s, const char *of, int64_t *out, struct err *e)
{
	struct db_value arg[P_number_next_N] = { db_text(str_of(of)) };
	return access_integer(s, STMT_number_next, arg, out, e);
}

bool access_email(struct store *s, struct arena *a, int64_t account, struct str *out, struct err *e)
{
	struct db_value arg[P_account_email_N] = { db_integer(account) };
	bool found;
	if (!read_text(s->db, a, STMT_account_email, arg, out, &found, e))
		return false;
	return found ||
		err_say(e, ERR_ABSENT,
			"no existe la cuenta %lld; véalas con: ssme account list",
			"there is no account %lld; see them with: ssme account list",
			(long long)account);
}

struct str access_link_name(struct arena *a, int64_t link)
{
	return str_fmt(a, "link %lld", (long long)link);
}

bool access_short(struct str text, size_t most, const char *es, const char *en, struct err *e)
{
	return text.n <= most ||
		err_say(e, ERR_LIMIT,
			"%s%.0s: más de %zu bytes; acórtelo",
			"%.0s%s: more than %zu bytes; shorten it",
			es, en, most);
}

/* ---- secrets ---- */

enum {
	HASH_BYTES = TOKEN_HASH_N / 2,
	NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	TAG_BYTES = crypto_aead_xchacha20poly1305_ietf_ABYTES,
	KEY_BYTES = crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
};

/* Keyed BLAKE2b of a purpose (with its final zero) and a text: what it gives for one purpose tells
 * nothing of another. */
static void keyed_hash(const struct store *s, const char *purpose, struct str text,
		       unsigned char *out, size_t n)
{
	crypto_generichash_state state;
	crypto_generichash_init(&state, s->secret.byte, sizeof(s->secret.byte), n);
	crypto_generichash_update(&state, (const unsigned char *)purpose, strlen(purpose) + 1);
	if (text.n)
		crypto_generichash_update(&state, (const unsigned char *)text.p, text.n);
	crypto_generichash_final(&state, out, n);
}

static bool has_secret(const struct store *s, enum err_code code, struct err *e)
{
	return s->has_secret ||
		err_say(e, code,
			"%s/%s: falta el secreto con que se comprueban sesiones, fichas y "
			"enlaces; recupere una copia con: ssme restore ARCHIVO --force",
			"%s/%s: the secret that sessions, tokens and links are checked with is "
			"missing; bring back a backup with: ssme restore FILE --force",
			s->folder, SECRET_FILE);
}

bool store_token_hash(struct store *s, struct arena *a, const char *kind, struct str secret,
		      struct str *out, struct err *e)
{
	unsigned char hash[HASH_BYTES];
	if (!has_secret(s, ERR_ABSENT, e))
		return false;
	char *hex = NEW(a, TOKEN_HASH_N + 1, char);
	keyed_hash(s, kind, secret, hash, sizeof(hash));
	sodium_bin2hex(hex, TOKEN_HASH_N + 1, hash, sizeof(hash));
	*out = (struct str){ hex, TOKEN_HASH_N };
	return true;
}

/* A sealed seed is, in hexadecimal, a random nonce and the seed under XChaCha20-Poly1305 with a key
 * of its own out of the secret, bound to the number of the account. */

bool seed_seal(const struct store *s, struct arena *a, int64_t account, struct str seed_hex,
	       struct str *out, struct err *e)
{
	unsigned char key[KEY_BYTES];
	struct str place = str_fmt(a, "%lld", (long long)account);
	size_t n = NONCE_BYTES + seed_hex.n + TAG_BYTES;
	if (!has_secret(s, ERR_IO, e))
		return false;
	unsigned char *box = NEW(a, n, unsigned char);
	char *hex = NEW(a, 2 * n + 1, char);
	keyed_hash(s, "totp seed", STR(""), key, sizeof(key));
	randombytes_buf(box, NONCE_BYTES);
	crypto_aead_xchacha20poly1305_ietf_encrypt(
		box + NONCE_BYTES, NULL, (const unsigned char *)seed_hex.p, seed_hex.n,
		(const unsigned char *)place.p, place.n, NULL, box, key);
	sodium_bin2hex(hex, 2 * n + 1, box, n);
	sodium_memzero(key, sizeof(key));
	*out = (struct str){ hex, 2 * n };
	return true;
}

bool seed_open(const struct store *s, struct arena *a, int64_t account, struct str sealed,
	       struct str *out, struct err *e)
{
	unsigned char key[KEY_BYTES];
	struct str place = str_fmt(a, "%lld", (long long)account);
	size_t n = 0;
	unsigned long long n_plain = 0;
	if (!has_secret(s, ERR_IO, e))
		return false;
	unsigned char *box = NEW(a, sealed.n / 2 + 1, unsigned char),
		      *plain = NEW(a, sealed.n / 2 + 1, unsigned char);
	keyed_hash(s, "totp seed", STR(""), key, sizeof(key));
	bool good = sodium_hex2bin(box, sealed.n / 2, sealed.p, sealed.n, NULL, &n, NULL) == 0 &&
		n >= NONCE_BYTES + TAG_BYTES &&
		crypto_aead_xchacha20poly1305_ietf_decrypt(
			plain, &n_plain, NULL, box + NONCE_BYTES, n - NONCE_BYTES,
			(const unsigned char *)place.p, place.n, box, key) == 0;
	sodium_memzero(key, sizeof(key));
	if (!good)
		return err_say(e, ERR_IO,
			"cuenta %lld: su segundo factor no se abre con el secreto de esta "
			"carpeta; recupere una copia con: ssme restore ARCHIVO --force",
			"account %lld: its second factor does not open with the secret of this "
			"folder; bring back a backup with: ssme restore FILE --force",
			(long long)account);
	*out = (struct str){ (const char *)plain, (size_t)n_plain };
	return true;
}

/* ---- other texts ---- */

static const char text_mark[] = "sealed:";
enum {
	TEXT_MARK_N = sizeof(text_mark) - 1,
	TEXT_BASE64 = sodium_base64_VARIANT_URLSAFE_NO_PADDING,
};

bool text_seal(const struct store *s, struct arena *a, const char *purpose, struct str place,
	       struct str text, struct str *out, struct err *e)
{
	unsigned char key[KEY_BYTES];
	const size_t n = NONCE_BYTES + text.n + TAG_BYTES;
	const size_t n_text = sodium_base64_encoded_len(n, TEXT_BASE64);
	*out = text;
	if (!text.n)
		return true;
	if (!has_secret(s, ERR_IO, e))
		return false;
	unsigned char *box = NEW(a, n, unsigned char);
	char *made = NEW(a, TEXT_MARK_N + n_text, char);
	keyed_hash(s, purpose, STR(""), key, sizeof(key));
	randombytes_buf(box, NONCE_BYTES);
	crypto_aead_xchacha20poly1305_ietf_encrypt(
		box + NONCE_BYTES, NULL, (const unsigned char *)text.p, text.n,
		(const unsigned char *)place.p, place.n, NULL, box, key);
	sodium_memzero(key, sizeof(key));
	memcpy(made, text_mark, TEXT_MARK_N);
	sodium_bin2base64(made + TEXT_MARK_N, n_text, box, n, TEXT_BASE64);
	*out = (struct str){ made, TEXT_MARK_N + n_text - 1 };
	return true;
}

bool text_open(const struct store *s, struct arena *a, const char *purpose, struct str place,
	       struct str sealed, struct str *out, struct err *e)
{
	unsigned char key[KEY_BYTES];
	unsigned long long n_plain = 0;
	size_t n = 0;
	*out = sealed;
	if (!str_starts(sealed, text_mark))
		return true;
	if (!has_secret(s, ERR_IO, e))
		return false;
	unsigned char *box = NEW(a, sealed.n, unsigned char),
		      *plain = NEW(a, sealed.n, unsigned char);
	keyed_hash(s, purpose, STR(""), key, sizeof(key));
	const bool good =
		sodium_base642bin(box, sealed.n, sealed.p + TEXT_MARK_N, sealed.n - TEXT_MARK_N,
				  NULL, &n, NULL, TEXT_BASE64) == 0 &&
		n >= NONCE_BYTES + TAG_BYTES &&
		crypto_aead_xchacha20poly1305_ietf_decrypt(
			plain, &n_plain, NULL, box + NONCE_BYTES, n - NONCE_BYTES,
			(const unsigned char *)place.p, place.n, box, key) == 0;
	sodium_memzero(key, sizeof(key));
	if (!good)
		return err_say(e, ERR_IO,
			"un texto guardado no se abre con el secreto de esta carpeta; recupere una "
			"copia con: ssme restore ARCHIVO --force",
			"a text that was kept does not open with the secret of this folder; bring "
			"back a backup with: ssme restore FILE --force");
	*out = (struct str){ (const char *)plain, (size_t)n_plain };
	return true;
}
