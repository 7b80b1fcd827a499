/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/company.h"

#include "store/fixture.h"
#include "store/personal_request.h"

#define EQUAL(got, want)                                                                           \
	do {                                                                                       \
		struct str g = (got);                                                              \
		if (!str_is(g, want))                                                              \
			fail_msg("got '%.*s', wanted '%s'", STR_ARG(g), want);                     \
	} while (0)

static struct questionnaire_key key(const char *company)
{
	return (struct questionnaire_key){ .round = STR("2022"),
					   .form = FORM_COMPANY,
					   .cluster = STR("C001"),
					   .company = str_of(company) };
}

/* Whether the file of the store, and what stands beside it, holds a text. */
static bool file_holds(struct fixture *x, const char *text)
{
	static const char *const end[] = { "data/ssme.db", "data/ssme.db-wal" };
	for (size_t i = 0; i < 2; i++) {
		FILE *f = fopen(fixture_path(x, end[i]), "rb");
		if (!f)
			continue;
		char *bytes = NEW(&x->a, 8 << 20, char);
		const size_t n = fread(bytes, 1, 8 << 20, f);
		fclose(f);
		if (memmem(bytes, n, text, strlen(text)))
			return true;
	}
	return false;
}

/* ---- authorisations ---- */

static void every_decision_is_kept_with_the_text_that_was_shown(void **state)
{
	struct fixture *x = *state;
	const struct questionnaire_key k = key("W1"), other = key("W2");
	struct stored_consent made = { .deed = CONSENT_GIVEN,
				       .version = STR("1"),
				       .lang = STR("es"),
				       .channel = STR("web") };
	struct stored_consent last, *list;
	struct str text = STR("");
	bool found = true;
	size_t n;
	GOOD(store_find_consent(x->s, &x->a, &k, &found, &last, e));
	assert_false(found);
	GOOD(store_add_consent(x->s, &k, &made, STR("Autorizo"), e));
	made.deed = CONSENT_WITHDRAWN;
	made.version = STR("2");
	GOOD(store_add_consent(x->s, &k, &made, STR("Autorizo mejor"), e));
	GOOD(store_list_consents(x->s, &x->a, &k, &list, &n, e));
	assert_int_equal(n, 2);
	assert_int_equal(list[0].deed, CONSENT_GIVEN);
	GOOD(store_find_consent(x->s, &x->a, &k, &found, &last, e));
	assert_true(found && last.deed == CONSENT_WITHDRAWN && last.sha256.n == 64);
	EQUAL(last.channel, "web");
	assert_true(last.at.n > 0 && last.actor.n > 0);
	GOOD(store_get_consent_text(x->s, &x->a, &list[0], &found, &text, e));
	assert_true(found);
	EQUAL(text, "Autorizo");
	GOOD(store_find_consent(x->s, &x->a, &other, &found, &last, e));
	assert_false(found);
}

/* ---- keys ---- */

static void a_key_belongs_to_one_company_of_a_cluster_and_round(void **state)
{
	struct fixture *x = *state;
	const struct questionnaire_key one = key("W1"), two = key("W2");
	struct stored_company_key *list;
	struct str hash, again, other;
	bool taken = true;
	size_t n;
	GOOD(store_company_hash(x->s, &x->a, STR("800197268"), &hash, e));
	GOOD(store_company_hash(x->s, &x->a, STR("800197268"), &again, e));
	GOOD(store_company_hash(x->s, &x->a, STR("890903938"), &other, e));
	assert_true(str_eq(hash, again) && !str_eq(hash, other));
	GOOD(store_take_company_key(x->s, &one, hash, &taken, e));
	assert_false(taken);
	GOOD(store_take_company_key(x->s, &one, hash, &taken, e));
	assert_false(taken);
	GOOD(store_take_company_key(x->s, &two, hash, &taken, e));
	assert_true(taken);
	GOOD(store_take_company_key(x->s, &one, other, &taken, e));
	GOOD(store_take_company_key(x->s, &two, hash, &taken, e));
	assert_false(taken);
	GOOD(store_list_company_keys(x->s, &x->a, &list, &n, e));
	assert_int_equal(n, 2);
	GOOD(store_take_company_key(x->s, &two, STR(""), &taken, e));
	GOOD(store_list_company_keys(x->s, &x->a, &list, &n, e));
	assert_int_equal(n, 1);
	EQUAL(list[0].company, "W1");
}

