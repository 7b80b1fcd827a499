/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every writing verb, with every one of its calls of the database failing in turn: the verb says
 * so, what was there stays as it was, and the verb works when it is tried again. */
#include "store/fault_fixture.h"

#include "store/account.h"

static bool put_instrument(struct fixture *x, struct err *e)
{
	struct stored_instrument in = x->stored;
	in.version = STR("2");
	return store_put_instrument(x->s, &in, e);
}

static bool put_register(struct fixture *x, struct err *e)
{
	struct cluster_entry c[] = { { .id = STR("C001"), .name = STR("Uno"), .active = true },
				     { .id = STR("C002"), .name = STR("Dos") } };
	struct lineage_entry l = { STR("2019"), STR("merge"), STR("C002"), STR("C001"), 0 };
	struct cluster_register r = { c, 2, &l, 1 };
	return store_put_register(x->s, &r, e);
}

static bool open_round(struct fixture *x, struct err *e)
{
	struct stored_round r = fixture_round("2023", 2023);
	return store_open_round(x->s, &r, e);
}

static bool put_answers(struct fixture *x, struct err *e)
{
	return fixture_put(x, "2022", 3, "a.csv", e);
}

/* As an import does it: many verbs, then all or nothing. */
static bool import_blocks(struct fixture *x, struct err *e)
{
	struct err ignored = { 0 };
	if (!store_begin(x->s, e))
		return false;
	if (fixture_put(x, "2022", 2, "a.csv", e) && fixture_put(x, "2022", 3, "a.csv", e))
		return store_end(x->s, true, e);
	(void)!store_end(x->s, false, &ignored);
	return false;
}

static bool freeze(struct fixture *x, struct err *e)
{
	return store_freeze_round(x->s, STR("2022"), STR("abc"), e);
}

static bool publish(struct fixture *x, struct err *e)
{
	return store_publish_round(x->s, STR("2022"), e);
}

static bool register_and_answers(struct fixture *x, struct err *e)
{
	return put_register(x, e) && put_answers(x, e);
}

static bool frozen(struct fixture *x, struct err *e)
{
	return register_and_answers(x, e) && freeze(x, e);
}

/* ---- accounts, sessions, tokens, links ---- */

static const char soon[] = "2022-07-01T16:00:00Z", much_later[] = "2023-07-01T00:00:00Z";

static bool add_account(struct fixture *x, struct err *e)
{
	struct stored_account in = { .email = STR("ana@camara.co"),
				     .name = STR("Ana"),
				     .lang = STR("es"),
				     .active = true,
				     .password = STR("$argon2id$") };
	int64_t id;
	return store_add_account(x->s, &in, &id, e);
}

static bool switch_off(struct fixture *x, struct err *e)
{
	struct stored_account it = { .id = 1, .name = STR("Ana"), .lang = STR("en") };
	return store_change_account(x->s, &it, e);
}

static bool set_password(struct fixture *x, struct err *e)
{
	return store_set_password(x->s, 1, STR("$argon2id$other"), 0, e);
}

static bool set_totp(struct fixture *x, struct err *e)
{
	return store_set_totp(x->s, 1, STR("31323334353637383930"), e);
}

static bool confirm_totp(struct fixture *x, struct err *e)
{
	const struct str hash[] = { STR("r1"), STR("r2") };
	return store_confirm_totp(x->s, 1, 5, hash, 2, e);
}

static bool take_step(struct fixture *x, struct err *e)
{
	bool taken = false;
	return store_take_totp_step(x->s, 1, 6, &taken, e) && taken;
}

static bool take_recovery(struct fixture *x, struct err *e)
{
	bool taken = false;
	return store_take_recovery(x->s, 1, STR("r1"), &taken, e) && taken;
}

static bool grant(struct fixture *x, struct err *e)
{
	struct stored_grant g = { .account = 1, .role = STR("chamber"), .object = STR("24") };
	return store_grant(x->s, &g, e);
}

static bool revoke_grant(struct fixture *x, struct err *e)
{
	return store_revoke_grant(x->s, 1, STR("chamber"), STR("24"), e);
}

static bool begin_session(struct fixture *x, bool half, struct err *e)
{
	struct stored_session in = { .account = 1,
				     .hash = half ? STR("half") : STR("whole"),
				     .half = half,
				     .expires_at = str_of(soon) };
	int64_t id;
	return store_add_session(x->s, &in, &id, e);
}

static bool add_session(struct fixture *x, struct err *e)
{
	return begin_session(x, false, e);
}

static bool add_half_session(struct fixture *x, struct err *e)
{
	return begin_session(x, true, e);
}

static bool add_link_session(struct fixture *x, struct err *e)
{
	struct stored_session in = { .link = 1, .hash = STR("l"), .expires_at = str_of(soon) };
	int64_t id;
	return store_add_session(x->s, &in, &id, e);
}

