/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One-time codes (RFC 6238) and recovery codes. */
#include <liboath/oath.h>
#include <sodium.h>
#include <string.h>

#include "app/account.h"
#include "os/random.h"

struct str totp_seed(struct arena *a)
{
	return random_hex(a, TOTP_SEED_BYTES);
}

static bool seed_bytes(struct str hex, unsigned char out[TOTP_SEED_BYTES])
{
	size_t n;
	return hex.n == 2 * TOTP_SEED_BYTES &&
	       sodium_hex2bin(out, TOTP_SEED_BYTES, hex.p, hex.n, NULL, &n, NULL) == 0 &&
	       n == TOTP_SEED_BYTES;
}

/* ---- for the authenticator ---- */

/* RFC 4648; 20 bytes are 32 letters, without padding. */
static struct str base32(struct arena *a, const unsigned char *byte, size_t n)
{
	static const char letter[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	struct buf b;
	unsigned held = 0, n_bits = 0;
	buf_init(&b, a, 2 * n + 8);
	for (size_t i = 0; i < n; i++) {
		held = (held << 8 | byte[i]) & 0xfff;
		for (n_bits += 8; n_bits >= 5; n_bits -= 5)
			buf_putc(&b, letter[held >> (n_bits - 5) & 31]);
	}
	if (n_bits)
		buf_putc(&b, letter[held << (5 - n_bits) & 31]);
	return buf_str(&b);
}

static struct str in_groups_of_four(struct arena *a, struct str s)
{
	struct buf b;
	buf_init(&b, a, 2 * s.n + 1);
	for (size_t i = 0; i < s.n; i += 4) {
		if (i)
			buf_putc(&b, ' ');
		buf_put(&b, str_sub(s, i, 4));
	}
	return buf_str(&b);
}

static void put_percent(struct buf *b, struct str s)
{
	static const char digit[] = "0123456789ABCDEF";
	for (size_t i = 0; i < s.n; i++) {
		unsigned char byte = (unsigned char)s.p[i];
		bool plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
			(byte >= '0' && byte <= '9') || strchr("-._~@", byte);
		if (plain && byte) {
			buf_putc(b, (char)byte);
			continue;
		}
		buf_putc(b, '%');
		buf_putc(b, digit[byte >> 4]);
		buf_putc(b, digit[byte & 15]);
	}
}

struct totp_words totp_describe(struct arena *a, struct str seed_hex, struct str email)
{
	unsigned char seed[TOTP_SEED_BYTES];
	struct totp_words out = { 0 };
	struct buf b;
	if (!seed_bytes(seed_hex, seed))
		return out;
	struct str letters = base32(a, seed, sizeof(seed));
	sodium_memzero(seed, sizeof(seed));
	buf_init(&b, a, 2048);
	buf_puts(&b, "otpauth://totp/ssme:");
	put_percent(&b, email);
	buf_puts(&b, "?secret=");
	buf_put(&b, letters);
	buf_puts(&b, "&issuer=ssme");
	out.uri = buf_str(&b);
	out.typed = in_groups_of_four(a, letters);
	return out;
}

/* ---- codes ---- */

bool totp_code(struct str seed_hex, int64_t step, char out[TOTP_DIGITS + 1])
{
	unsigned char seed[TOTP_SEED_BYTES];
	if (!seed_bytes(seed_hex, seed))
		return false;
	bool good = oath_hotp_generate((const char *)seed, sizeof(seed), (uint64_t)step,
				       TOTP_DIGITS, false, OATH_HOTP_DYNAMIC_TRUNCATION,
				       out) == OATH_OK;
	sodium_memzero(seed, sizeof(seed));
	return good;
}

/* The digits typed, without the space that apps show in the middle. */
static bool typed_digits(struct str code, char out[TOTP_DIGITS])
{
	size_t n = 0;
	for (size_t i = 0; i < code.n; i++) {
		if (code.p[i] == ' ')
			continue;
		if (n == TOTP_DIGITS || code.p[i] < '0' || code.p[i] > '9')
			return false;
		out[n++] = code.p[i];
	}
	return n == TOTP_DIGITS;
}

bool totp_step_of(struct str seed_hex, struct str code, int64_t now_s, int64_t *ret_step)
{
	char typed[TOTP_DIGITS], wanted[TOTP_DIGITS + 1];
	int64_t now_step = now_s / TOTP_STEP_SECONDS;
	bool found = false;
	if (!typed_digits(code, typed))
		return false;
	/* Every step is compared, whichever fits. */
	for (int64_t step = now_step - TOTP_STEPS_AROUND; step <= now_step + TOTP_STEPS_AROUND;
	     step++) {
		if (!totp_code(seed_hex, step, wanted))
			return false;
		if (sodium_memcmp(typed, wanted, TOTP_DIGITS) == 0) {
			*ret_step = step;
			found = true;
		}
	}
	return found;
}

/* ---- recovery codes ---- */

/* Without i, l, o, 0 and 1.  12 of 31 letters are 59 bits. */
static const char recovery_letter[] = "abcdefghjkmnpqrstuvwxyz23456789";
enum { LETTERS = sizeof(recovery_letter) - 1 };

static void random_letters(char *out, size_t n)
{
	for (size_t i = 0; i < n;) {
		unsigned char byte;
		random_bytes(&byte, 1);
		if (byte < 256 / LETTERS * LETTERS) /* above, some letters would come oftener */
			out[i++] = recovery_letter[byte % LETTERS];
	}
}

bool recovery_hash(struct arena *a, struct store *s, struct str typed, struct str *out,
		   struct err *e)
{
	struct buf b;
	buf_init(&b, a, RECOVERY_LETTERS + 1);
	for (size_t i = 0; i < typed.n; i++) {
		char ch = typed.p[i];
		if (ch >= 'A' && ch <= 'Z')
			ch = (char)(ch - 'A' + 'a');
		if (ch != ' ' && ch != '-')
			buf_putc(&b, ch);
	}
	return store_token_hash(s, a, "recovery", buf_str(&b), out, e);
}

bool recovery_make(struct arena *a, struct store *s, struct str code[RECOVERY_CODES],
		   struct str hash[RECOVERY_CODES], struct err *e)
{
	for (size_t i = 0; i < RECOVERY_CODES; i++) {
		char letter[RECOVERY_LETTERS];
		random_letters(letter, sizeof(letter));
		code[i] = str_fmt(a, "%.4s-%.4s-%.4s", letter, letter + 4, letter + 8);
		if (!recovery_hash(a, s, code[i], &hash[i], e))
			return false;
	}
	return true;
}
