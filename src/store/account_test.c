/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/account.h"

#include "store/fixture.h"

#define EQUAL(text, literal)                                                                       \
	do {                                                                                       \
		struct str is_ = (text);                                                           \
		if (!str_is(is_, literal))                                                         \
			fail_msg("%s: \"%.*s\", not \"%s\"", #text, STR_ARG(is_), literal);        \
	} while (0)

static const char now[] = "2022-07-01T15:04:05Z", later[] = "2022-07-01T16:00:00Z",
		  next_day[] = "2022-07-02T00:00:00Z";

/* ---- short ways to what the tests need ---- */

static int64_t add(struct fixture *x, const char *email)
{
	struct stored_account in = { .email = str_of(email),
				     .name = STR("Ana María"),
				     .lang = STR("es"),
				     .active = true,
				     .password = STR("$argon2id$first") };
	int64_t id = 0;
	GOOD(store_add_account(x->s, &in, &id, e));
	return id;
}

static struct stored_account get(struct fixture *x, int64_t id)
{
	struct stored_account it;
	GOOD(store_get_account(x->s, &x->a, id, &it, e));
	return it;
}

static int64_t begin(struct fixture *x, int64_t account, int64_t link, const char *hash, bool half)
{
	struct stored_session in = { .account = account,
				     .link = link,
				     .hash = str_of(hash),
				     .half = half,
				     .expires_at = str_of(later),
				     .origin = STR("10.0.0.1"),
				     .agent = STR("Browser") };
	int64_t id = 0;
	GOOD(store_add_session(x->s, &in, &id, e));
	return id;
}

static bool lives(struct fixture *x, const char *hash, const char *at)
{
	struct stored_session it;
	bool found;
	GOOD(store_find_session(x->s, &x->a, str_of(hash), str_of(at), &found, &it, e));
	return found;
}

static int64_t add_token(struct fixture *x, int64_t account, const char *hash)
{
	struct stored_token in = { .account = account,
				   .hash = str_of(hash),
				   .name = STR("robot"),
				   .scope = STR("read write"),
				   .expires_at = str_of(later) };
	int64_t id = 0;
	GOOD(store_add_token(x->s, &in, &id, e));
	return id;
}

static bool token_lives(struct fixture *x, const char *hash, const char *at)
{
	struct stored_token it;
	bool found;
	GOOD(store_find_token(x->s, &x->a, str_of(hash), str_of(at), &found, &it, e));
	return found;
}

static int64_t add_link(struct fixture *x, const char *hash)
{
	struct stored_link in = { .hash = str_of(hash),
				  .role = STR("contributor"),
				  .round = STR("2022"),
				  .cluster = STR("C001"),
				  .area = STR("A"),
				  .person = STR("Luz Marina"),
				  .expires_at = str_of(later) };
	int64_t id = 0;
	GOOD(store_add_link(x->s, &in, &id, e));
	return id;
}

static bool link_lives(struct fixture *x, const char *hash, const char *at)
{
	struct stored_link it;
	bool found;
	GOOD(store_find_link(x->s, &x->a, str_of(hash), str_of(at), &found, &it, e));
	return found;
}

/* Rows of the audit about a deed; the newest is in *out. */
static size_t deeds(struct fixture *x, const char *deed, struct audit_entry *out)
{
	struct audit_filter f = { .deed = str_of(deed), .limit = 1000 };
	struct audit_entry *list;
	size_t n;
	GOOD(store_list_audit(x->s, &x->a, &f, &list, &n, e));
	if (n)
		*out = list[0];
	return n;
}

/* ---- accounts ---- */

static void an_account_is_kept_found_and_changed(void **state)
{
	struct fixture *x = *state;
	struct audit_entry row;
	struct stored_account it, *list;
	size_t n;
	bool found = true;
	GOOD(store_find_account(x->s, &x->a, STR("ana@camara.co"), &found, &it, e));
	assert_false(found);
	int64_t id = add(x, "ana@camara.co");
	GOOD(store_find_account(x->s, &x->a, STR("ana@camara.co"), &found, &it, e));
	assert_true(found && it.id == id && it.active && !it.totp_on && !it.totp_seed.n);
	EQUAL(it.name, "Ana María");
	EQUAL(it.password, "$argon2id$first");
	EQUAL(it.created_at, now);
	EQUAL(it.password_at, now);
	EQUAL(it.seen_at, "");
	it.name = STR("Ana");
	it.lang = STR("en");
	GOOD(store_change_account(x->s, &it, e));
	it = get(x, id);
	EQUAL(it.name, "Ana");
	EQUAL(it.lang, "en");
	EQUAL(it.password, "$argon2id$first");
	assert_int_equal(deeds(x, "account change", &row), 1);
	EQUAL(row.subject, "ana@camara.co");
	EQUAL(row.before, "{\"name\":\"Ana María\",\"lang\":\"es\",\"active\":true}");
	EQUAL(row.after, "{\"name\":\"Ana\",\"lang\":\"en\",\"active\":true}");
	(void)add(x, "aaa@camara.co");
	GOOD(store_list_accounts(x->s, &x->a, &list, &n, e));
	assert_int_equal(n, 2);
	EQUAL(list[0].email, "aaa@camara.co");
	EQUAL(list[1].email, "ana@camara.co");
	EQUAL(list[1].password, "");
}

static void what_cannot_be_an_account_is_refused(void **state)
{
	struct fixture *x = *state;
	struct stored_account in = { .email = STR("ana@camara.co"), .lang = STR("es") }, it;
	int64_t id = 77;
	struct buf b;
	(void)add(x, "ana@camara.co");
	BAD(store_add_account(x->s, &in, &id, e), ERR_CONFLICT, "ya tiene una cuenta");
	BAD(store_get_account(x->s, &x->a, 9, &it, e), ERR_ABSENT, "no existe la cuenta 9");
	in.id = 9;
	BAD(store_change_account(x->s, &in, e), ERR_ABSENT, "no existe la cuenta 9");
	BAD(store_set_password(x->s, 9, STR("x"), 0, e), ERR_ABSENT, "no existe la cuenta 9");
	BAD(store_set_totp(x->s, 9, STR(""), e), ERR_ABSENT, "no existe la cuenta 9");
	buf_init(&b, &x->a, 1024);
	while (b.n <= EMAIL_BYTES_MAX)
		buf_putc(&b, 'a');
	in.email = buf_str(&b);
	BAD(store_add_account(x->s, &in, &id, e), ERR_LIMIT, "correo");
	in.email = STR("b@camara.co");
	in.name = buf_str(&b);
	BAD(store_add_account(x->s, &in, &id, e), ERR_LIMIT, "nombre");
	assert_int_equal(id, 77);
}

static void a_new_password_ends_the_other_sessions(void **state)
{
	struct fixture *x = *state;
	struct audit_entry row;
	int64_t id = add(x, "ana@camara.co"), other = add(x, "luz@camara.co");
	int64_t keep = begin(x, id, 0, "s1", false);
	(void)begin(x, id, 0, "s2", false);
	(void)begin(x, other, 0, "s3", false);
	GOOD(store_set_password(x->s, id, STR("$argon2id$second"), keep, e));
	assert_true(lives(x, "s1", now) && !lives(x, "s2", now) && lives(x, "s3", now));
	EQUAL(get(x, id).password, "$argon2id$second");
	GOOD(store_set_password(x->s, id, STR("$argon2id$third"), 0, e));
	assert_true(!lives(x, "s1", now) && lives(x, "s3", now));
	assert_int_equal(deeds(x, "password set", &row), 2);
	EQUAL(row.after, "{\"sessions_ended\":1}");
}

static void switching_off_shuts_out(void **state)
{
	struct fixture *x = *state;
	int64_t id = add(x, "ana@camara.co"), other = add(x, "luz@camara.co");
	(void)begin(x, id, 0, "s1", false);
	(void)begin(x, other, 0, "s2", false);
	(void)add_token(x, id, "t1");
	(void)add_token(x, other, "t2");
	struct stored_account it = get(x, id);
	it.active = false;
	GOOD(store_change_account(x->s, &it, e));
	assert_true(!lives(x, "s1", now) && lives(x, "s2", now));
	assert_true(!token_lives(x, "t1", now) && token_lives(x, "t2", now));
	assert_false(get(x, id).active);
}

/* ---- the second factor ---- */

static const char seed[] = "3132333435363738393031323334353637383930";

static void a_step_and_a_recovery_code_are_taken_once(void **state)
{
	struct fixture *x = *state;
	const struct str codes[] = { STR("h1"), STR("h2") };
	int64_t id = add(x, "ana@camara.co"), other = add(x, "luz@camara.co"), left = -1;
	bool taken = true;
	BAD(store_confirm_totp(x->s, id, 5, codes, 2, e), ERR_CONFLICT, "por confirmar");
	GOOD(store_set_totp(x->s, id, str_of(seed), e));
	assert_false(get(x, id).totp_on);
	GOOD(store_take_totp_step(x->s, id, 9, &taken, e));
	assert_false(taken); /* not shown to work yet */
	GOOD(store_confirm_totp(x->s, id, 5, codes, 2, e));
	struct stored_account it = get(x, id);
	assert_true(it.totp_on && it.totp_last_step == 5);
	EQUAL(it.totp_seed, seed);
	static const struct {
		int64_t step;
		bool taken;
	} steps[] = { { 5, false }, { 4, false }, { 6, true }, { 6, false }, { 7, true } };
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		GOOD(store_take_totp_step(x->s, id, steps[i].step, &taken, e));
		assert_int_equal(taken, steps[i].taken);
	}
	GOOD(store_take_recovery(x->s, other, STR("h1"), &taken, e));
	assert_false(taken);
	GOOD(store_take_recovery(x->s, id, STR("h1"), &taken, e));
	assert_true(taken);
	GOOD(store_take_recovery(x->s, id, STR("h1"), &taken, e));
	assert_false(taken);
	GOOD(store_count_recovery(x->s, id, &left, e));
	assert_int_equal(left, 1);
	GOOD(store_set_totp(x->s, id, STR(""), e));
	GOOD(store_count_recovery(x->s, id, &left, e));
	it = get(x, id);
	assert_true(left == 0 && !it.totp_on && !it.totp_seed.n && it.totp_last_step == 0);
}

