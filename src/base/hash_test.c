/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/hash.h"

/* FIPS 180-4 example values, as published with the standard. */
static void the_published_examples_come_out(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 20);
	assert_true(str_is(sha256_hex(&a, sha256_of(STR("abc"))),
			   "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
	assert_true(str_is(sha256_hex(&a, sha256_of((struct str){ NULL, 0 })),
			   "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
	assert_true(str_is(
		sha256_hex(
			&a,
			sha256_of(STR("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))),
		"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"));
}

static struct str pieces(struct arena *a, struct str one, struct str two)
{
	struct sha256_state s;
	sha256_start(&s);
	sha256_add(&s, one);
	sha256_add(&s, two);
	return sha256_hex(a, sha256_end(&s));
}

static struct str pieces_blake2b(struct arena *a, struct str one, struct str two)
{
	struct blake2b_state s;
	blake2b_start(&s);
	blake2b_add(&s, one);
	blake2b_add(&s, two);
	return blake2b_hex(a, blake2b_end(&s));
}

/* python3 -c 'import hashlib as h; print(h.blake2b(b"\1"+7*b"\0"+b"a"+b"\2"+7*b"\0"+b"bc",
 * digest_size=32).hexdigest())' */
static void pieces_of_blake2b_are_hashed_behind_their_lengths(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 20);
	assert_true(str_is(pieces_blake2b(&a, STR("a"), STR("bc")),
			   "77bbcab7072b897c548327378f11776f4853104c71bdb95a12ded5d2783523bf"));
	assert_false(str_eq(pieces_blake2b(&a, STR("a"), STR("bc")),
			    pieces_blake2b(&a, STR("ab"), STR("c"))));
}

static void pieces_are_kept_apart_by_their_lengths(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 20);
	assert_false(str_eq(pieces(&a, STR("ab"), STR("c")), pieces(&a, STR("a"), STR("bc"))));
	assert_false(str_eq(pieces(&a, STR(""), STR("abc")), pieces(&a, STR("abc"), STR(""))));
	/* a length is eight bytes, least first */
	assert_true(str_eq(pieces(&a, STR("ab"), STR("c")),
			   sha256_hex(&a, sha256_of(STR("\2\0\0\0\0\0\0\0ab\1\0\0\0\0\0\0\0c")))));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_published_examples_come_out),
		cmocka_unit_test(pieces_are_kept_apart_by_their_lengths),
		cmocka_unit_test(pieces_of_blake2b_are_hashed_behind_their_lengths),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
