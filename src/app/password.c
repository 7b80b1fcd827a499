/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passwords: which are good, and their hashes. */
#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "app/account.h"
#include "base/fold.h"

static size_t different_bytes(struct str s)
{
	bool seen[256] = { false };
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char byte = (unsigned char)s.p[i];
		n += !seen[byte];
		seen[byte] = true;
	}
	return n;
}

static bool is_same_word(struct arena *a, struct str password, struct str word)
{
	return word.n && str_eq(fold(a, password), fold(a, word));
}

static bool is_about_owner(const struct stored_account *of, struct str password)
{
	ARENA_SCOPE(a, 1 << 16);
	struct str rest = of->email, local = str_cut(&rest, '@');
	return is_same_word(&a, password, of->email) || is_same_word(&a, password, local) ||
	       is_same_word(&a, password, of->name);
}

bool password_good(const struct stored_account *of, struct str password, struct label *ret_why)
{
	static const struct label length = {
		{ STR("la contraseña debe tener de 12 a 256 bytes; unas cuantas palabras sirven"),
		  STR("a password has 12 to 256 bytes; a few words will do") }
	};
	static const struct label letters = {
		{ STR("la contraseña repite muy pocos caracteres; use al menos 5 distintos"),
		  STR("the password repeats very few characters; use at least 5 different ones") }
	};
	static const struct label owner = {
		{ STR("la contraseña es el correo o el nombre de la cuenta; elija otra"),
		  STR("the password is the account's address or name; choose another") }
	};
	static_assert(PASSWORD_BYTES_MIN == 12 && PASSWORD_BYTES_MAX == 256 &&
			      PASSWORD_LETTERS_MIN == 5,
		      "the sentences say the limits");
	const struct label *why = NULL;
	if (password.n < PASSWORD_BYTES_MIN || password.n > PASSWORD_BYTES_MAX)
		why = &length;
	else if (different_bytes(password) < PASSWORD_LETTERS_MIN)
		why = &letters;
	else if (is_about_owner(of, password))
		why = &owner;
	if (why)
		*ret_why = *why;
	return !why;
}

bool password_hash(struct arena *a, struct str password, struct str *out, struct err *e)
{
	char text[crypto_pwhash_STRBYTES];
	if (sodium_init() < 0 ||
	    crypto_pwhash_str(text, password.p ? password.p : "", password.n, PASSWORD_PASSES,
			      PASSWORD_MEMORY_BYTES) != 0)
		return err_say(e, ERR_IO,
			       "no hay memoria para proteger la contraseña: se necesitan %d MiB",
			       "there is no memory to protect the password: it takes %d MiB",
			       PASSWORD_MEMORY_BYTES >> 20);
	*out = str_dup(a, str_of(text));
	return true;
}

/* The text as libsodium wants it: a zero at its end. */
static bool hash_text(struct str hash, char out[crypto_pwhash_STRBYTES])
{
	if (!hash.n || hash.n >= crypto_pwhash_STRBYTES)
		return false;
	memset(out, 0, crypto_pwhash_STRBYTES);
	memcpy(out, hash.p, hash.n);
	return true;
}

bool password_fits(struct str hash, struct str password)
{
	char text[crypto_pwhash_STRBYTES];
	if (sodium_init() < 0)
		return false;
	if (!hash_text(hash, text)) {
		(void)!crypto_pwhash_str(text, password.p ? password.p : "", password.n,
					 PASSWORD_PASSES, PASSWORD_MEMORY_BYTES);
		return false;
	}
	return crypto_pwhash_str_verify(text, password.p ? password.p : "", password.n) == 0;
}

bool password_is_old(struct str hash)
{
	char text[crypto_pwhash_STRBYTES];
	return hash_text(hash, text) &&
	       crypto_pwhash_str_needs_rehash(text, PASSWORD_PASSES, PASSWORD_MEMORY_BYTES) != 0;
}