static void a_seed_is_shut_and_bound_to_its_account(void **state)
{
	struct fixture *x = *state;
	struct stored_account it;
	int64_t id = add(x, "ana@camara.co"), other = add(x, "luz@camara.co");
	GOOD(store_set_totp(x->s, id, str_of(seed), e));
	fixture_close(x);
	assert_false(fixture_leaks(x, "data/ssme.db", seed));
	assert_false(fixture_leaks(x, "data/ssme.db-wal", seed));
	fixture_harm(x, "UPDATE account SET totp_seed ="
			" (SELECT totp_seed FROM account WHERE id = 1)");
	fixture_open(x);
	EQUAL(get(x, id).totp_seed, seed);
	BAD(store_get_account(x->s, &x->a, other, &it, e), ERR_IO, "no se abre con el secreto");
}

/* ---- roles ---- */

static void roles_are_granted_once_and_taken_back(void **state)
{
	struct fixture *x = *state;
	struct stored_grant *list;
	struct audit_entry row;
	size_t n;
	int64_t id = add(x, "ana@camara.co"), other = add(x, "luz@camara.co");
	struct stored_grant g = { .account = id, .role = STR("manager"), .object = STR("C002") };
	GOOD(store_grant(x->s, &g, e));
	GOOD(store_grant(x->s, &g, e));
	assert_int_equal(deeds(x, "role grant", &row), 1);
	EQUAL(row.after, "{\"role\":\"manager\",\"object\":\"C002\"}");
	g.object = STR("C001");
	GOOD(store_grant(x->s, &g, e));
	g = (struct stored_grant){ .account = other, .role = STR("team") };
	GOOD(store_grant(x->s, &g, e));
	GOOD(store_list_grants(x->s, &x->a, id, &list, &n, e));
	assert_int_equal(n, 2);
	EQUAL(list[0].object, "C001");
	EQUAL(list[1].object, "C002");
	EQUAL(list[1].granted_by, "cli");
	EQUAL(list[1].granted_at, now);
	GOOD(store_list_grants(x->s, &x->a, 0, &list, &n, e));
	assert_true(n == 3 && list[2].account == other);
	GOOD(store_revoke_grant(x->s, id, STR("manager"), STR("C001"), e));
	BAD(store_revoke_grant(x->s, id, STR("manager"), STR("C001"), e), ERR_ABSENT, "no tiene");
	GOOD(store_list_grants(x->s, &x->a, id, &list, &n, e));
	assert_int_equal(n, 1);
	g.account = 9;
	BAD(store_grant(x->s, &g, e), ERR_ABSENT, "no existe la cuenta 9");
}

