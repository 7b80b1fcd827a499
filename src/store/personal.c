/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sealed value is the text "sealed:" and, in base 64, a random nonce and the JSON of the value
 * under XChaCha20-Poly1305 (libsodium), bound to its place: round, form, cluster, company and
 * question. */
#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "codec/json.h"
#include "store/secret.h"

static const char mark[] = "sealed:";
enum {
	MARK_N = sizeof(mark) - 1,
	NONCE_N = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	TAG_N = crypto_aead_xchacha20poly1305_ietf_ABYTES,
	BASE64 = sodium_base64_VARIANT_URLSAFE_NO_PADDING,
};

/* One document on its way in or out: text up to `copied` has been taken over. */
struct walk {
	struct arena *a;
	const struct secret *secret;
	const struct place *at;
	const struct str *personal;
	size_t n_personal;
	bool opening;
	struct json_in j;
	const char *copied;
	struct buf out;
};

static bool is_personal(const struct walk *w, struct str name)
{
	static const char *const beside[] = { "__reason", "__imputed" };
	struct str plain = name;
	for (size_t i = 0; i < sizeof(beside) / sizeof(*beside); i++) {
		if (str_ends(name, beside[i]))
			plain = str_sub(name, 0, name.n - strlen(beside[i]));
	}
	for (size_t i = 0; i < w->n_personal; i++) {
		if (str_eq(w->personal[i], name) || str_eq(w->personal[i], plain))
			return true;
	}
	return false;
}

/* The place as bytes, each part with its length before it. */
static struct str bound_to(const struct walk *w, struct str question)
{
	struct str part[] = { w->at->round, w->at->form, w->at->cluster, w->at->company, question };
	struct buf b;
	buf_init(&b, w->a, 1 << 20);
	for (size_t i = 0; i < sizeof(part) / sizeof(*part); i++) {
		buf_fmt(&b, "%zu:", part[i].n);
		buf_put(&b, part[i]);
	}
	return buf_str(&b);
}

static void seal_value(struct walk *w, struct str name, struct str value)
{
	struct str ad = bound_to(w, name);
	size_t n = NONCE_N + value.n + TAG_N, n_text = sodium_base64_encoded_len(n, BASE64);
	unsigned char *box = NEW(w->a, n, unsigned char);
	char *text = NEW(w->a, n_text, char);
	randombytes_buf(box, NONCE_N);
	crypto_aead_xchacha20poly1305_ietf_encrypt(
		box + NONCE_N, NULL, (const unsigned char *)value.p, value.n,
		(const unsigned char *)ad.p, ad.n, NULL, box, w->secret->byte);
	sodium_bin2base64(text, n_text, box, n, BASE64);
	buf_putc(&w->out, '"');
	buf_puts(&w->out, mark);
	buf_puts(&w->out, text);
	buf_putc(&w->out, '"');
}

/* value: the JSON string, quotes included. */
static bool open_value(struct walk *w, struct str name, struct str value, struct err *e)
{
	struct str ad = bound_to(w, name);
	size_t n = 0;
	unsigned char *box = NEW(w->a, value.n, unsigned char),
		      *plain = NEW(w->a, value.n, unsigned char);
	unsigned long long n_plain = 0;
	if (value.n < MARK_N + 2 || memcmp(value.p + 1, mark, MARK_N) != 0 ||
	    sodium_base642bin(box, value.n, value.p + 1 + MARK_N, value.n - MARK_N - 2, NULL, &n,
			      NULL, BASE64) != 0 ||
	    n < NONCE_N + TAG_N ||
	    crypto_aead_xchacha20poly1305_ietf_decrypt(plain, &n_plain, NULL, box + NONCE_N,
						       n - NONCE_N, (const unsigned char *)ad.p,
						       ad.n, box, w->secret->byte) != 0)
		return err_say(e, ERR_IO,
			"%.*s: la respuesta personal no se abre con el secreto de esta carpeta; "
			"recupere una copia con: ssme restore ARCHIVO --force",
			"%.*s: the personal answer does not open with the secret of this folder; "
			"bring back a backup with: ssme restore FILE --force",
			STR_ARG(name));
	buf_put(&w->out, (struct str){ (const char *)plain, (size_t)n_plain });
	return true;
}

/* The value that stands next belongs to a personal question. */
static bool turn(struct walk *w, struct str name, struct err *e)
{
	bool null = json_in_peek(&w->j) == JSON_IS_NULL; /* also passes the blanks before it */
	const char *from = w->j.at;
	json_in_skip(&w->j);
	if (w->j.fault || null)
		return true;
	struct str value = { from, (size_t)(w->j.at - from) };
	buf_put(&w->out, (struct str){ w->copied, (size_t)(from - w->copied) });
	w->copied = w->j.at;
	if (w->opening)
		return open_value(w, name, value, e);
	seal_value(w, name, value);
	return true;
}

/* Any value; its depth is bounded by the reader. */
static bool walk_value(struct walk *w, struct err *e)
{
	struct str name;
	switch (json_in_peek(&w->j)) {
	case JSON_IS_OBJECT:
		if (!json_in_object(&w->j))
			break;
		while (json_in_key(&w->j, &name)) {
			if (is_personal(w, name) ? !turn(w, name, e) : !walk_value(w, e))
				return false;
		}
		break;
	case JSON_IS_ARRAY:
		if (!json_in_array(&w->j))
			break;
		while (json_in_item(&w->j)) {
			if (!walk_value(w, e))
				return false;
		}
		break;
	case JSON_IS_NONE:
	case JSON_IS_NULL:
	case JSON_IS_BOOL:
	case JSON_IS_NUMBER:
	case JSON_IS_STRING:
		json_in_skip(&w->j);
		break;
	}
	return true;
}

static bool walk_document(struct walk *w, struct str document, struct str *out, struct err *e)
{
	if (sodium_init() < 0)
		return err_say(e, ERR_IO,
			"libsodium no arranca",
			"libsodium does not start");
	json_in_start(&w->j, w->a, document);
	buf_init(&w->out, w->a, document.n * 64 + (1u << 20));
	w->copied = document.p;
	if (!walk_value(w, e) || !json_in_end(&w->j, e))
		return false;
	buf_put(&w->out, (struct str){ w->copied, (size_t)(document.p + document.n - w->copied) });
	if (w->out.over)
		return err_say(e, ERR_LIMIT,
			"documento demasiado grande",
			"document too large");
	*out = buf_str(&w->out);
	return true;
}

bool personal_seal(struct arena *a, const struct secret *s, const struct place *at,
		   const struct str *personal, size_t n_personal, struct str document,
		   struct str *out, struct err *e)
{
	struct walk w = {
		.a = a, .secret = s, .at = at, .personal = personal, .n_personal = n_personal
	};
	return walk_document(&w, document, out, e);
}

bool personal_open(struct arena *a, const struct secret *s, const struct place *at,
		   const struct str *personal, size_t n_personal, struct str document,
		   struct str *out, struct err *e)
{
	struct walk w = { .a = a,
			  .secret = s,
			  .at = at,
			  .personal = personal,
			  .n_personal = n_personal,
			  .opening = true };
	return walk_document(&w, document, out, e);
}