static bool complete_session(struct fixture *x, struct err *e)
{
	return store_complete_session(x->s, 1, STR("new"), str_of(soon), e);
}

static bool touch_session(struct fixture *x, struct err *e)
{
	return store_touch_session(x->s, 1, str_of(soon), str_of(much_later), e);
}

static bool end_session(struct fixture *x, struct err *e)
{
	return store_end_session(x->s, 1, 1, e);
}

static bool end_sessions(struct fixture *x, struct err *e)
{
	return store_end_sessions(x->s, 1, 0, e);
}

static bool add_token(struct fixture *x, struct err *e)
{
	struct stored_token in = { .account = 1,
				   .hash = STR("t"),
				   .scope = STR("read"),
				   .expires_at = str_of(soon) };
	int64_t id;
	return store_add_token(x->s, &in, &id, e);
}

static bool touch_token(struct fixture *x, struct err *e)
{
	return store_touch_token(x->s, 1, str_of(soon), e);
}

static bool revoke_token(struct fixture *x, struct err *e)
{
	return store_revoke_token(x->s, 1, 1, e);
}

static bool add_link(struct fixture *x, struct err *e)
{
	struct stored_link in = { .hash = STR("k"),
				  .role = STR("manager"),
				  .round = STR("2022"),
				  .cluster = STR("C001"),
				  .expires_at = str_of(soon) };
	int64_t id;
	return store_add_link(x->s, &in, &id, e);
}

static bool touch_link(struct fixture *x, struct err *e)
{
	return store_touch_link(x->s, 1, str_of(soon), e);
}

static bool revoke_link(struct fixture *x, struct err *e)
{
	return store_revoke_link(x->s, 1, e);
}

static bool add_failure(struct fixture *x, struct err *e)
{
	return store_add_failure(x->s, STR("ana"), str_of(soon), e);
}

static bool forget_failures(struct fixture *x, struct err *e)
{
	return store_forget_failures(x->s, STR("ana"), e);
}

static bool put_reply(struct fixture *x, struct err *e)
{
	struct stored_reply in = { .key = STR("k"), .status = 200, .body = STR("b") };
	return store_put_reply(x->s, &in, e);
}

static bool put_request(struct fixture *x, struct err *e)
{
	struct stored_request r = { .dimensions = STR("department") };
	return store_put_request(x->s, STR("2022"), &r, e);
}

static bool note(struct fixture *x, struct err *e)
{
	return store_note(x->s, "sign in", STR("ana"), STR(""), STR(""), "denied", e);
}

static bool tidy(struct fixture *x, struct err *e)
{
	int64_t n = 0;
	return store_tidy(x->s, str_of(much_later), str_of(much_later), &n, e);
}

static bool with_factor(struct fixture *x, struct err *e)
{
	return add_account(x, e) && set_totp(x, e) && confirm_totp(x, e);
}

static bool with_seed(struct fixture *x, struct err *e)
{
	return add_account(x, e) && set_totp(x, e);
}

static bool with_half_session(struct fixture *x, struct err *e)
{
	return add_account(x, e) && add_half_session(x, e);
}

static bool with_link(struct fixture *x, struct err *e)
{
	return add_link(x, e) && add_link_session(x, e);
}

static bool with_all(struct fixture *x, struct err *e)
{
	return with_factor(x, e) && add_session(x, e) && grant(x, e) && add_token(x, e) &&
		with_link(x, e) && add_failure(x, e) && put_reply(x, e);
}

static const struct fault_verb verbs[] = {
	{ "account add", add_account, NULL },
	{ "account off", switch_off, with_all },
	{ "password", set_password, with_all },
	{ "totp", set_totp, add_account },
	{ "totp again", set_totp, with_factor },
	{ "totp confirm", confirm_totp, with_seed },
	{ "totp step", take_step, with_factor },
	{ "recovery", take_recovery, with_factor },
	{ "grant", grant, add_account },
	{ "grant back", revoke_grant, with_all },
	{ "session", add_session, add_account },
	{ "session half", add_half_session, add_account },
	{ "session of link", add_link_session, add_link },
	{ "session complete", complete_session, with_half_session },
	{ "session touch", touch_session, with_all },
	{ "session end", end_session, with_all },
	{ "session end all", end_sessions, with_all },
	{ "token", add_token, add_account },
	{ "token touch", touch_token, with_all },
	{ "token back", revoke_token, with_all },
	{ "link", add_link, NULL },
	{ "link touch", touch_link, with_link },
	{ "link back", revoke_link, with_link },
	{ "failure", add_failure, NULL },
	{ "failure again", add_failure, add_failure },
	{ "failures forgotten", forget_failures, with_all },
	{ "reply", put_reply, NULL },
	{ "request", put_request, NULL },
	{ "note", note, NULL },
	{ "tidy", tidy, with_all },
	{ "put instrument", put_instrument, NULL },
	{ "put register", put_register, NULL },
	{ "put register again", put_register, put_register },
	{ "open round", open_round, NULL },
	{ "put answers", put_answers, NULL },
	{ "put answers again", put_answers, put_answers },
	{ "import in blocks", import_blocks, register_and_answers },
	{ "freeze", freeze, register_and_answers },
	{ "publish", publish, frozen },
};