static void an_account_has_a_bounded_number_of_roles(void **state)
{
	struct fixture *x = *state;
	struct stored_grant *list;
	size_t n;
	int64_t id = add(x, "ana@camara.co");
	GOOD(store_begin(x->s, e));
	for (int i = 0; i < GRANTS_MAX; i++) {
		struct stored_grant g = { .account = id,
					  .role = STR("manager"),
					  .object = str_fmt(&x->a, "C%03d", i) };
		GOOD(store_grant(x->s, &g, e));
	}
	GOOD(store_end(x->s, true, e));
	struct stored_grant one_more = { .account = id, .role = STR("team") };
	BAD(store_grant(x->s, &one_more, e), ERR_LIMIT, "200");
	one_more.role = STR("manager");
	one_more.object = STR("C000");
	GOOD(store_grant(x->s, &one_more, e)); /* it has this one */
	GOOD(store_list_grants(x->s, &x->a, id, &list, &n, e));
	assert_int_equal(n, GRANTS_MAX);
}

static void a_chamber_has_its_clusters(void **state)
{
	struct fixture *x = *state;
	struct str *id;
	size_t n;
	fixture_register(x);
	GOOD(store_chamber_clusters(x->s, &x->a, STR("24"), &id, &n, e));
	assert_int_equal(n, 1);
	EQUAL(id[0], "C001");
	GOOD(store_chamber_clusters(x->s, &x->a, STR("99"), &id, &n, e));
	assert_int_equal(n, 0);
}

