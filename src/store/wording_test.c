/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/wording.h"

#include "store/fixture.h"

static void wordings_are_kept_one_after_the_other(void **state)
{
	struct fixture *x = *state;
	struct stored_mail_text one = { .subject = STR("A"), .body = STR("B") }, got;
	struct stored_mail_text *list;
	bool found;
	size_t n;
	GOOD(store_find_mail_text(x->s, &x->a, STR("reminder"), STR("es"), &found, &got, e));
	assert_false(found);
	GOOD(store_put_mail_text(x->s, STR("reminder"), STR("es"), &one, e));
	one.subject = STR("C");
	GOOD(store_put_mail_text(x->s, STR("reminder"), STR("es"), &one, e));
	GOOD(store_find_mail_text(x->s, &x->a, STR("reminder"), STR("es"), &found, &got, e));
	assert_true(found && got.number == 2 && str_is(got.subject, "C"));
	GOOD(store_list_mail_texts(x->s, &x->a, STR("reminder"), STR("es"), &list, &n, e));
	assert_int_equal(n, 2);
	assert_int_equal(list[1].number, 1);
}

int main(void)
{
#define ON_A_STORE(test) cmocka_unit_test_setup_teardown(test, fixture_registered, fixture_end)
	const struct CMUnitTest tests[] = {
		ON_A_STORE(wordings_are_kept_one_after_the_other),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