/* ---- the end of what is personal ---- */

static void type(struct fixture *x, const struct questionnaire_key *k, const char *question,
		 const char *value)
{
	struct answer_change c = { .question = str_of(question), .value = str_of(value) };
	GOOD(store_add_changes(x->s, k, x->in->form[FORM_COMPANY], &c, 1, NULL, e));
}

static void put(struct fixture *x, const char *company, const char *document)
{
	const struct stored_answer a = { .cluster = STR("C001"),
					 .company = str_of(company),
					 .document = str_of(document) };
	GOOD(store_put_answers(x->s, STR("2022"), FORM_COMPANY, x->in->form[FORM_COMPANY],
			       STR("web"), &a, 1, e));
}

static void what_is_personal_goes_and_the_rest_stays(void **state)
{
	struct fixture *x = *state;
	const struct questionnaire_key k = key("W1");
	const struct form *const form[2] = { x->in->form[0], x->in->form[1] };
	const struct erasing what = { .round = k.round,
				      .cluster = k.cluster,
				      .company = k.company,
				      .kind = FORM_COMPANY,
				      .why = "test" };
	struct answer_change *change;
	struct stored_answers all;
	int64_t n = 0;
	size_t n_changes;
	GOOD(store_open_questionnaire(x->s, &k, e));
	type(x, &k, "nombre", "Ana Perez");
	type(x, &k, "B01", "7");
	put(x, "W1", "{\"nombre\":\"Ana Perez\",\"B01\":7}");
	put(x, "W1", "{\"nombre\":\"Ana Perez\",\"B01\":8,\"nombre__reason\":\"porque\"}");
	put(x, "W2", "{\"nombre\":\"Luz\",\"B01\":1}");
	if (!x->server)
		assert_false(file_holds(x, "Ana Perez"));
	GOOD(store_erase_personal(x->s, &what, form, &n, e));
	assert_int_equal(n, 4); /* 1 of the first revision, 2 of the second, 1 typed */
	GOOD(store_list_changes(x->s, &x->a, &k, x->in->form[1], &change, &n_changes, e));
	assert_int_equal(n_changes, 2);
	EQUAL(change[0].value, "");
	EQUAL(change[1].value, "7");
	GOOD(store_get_answers(x->s, &x->a, k.round, FORM_COMPANY, x->in->form[1], &all, e));
	assert_int_equal(all.n, 2);
	EQUAL(all.document[0], "{\"B01\":8}");
	EQUAL(all.document[1], "{\"nombre\":\"Luz\",\"B01\":1}");
	GOOD(store_erase_personal(x->s, &what, form, &n, e));
	assert_int_equal(n, 0);
}

static void the_hash_of_a_frozen_round_is_made_again(void **state)
{
	struct fixture *x = *state;
	const struct form *const form[2] = { x->in->form[0], x->in->form[1] };
	const struct erasing what = { .round = STR("2022"), .kind = FORM_COMPANY, .why = "test" };
	struct stored_round before, after;
	struct audit_filter f = { .deed = STR("personal erase"), .limit = 10 };
	struct audit_entry *row;
	struct sha256 h;
	int64_t n = 0;
	size_t n_rows;
	put(x, "W1", "{\"nombre\":\"Ana\",\"B01\":7}");
	GOOD(store_hash_round(x->s, &x->a, STR("2022"), form, &h, e));
	GOOD(store_freeze_round(x->s, STR("2022"), sha256_hex(&x->a, h), e));
	GOOD(store_get_round_head(x->s, &x->a, STR("2022"), &before, e));
	GOOD(store_erase_personal(x->s, &what, form, &n, e));
	assert_int_equal(n, 1);
	GOOD(store_hash_round(x->s, &x->a, STR("2022"), form, &h, e));
	GOOD(store_get_round_head(x->s, &x->a, STR("2022"), &after, e));
	assert_false(str_eq(before.data_sha256, after.data_sha256));
	assert_true(str_eq(after.data_sha256, sha256_hex(&x->a, h)));
	GOOD(store_list_audit(x->s, &x->a, &f, &row, &n_rows, e));
	assert_int_equal(n_rows, 1);
	size_t at;
	assert_true(str_find(row[0].before, before.data_sha256, &at));
	assert_true(str_find(row[0].after, after.data_sha256, &at));
}