/* ---- sessions ---- */

static void a_session_lives_until_it_expires_or_ends(void **state)
{
	struct fixture *x = *state;
	struct stored_session it, *list;
	struct audit_entry row;
	size_t n;
	bool found;
	int64_t id = add(x, "ana@camara.co"), other = add(x, "luz@camara.co");
	int64_t first = begin(x, id, 0, "s1", false), second = begin(x, id, 0, "s2", false);
	EQUAL(get(x, id).seen_at, now);
	GOOD(store_find_session(x->s, &x->a, STR("s1"), str_of(now), &found, &it, e));
	assert_true(found && it.id == first && it.account == id && !it.link && !it.half);
	EQUAL(it.origin, "10.0.0.1");
	EQUAL(it.agent, "Browser");
	assert_false(lives(x, "s1", later)); /* the moment itself is over */
	assert_false(lives(x, "S1", now));
	GOOD(store_touch_session(x->s, first, STR("2022-07-01T15:30:00Z"), str_of(next_day), e));
	assert_true(lives(x, "s1", later));
	GOOD(store_list_sessions(x->s, &x->a, id, str_of(now), &list, &n, e));
	assert_true(n == 2 && list[0].id == second && list[1].id == first);
	EQUAL(list[1].seen_at, "2022-07-01T15:30:00Z");
	GOOD(store_list_sessions(x->s, &x->a, id, str_of(later), &list, &n, e));
	assert_true(n == 1 && list[0].id == first);
	BAD(store_end_session(x->s, other, first, e), ERR_ABSENT, "no hay tal sesión");
	BAD(store_end_session(x->s, 0, first, e), ERR_ABSENT, "no hay tal sesión");
	GOOD(store_end_session(x->s, id, first, e));
	assert_false(lives(x, "s1", now));
	BAD(store_end_session(x->s, id, first, e), ERR_ABSENT, "no hay tal sesión");
	int64_t third = begin(x, id, 0, "s3", false);
	assert_true(third > second); /* no number is given twice */
	GOOD(store_end_sessions(x->s, id, third, e));
	assert_true(lives(x, "s3", now) && !lives(x, "s2", now));
	assert_int_equal(deeds(x, "session end all", &row), 1);
	EQUAL(row.after, "{\"sessions_ended\":1}");
}