static void every_fault_leaves_all_as_it_was(void **state)
{
	bool met[STMT_N] = { false };
	(void)state;
	fault_each(verbs, sizeof(verbs) / sizeof(*verbs), met);
	fault_met_all(met, false);
}

/* ---- reading ---- */

static bool read_people(struct fixture *x, struct arena *a, struct err *e)
{
	struct stored_account account, *accounts;
	struct stored_grant *grants;
	struct stored_session session, *sessions;
	struct stored_token token, *tokens;
	struct stored_link link, *links;
	struct stored_reply reply;
	struct audit_filter f = { .limit = 5 };
	struct audit_entry *rows;
	struct str now = str_of("2022-07-01T15:04:05Z"), *text, last;
	int64_t number, bad;
	size_t n;
	bool found;
	return store_get_account(x->s, a, 1, &account, e) &&
		store_find_account(x->s, a, STR("ana@camara.co"), &found, &account, e) &&
		store_list_accounts(x->s, a, &accounts, &n, e) &&
		store_count_recovery(x->s, 1, &number, e) &&
		store_list_grants(x->s, a, 1, &grants, &n, e) &&
		store_list_grants(x->s, a, 0, &grants, &n, e) &&
		store_chamber_clusters(x->s, a, STR("24"), &text, &n, e) &&
		store_find_session(x->s, a, STR("whole"), now, &found, &session, e) &&
		store_list_sessions(x->s, a, 1, now, &sessions, &n, e) &&
		store_find_token(x->s, a, STR("t"), now, &found, &token, e) &&
		store_list_tokens(x->s, a, 1, &tokens, &n, e) &&
		store_find_link(x->s, a, STR("k"), now, &found, &link, e) &&
		store_get_link(x->s, a, 1, &link, e) &&
		store_list_links(x->s, a, STR("2022"), &links, &n, e) &&
		store_count_failures(x->s, STR("ana"), now, now, &number, e) &&
		store_find_reply(x->s, a, STR("k"), &found, &reply, e) &&
		store_list_audit(x->s, a, &f, &rows, &n, e) &&
		store_list_deeds(x->s, a, &text, &n, e) &&
		store_check_audit(x->s, a, &number, &bad, &last, e);
}

static bool read_all(struct fixture *x, struct arena *a, struct err *e)
{
	const struct form *const form[2] = { x->in->form[0], x->in->form[1] };
	struct stored_instrument in, *ins;
	struct cluster_register r;
	struct stored_round round, *rounds;
	struct stored_answers answers;
	struct sha256 h;
	size_t n;
	return store_get_instrument(x->s, a, STR("mini"), STR("1"), &in, e) &&
		store_list_instruments(x->s, a, &ins, &n, e) &&
		store_get_register(x->s, a, &r, e) &&
		store_get_round_register(x->s, a, STR("2022"), &r, e) &&
		store_get_round(x->s, a, STR("2022"), &round, e) &&
		store_list_rounds(x->s, a, &rounds, &n, e) &&
		store_get_answers(x->s, a, STR("2022"), FORM_COMPANY, form[1], &answers, e) &&
		store_hash_round(x->s, a, STR("2022"), form, &h, e) && read_people(x, a, e);
}

static void every_reading_says_when_it_failed(void **state)
{
	struct fixture *x = *state;
	GOOD(register_and_answers(x, e) && with_all(x, e));
	x->s->db = db_fault(x->s->db, FAULT_BEFORE, 0);
	for (int moment = FAULT_BEFORE; moment <= FAULT_AFTER; moment++) {
		for (unsigned nth = 1;; nth++) {
			ARENA_SCOPE(a, 64 << 20);
			struct err e = { 0 };
			db_fault_set(x->s->db, (enum fault_moment)moment, nth);
			if (read_all(x, &a, &e)) {
				assert_true(nth > 34 && db_fault_calls(x->s->db) == nth - 1);
				break;
			}
			assert_int_equal(e.code, ERR_IO);
		}
	}
	db_fault_set(x->s->db, FAULT_BEFORE, 0);
	assert_int_equal(fixture_count(x, "2022"), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_fault_leaves_all_as_it_was),
		cmocka_unit_test_setup_teardown(every_reading_says_when_it_failed, fixture_filled,
						fixture_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