/* ---- requests ---- */

static void a_request_is_sealed_extended_once_and_answered_once(void **state)
{
	struct fixture *x = *state;
	const struct stored_request_of_person in = { .kind = PERSONAL_CORRECT,
						     .state = PERSONAL_OPEN,
						     .person = STR("Rosa Elvira"),
						     .contact = STR("rosa@ejemplo.co"),
						     .words = STR("mi telefono cambio"),
						     .due_on = STR("2022-07-25") };
	struct stored_request_of_person r, *list;
	struct str hash;
	bool found = true;
	int64_t id = 0, second = 0, n = 0;
	size_t n_list;
	GOOD(store_add_personal_request(x->s, &in, STR(""), &id, e));
	GOOD(store_token_hash(x->s, &x->a, "confirm", STR("secret"), &hash, e));
	GOOD(store_add_personal_request(x->s, &in, hash, &second, e));
	if (!x->server) {
		assert_false(file_holds(x, "Rosa Elvira"));
		assert_false(file_holds(x, "rosa@ejemplo.co"));
		assert_false(file_holds(x, "mi telefono"));
	}
	GOOD(store_get_personal_request(x->s, &x->a, second, &r, e));
	assert_int_equal(r.state, PERSONAL_UNCONFIRMED);
	GOOD(store_confirm_personal_request(x->s, hash, &found, e));
	assert_true(found);
	GOOD(store_confirm_personal_request(x->s, hash, &found, e));
	assert_false(found);
	GOOD(store_extend_personal_request(x->s, id, STR("2022-08-04"), STR("falta un papel"), e));
	BAD(store_extend_personal_request(x->s, id, STR("2022-09-04"), STR("x"), e), ERR_CONFLICT,
	    "ya se");
	GOOD(store_answer_personal_request(x->s, id, STR("granted"), STR("hecho"), e));
	BAD(store_answer_personal_request(x->s, id, STR("denied"), STR("no"), e), ERR_CONFLICT,
	    "ya se");
	GOOD(store_list_personal_requests(x->s, &x->a, &list, &n_list, e));
	assert_int_equal(n_list, 2);
	assert_true(list[0].id == second && list[1].id == id);
	EQUAL(list[1].person, "Rosa Elvira");
	EQUAL(list[1].extension, "falta un papel");
	EQUAL(list[1].answer, "hecho");
	GOOD(store_tidy_personal_requests(x->s, STR("2100-01-01"), &n, e));
	assert_int_equal(n, 1);
	BAD(store_get_personal_request(x->s, &x->a, id, &r, e), ERR_ABSENT, "no hay");
}

static void a_forgotten_account_names_nobody_and_lets_nobody_in(void **state)
{
	struct fixture *x = *state;
	const struct stored_account in = { .email = STR("ana@camara.co"),
					   .name = STR("Ana Gil"),
					   .lang = STR("es"),
					   .active = true,
					   .password = STR("$argon2id$x") };
	struct stored_account it;
	struct stored_grant *granted;
	bool found = true;
	int64_t id = 0;
	size_t n;
	GOOD(store_add_account(x->s, &in, &id, e));
	const struct stored_grant role = { .account = id, .role = STR("team") };
	GOOD(store_grant(x->s, &role, e));
	GOOD(store_forget_account(x->s, id, e));
	GOOD(store_find_account(x->s, &x->a, in.email, &found, &it, e));
	assert_false(found);
	GOOD(store_get_account(x->s, &x->a, id, &it, e));
	assert_true(!it.active && !it.password.n);
	EQUAL(it.name, "Cuenta retirada");
	GOOD(store_list_grants(x->s, &x->a, id, &granted, &n, e));
	assert_int_equal(n, 0);
}

int main(void)
{
#define TEST(t) cmocka_unit_test_setup_teardown(t, fixture_filled, fixture_end)
	const struct CMUnitTest tests[] = {
		TEST(every_decision_is_kept_with_the_text_that_was_shown),
		TEST(a_key_belongs_to_one_company_of_a_cluster_and_round),
		TEST(what_is_personal_goes_and_the_rest_stays),
		TEST(the_hash_of_a_frozen_round_is_made_again),
		TEST(a_request_is_sealed_extended_once_and_answered_once),
		TEST(a_forgotten_account_names_nobody_and_lets_nobody_in),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