static void a_half_session_becomes_whole_once(void **state)
{
	struct fixture *x = *state;
	struct stored_session it;
	bool found;
	int64_t id = add(x, "ana@camara.co"), half = begin(x, id, 0, "half", true);
	EQUAL(get(x, id).seen_at, "");
	GOOD(store_find_session(x->s, &x->a, STR("half"), str_of(now), &found, &it, e));
	assert_true(found && it.half);
	GOOD(store_complete_session(x->s, half, STR("whole"), str_of(next_day), e));
	assert_false(lives(x, "half", now));
	assert_true(lives(x, "whole", later));
	EQUAL(get(x, id).seen_at, now);
	BAD(store_complete_session(x->s, half, STR("again"), str_of(next_day), e), ERR_ABSENT,
	    "entre de nuevo");
	assert_false(lives(x, "again", now));
}

static void what_a_browser_says_is_cut_between_characters(void **state)
{
	struct fixture *x = *state;
	struct stored_session *list, in = { .hash = STR("h"), .expires_at = str_of(later) };
	struct buf agent;
	size_t n;
	int64_t id;
	in.account = add(x, "ana@camara.co");
	buf_init(&agent, &x->a, 1024);
	buf_putc(&agent, 'a');
	for (int i = 0; i < 200; i++)
		buf_puts(&agent, "ñ");
	in.agent = buf_str(&agent);
	GOOD(store_add_session(x->s, &in, &id, e));
	GOOD(store_list_sessions(x->s, &x->a, in.account, str_of(now), &list, &n, e));
	assert_true(n == 1 && list[0].agent.n == 199 && utf8_valid(list[0].agent, NULL));
}

/* ---- tokens ---- */

static void a_token_lives_until_it_expires_or_is_taken_back(void **state)
{
	struct fixture *x = *state;
	struct stored_token it, *list;
	size_t n;
	bool found;
	int64_t id = add(x, "ana@camara.co"), other = add(x, "luz@camara.co");
	int64_t token = add_token(x, id, "t1");
	(void)add_token(x, other, "t2");
	GOOD(store_find_token(x->s, &x->a, STR("t1"), str_of(now), &found, &it, e));
	assert_true(found && it.id == token && it.account == id);
	EQUAL(it.scope, "read write");
	EQUAL(it.seen_at, "");
	GOOD(store_touch_token(x->s, token, str_of(now), e));
	assert_false(token_lives(x, "t1", later));
	GOOD(store_list_tokens(x->s, &x->a, id, &list, &n, e));
	assert_int_equal(n, 1);
	EQUAL(list[0].seen_at, now);
	GOOD(store_list_tokens(x->s, &x->a, 0, &list, &n, e));
	assert_int_equal(n, 2);
	BAD(store_revoke_token(x->s, other, token, e), ERR_ABSENT, "no hay ninguna ficha");
	GOOD(store_revoke_token(x->s, id, token, e));
	assert_false(token_lives(x, "t1", now));
	GOOD(store_revoke_token(x->s, 0, list[1].id, e));
	assert_false(token_lives(x, "t2", now));
}

/* ---- links ---- */

