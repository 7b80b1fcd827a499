/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/contact.h"

#include "store/contact_fixture.h"

static void a_contact_is_kept_sealed_changed_and_removed(void **state)
{
	struct fixture *x = *state;
	struct stored_contact *list;
	size_t n;
	const int64_t id = fixture_contact(x, "ana@example.co", "Ana Gil");
	assert_int_equal(fixture_contact(x, "ANA@example.co", "Ana María Gil"), id);
	GOOD(store_list_contacts(x->s, &x->a, STR("C001"), &list, &n, e));
	assert_int_equal(n, 1);
	assert_true(str_is(list[0].name, "Ana María Gil"));
	assert_false(fixture_leaks(x, "data/ssme.db-wal", "Ana Mar"));
	assert_false(fixture_leaks(x, "data/ssme.db-wal", "ana@example.co\""));
	GOOD(store_remove_contact(x->s, id, e));
	GOOD(store_list_contacts(x->s, &x->a, STR(""), &list, &n, e));
	assert_int_equal(n, 0);
	BAD(store_remove_contact(x->s, id, e), ERR_ABSENT, "contacto");
}

static void what_cannot_be_an_address_is_refused(void **state)
{
	struct fixture *x = *state;
	static const char *const bad[] = { "", "ana", "ana@", "@x.co", "a@b@c.co", "a b@c.co",
					   "a@b\r\nBcc: c@d.co", "a@co", "a@b.co.", "a@.co",
					   "<a@b.co>", "a,b@c.co" };
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		const struct stored_contact in = { .cluster = STR("C001"),
						   .kind = STR("manager"),
						   .email = str_of(bad[i]) };
		int64_t id;
		BAD(store_put_contact(x->s, &in, &id, e), ERR_INPUT, "correo");
	}
}

int main(void)
{
#define ON_A_STORE(test) cmocka_unit_test_setup_teardown(test, fixture_registered, fixture_end)
	const struct CMUnitTest tests[] = {
		ON_A_STORE(a_contact_is_kept_sealed_changed_and_removed),
		ON_A_STORE(what_cannot_be_an_address_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