static void a_link_lives_until_it_expires_or_is_revoked(void **state)
{
	struct fixture *x = *state;
	struct stored_link it, *list;
	struct audit_entry row;
	size_t n, at;
	bool found;
	int64_t id = add_link(x, "l1"), other = add_link(x, "l2");
	(void)begin(x, 0, id, "s1", false);
	(void)begin(x, 0, other, "s2", false);
	GOOD(store_find_link(x->s, &x->a, STR("l1"), str_of(now), &found, &it, e));
	assert_true(found && it.id == id);
	EQUAL(it.area, "A");
	EQUAL(it.created_by, "cli");
	assert_false(link_lives(x, "l1", later));
	GOOD(store_touch_link(x->s, id, str_of(now), e));
	GOOD(store_list_links(x->s, &x->a, STR("2022"), &list, &n, e));
	assert_true(n == 2 && list[0].id == other && list[1].id == id);
	EQUAL(list[1].seen_at, now);
	GOOD(store_list_links(x->s, &x->a, STR("2016"), &list, &n, e));
	assert_int_equal(n, 0);
	GOOD(store_list_links(x->s, &x->a, STR(""), &list, &n, e));
	assert_int_equal(n, 2);
	GOOD(store_revoke_link(x->s, id, e));
	GOOD(store_revoke_link(x->s, id, e));
	assert_int_equal(deeds(x, "link revoke", &row), 1);
	EQUAL(row.subject, "link 1");
	assert_true(!link_lives(x, "l1", now) && link_lives(x, "l2", now));
	assert_true(!lives(x, "s1", now) && lives(x, "s2", now));
	GOOD(store_get_link(x->s, &x->a, id, &it, e));
	EQUAL(it.revoked_at, now);
	BAD(store_revoke_link(x->s, 9, e), ERR_ABSENT, "no hay ningún enlace 9");
	assert_int_equal(deeds(x, "link create", &row), 2);
	assert_false(str_find(row.after, STR("Luz"), &at));
	it = (struct stored_link){ .hash = STR("l3"), .round = STR("1999"), .person = STR("p") };
	BAD(store_add_link(x->s, &it, &id, e), ERR_ABSENT, "no existe la ronda 1999");
	GOOD(store_end_session(x->s, 0, 2, e)); /* who came by a link signs out */
	assert_false(lives(x, "s2", now));
}

/* ---- failures, replies, tidying ---- */

static int64_t failures(struct fixture *x, const char *subject, const char *since)
{
	int64_t n = -1;
	GOOD(store_count_failures(x->s, str_of(subject), str_of(since), STR("2022-07-01T17:00:00Z"),
				  &n, e));
	return n;
}

static void failures_are_counted_by_subject_and_time(void **state)
{
	struct fixture *x = *state;
	GOOD(store_add_failure(x->s, STR("a"), str_of(now), e));
	GOOD(store_add_failure(x->s, STR("a"), str_of(now), e));
	GOOD(store_add_failure(x->s, STR("a"), str_of(later), e));
	GOOD(store_add_failure(x->s, STR("b"), str_of(later), e));
	/* by a clock that was set back since */
	GOOD(store_add_failure(x->s, STR("a"), STR("2023-07-01T00:00:00Z"), e));
	assert_int_equal(failures(x, "a", now), 3);
	assert_int_equal(failures(x, "a", later), 1);
	assert_int_equal(failures(x, "a", next_day), 0);
	assert_int_equal(failures(x, "c", now), 0);
	GOOD(store_forget_failures(x->s, STR("a"), e));
	assert_int_equal(failures(x, "a", now), 0);
	assert_int_equal(failures(x, "b", now), 1);
}

static void a_reply_is_given_again_as_it_was(void **state)
{
	struct fixture *x = *state;
	struct stored_reply in = { .key = STR("ana@camara.co k1"),
				   .request_hash = STR("abc"),
				   .status = 303,
				   .type = STR("application/json"),
				   .location = STR("/x"),
				   .body = STR("{\"a\":\"ñ\"}\n"),
				   .at = str_of(now) };
	struct stored_reply got;
	bool found = true;
	GOOD(store_find_reply(x->s, &x->a, in.key, &found, &got, e));
	assert_false(found);
	GOOD(store_put_reply(x->s, &in, e));
	GOOD(store_find_reply(x->s, &x->a, in.key, &found, &got, e));
	assert_true(found && got.status == 303 && str_eq(got.body, in.body) &&
		    str_eq(got.request_hash, in.request_hash) &&
		    str_eq(got.location, in.location) && str_eq(got.type, in.type));
	BAD(store_put_reply(x->s, &in, e), ERR_CONFLICT, x->server ? "schema" : "ssme.db");
}

static void tidying_takes_what_is_over_and_nothing_else(void **state)
{
	struct fixture *x = *state;
	struct audit_entry row;
	struct stored_reply reply = { .key = STR("k"), .at = str_of(now) };
	int64_t n = -1, id = add(x, "ana@camara.co"), link = add_link(x, "l1");
	(void)add_token(x, id, "t1");
	(void)begin(x, id, 0, "s1", false);
	(void)begin(x, 0, link, "s2", false);
	GOOD(store_add_failure(x->s, STR("a"), str_of(now), e));
	GOOD(store_put_reply(x->s, &reply, e));
	GOOD(store_tidy(x->s, STR("2022-07-01T15:59:59Z"), str_of(now), &n, e));
	assert_int_equal(n, 0);
	assert_int_equal(deeds(x, "tidy", &row), 0);
	GOOD(store_tidy(x->s, str_of(later), str_of(later), &n, e));
	assert_int_equal(n, 4); /* two sessions, a failure, a reply */
	GOOD(store_tidy(x->s, STR("2022-07-31T23:59:59Z"), str_of(later), &n, e));
	assert_int_equal(n, 0);
	GOOD(store_tidy(x->s, STR("2022-08-01T00:00:01Z"), str_of(later), &n, e));
	assert_int_equal(n, 2); /* the token, the link */
	BAD(store_tidy(x->s, STR("soon"), str_of(later), &n, e), ERR_INPUT, "no es una hora");
	EQUAL(get(x, id).email, "ana@camara.co");
}

/* ---- hashes ---- */

static void a_hash_depends_on_kind_secret_and_store(void **state)
{
	struct fixture *x = *state;
	struct str session, again, link, other;
	GOOD(store_token_hash(x->s, &x->a, "session", STR("abc"), &session, e));
	GOOD(store_token_hash(x->s, &x->a, "session", STR("abc"), &again, e));
	GOOD(store_token_hash(x->s, &x->a, "link", STR("abc"), &link, e));
	GOOD(store_token_hash(x->s, &x->a, "session", STR("abd"), &other, e));
	assert_true(session.n == TOKEN_HASH_N && str_eq(session, again));
	assert_false(str_eq(session, link) || str_eq(session, other));
	fixture_close(x);
	const char *first = x->folder;
	x->folder = fixture_path(x, "other");
	GOOD(store_init_at(x->folder, fixture_address(x), e));
	fixture_open(x);
	GOOD(store_token_hash(x->s, &x->a, "session", STR("abc"), &other, e));
	assert_false(str_eq(session, other));
	fixture_close(x);
	x->folder = first;
	assert_int_equal(unlink(fixture_path(x, "data/ssme.key")), 0);
	fixture_open(x);
	BAD(store_token_hash(x->s, &x->a, "session", STR("abc"), &other, e), ERR_ABSENT,
	    "falta el secreto");
}

int main(void)
{
#define ON_A_STORE(test) cmocka_unit_test_setup_teardown(test, fixture_filled, fixture_end)
	const struct CMUnitTest tests[] = {
		ON_A_STORE(an_account_is_kept_found_and_changed),
		ON_A_STORE(what_cannot_be_an_account_is_refused),
		ON_A_STORE(a_new_password_ends_the_other_sessions),
		ON_A_STORE(switching_off_shuts_out),
		ON_A_STORE(a_step_and_a_recovery_code_are_taken_once),
		ON_A_STORE(a_seed_is_shut_and_bound_to_its_account),
		ON_A_STORE(roles_are_granted_once_and_taken_back),
		ON_A_STORE(an_account_has_a_bounded_number_of_roles),
		ON_A_STORE(a_chamber_has_its_clusters),
		ON_A_STORE(a_session_lives_until_it_expires_or_ends),
		ON_A_STORE(a_half_session_becomes_whole_once),
		ON_A_STORE(what_a_browser_says_is_cut_between_characters),
		ON_A_STORE(a_token_lives_until_it_expires_or_is_taken_back),
		ON_A_STORE(a_link_lives_until_it_expires_or_is_revoked),
		ON_A_STORE(failures_are_counted_by_subject_and_time),
		ON_A_STORE(a_reply_is_given_again_as_it_was),
		ON_A_STORE(tidying_takes_what_is_over_and_nothing_else),
		ON_A_STORE(a_hash_depends_on_kind_secret_and_store),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
