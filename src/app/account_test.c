/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Coming in, staying, and being turned away; with rows of a table of the test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/access.h"
#include "os/clock.h"
#include "store/audit.h"

#define TEXT(name) { name, PARAM_TEXT, false, false, 0, 300, NULL, { { { 0 } } } }
#define SECRET(name) { name, PARAM_SECRET, false, false, 0, 300, NULL, { { { 0 } } } }
#define NUMBER(name) { name, PARAM_INTEGER, false, false, 0, INT64_MAX, NULL, { { { 0 } } } }

/* Every parameter that a deed may ask for. */
static const struct command row = {
	.verb = "test",
	.example = "test",
	.param = { TEXT("--email"), SECRET("--password"), SECRET("--new-password"),
		   SECRET("--code"), TEXT("--token"), TEXT("--name"), TEXT("--language"),
		   TEXT("--role"), TEXT("--object"), TEXT("ACCOUNT"), NUMBER("SESSION"),
		   NUMBER("TOKEN"),
		   { "--scope", PARAM_TEXT, false, true, 0, 300, NULL, { { { 0 } } } },
		   NUMBER("--days"), TEXT("--round"), TEXT("--cluster"), TEXT("--person") },
};

#define START "2022-07-01T15:04:05Z"
#define PASSWORD "cuatro palabras bien largas"
#define ORIGIN "198.51.100.7"

struct site {
	struct arena a;
	struct err e;
	char root[64];
	struct store *s;
	struct str now;
	struct str hash; /* of PASSWORD */
};

#define GOOD(call)                                                                                 \
	do {                                                                                       \
		struct err *e = &t->e;                                                             \
		if (!(call))                                                                       \
			fail_msg("%s: %s", #call, e->msg);                                         \
	} while (0)

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *place)
{
	(void)st;
	(void)type;
	(void)place;
	return remove(path);
}

/* ---- calls ---- */

struct deed {
	bool (*prepare)(struct call *, struct err *), (*run)(struct call *, struct err *);
};

static struct call call_of(struct site *t, struct caller who)
{
	struct call c = { .a = &t->a,
			  .command = &row,
			  .folder = t->root,
			  .store = t->s,
			  .caller = who,
			  .now = t->now,
			  .agent = STR("a browser") };
	buf_init(&c.out, &t->a, 1 << 20);
	buf_init(&c.said, &t->a, 1 << 20);
	return c;
}

static void give(struct site *t, struct call *c, const char *name, const char *value)
{
	for (size_t i = 0; i < PARAMS_MAX && row.param[i].name; i++) {
		if (strcmp(row.param[i].name, name) == 0)
			GOOD(command_bind_value(c, i, str_of(value), e));
	}
}

/* Prepares and runs, as the server would: inside a transaction that is kept. */
static const struct access *act(struct site *t, struct call *c, struct deed deed)
{
	GOOD(deed.prepare(c, e));
	GOOD(store_begin(t->s, e));
	GOOD(deed.run(c, e));
	GOOD(store_end(t->s, true, e));
	return access_of(c);
}

static const struct deed sign_in = { prepare_sign_in, do_sign_in };
static const struct deed second_factor = { prepare_second_factor, do_second_factor };

static struct caller nobody(struct site *t)
{
	return caller_nobody(&t->a, STR(ORIGIN));
}

static struct caller known(struct site *t, struct str cookie)
{
	struct caller who;
	bool touch;
	GOOD(caller_of_session(t->s, &t->a, cookie, STR(ORIGIN), t->now, &who, &touch, e));
	return who;
}

static struct call *try_sign_in(struct site *t, const char *email, const char *password)
{
	struct call *c = NEW(&t->a, 1, struct call);
	*c = call_of(t, nobody(t));
	give(t, c, "--email", email);
	give(t, c, "--password", password);
	(void)act(t, c, sign_in);
	return c;
}

static struct call *sign_in_good(struct site *t)
{
	struct call *c = try_sign_in(t, "ana@ejemplo.co", PASSWORD);
	assert_false(access_of(c)->refused);
	return c;
}

static void later(struct site *t, int64_t seconds)
{
	t->now = access_later(&t->a, t->now, seconds);
	store_actor(t->s, STR("cli"), t->now);
}

/* ---- a site with one account ---- */

static int64_t add_account(struct site *t, const char *email, const char *role, const char *object)
{
	struct stored_account in = { .email = str_of(email),
				     .name = STR("Ana Gil"),
				     .lang = STR("es"),
				     .active = true,
				     .created_at = t->now };
	int64_t id;
	in.password = t->hash;
	GOOD(store_add_account(t->s, &in, &id, e));
	const struct stored_grant grant = { .account = id,
					    .role = str_of(role),
					    .object = str_of(object),
					    .granted_at = t->now,
					    .granted_by = STR("cli") };
	GOOD(store_grant(t->s, &grant, e));
	return id;
}

/* Hashing is slow on purpose: once for all tests. */
static int hash_once(void **state)
{
	ARENA_SCOPE(a, 1 << 20);
	struct err e = { 0 };
	struct str hash;
	if (!password_hash(&a, STR(PASSWORD), &hash, &e))
		return -1;
	*state = strndup(hash.p, hash.n);
	return *state ? 0 : -1;
}

static int drop_hash(void **state)
{
	free(*state);
	return 0;
}

static int open_site(void **state)
{
	struct site *t = calloc(1, sizeof(*t));
	if (!t)
		return -1;
	t->hash = str_of(*state);
	arena_init(&t->a, (size_t)1 << 30);
	memcpy(t->root, "/tmp/ssme-account-XXXXXX", sizeof("/tmp/ssme-account-XXXXXX"));
	if (!mkdtemp(t->root))
		return -1;
	const char *folder = str_c(&t->a, str_fmt(&t->a, "%s/data", t->root));
	GOOD(store_init(folder, e));
	GOOD(store_open(folder, &t->s, e));
	t->now = STR(START);
	later(t, 0);
	add_account(t, "ana@ejemplo.co", "manager", "C001");
	*state = t;
	return 0;
}

static int close_site(void **state)
{
	struct site *t = *state;
	store_close(t->s);
	nftw(t->root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	arena_drop(&t->a);
	free(t);
	return 0;
}

/* ---- times ---- */

static void times_are_read_as_they_are_written(void **state)
{
	struct site *t = *state;
	int64_t s = 0;
	assert_true(access_seconds(STR("1970-01-02T00:00:01Z"), &s));
	assert_int_equal(s, 86401);
	/* date -u -d @1656687845 */
	assert_true(access_seconds(STR(START), &s));
	assert_int_equal(s, 1656687845);
	struct str next = access_later(&t->a, STR("2024-02-28T23:59:59Z"), 1);
	assert_string_equal(str_c(&t->a, next), "2024-02-29T00:00:00Z");
	assert_false(access_seconds(STR("2022-07-01 15:04:05Z"), &s));
	assert_false(access_seconds(STR("2022-07-01T25:04:05Z"), &s));
	assert_false(access_seconds(STR(""), &s));
}

/* ---- passwords ---- */

static void passwords_have_a_length_and_are_not_the_address(void **state)
{
	(void)state;
	const struct stored_account of = { .email = STR("anamariagil.perez@ejemplo.co"),
					   .name = STR("Ana María Gil Pérez") };
	struct label why = { { { 0 } } };
	assert_false(password_good(&of, STR("once letras"), &why));
	assert_true(why.in[LANG_ES].n && why.in[LANG_EN].n);
	assert_false(password_good(&of, STR("aaaaaaaaaaaabbbbbbbb"), &why));
	assert_false(password_good(&of, STR("ANAMARIAGIL.PEREZ@ejemplo.co"), &why));
	assert_false(password_good(&of, STR("anamariagil.perez"), &why));
	assert_false(password_good(&of, STR("ana maria  gil perez"), &why));
	assert_true(password_good(&of, STR("doce letras."), &why));
}

static void a_password_fits_its_hash_and_no_other(void **state)
{
	struct site *t = *state;
	struct str hash;
	GOOD(password_hash(&t->a, STR(PASSWORD), &hash, e));
	assert_true(str_starts(hash, "$argon2id$v=19$m=65536,t=2,p=1$"));
	assert_true(password_fits(hash, STR(PASSWORD)));
	assert_false(password_fits(hash, STR(PASSWORD ".")));
	assert_false(password_fits(STR(""), STR(PASSWORD)));
	assert_false(password_is_old(hash));
	assert_true(password_is_old(STR("$argon2id$v=19$m=8192,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$"
					"Z8rLxDLrq0WkdqqXOLGuxgfYZ1E8W9NBeDKkVO2HXYg")));
}

/* ---- signing in ---- */

static void a_right_password_makes_a_session_with_its_roles(void **state)
{
	struct site *t = *state;
	struct call *c = sign_in_good(t);
	assert_int_equal(c->reply.cookie, COOKIE_SET);
	assert_int_equal(c->reply.cookie_value.n, 2 * TOKEN_BYTES);
	struct caller who = known(t, c->reply.cookie_value);
	assert_int_equal(who.kind, CALLER_ACCOUNT);
	assert_int_equal(who.roles, ROLE_PUBLIC | ROLE_MANAGER);
	assert_true(caller_sees(&who, ROLE_MANAGER, STR("C001")));
	assert_false(caller_sees(&who, ROLE_MANAGER, STR("C002")));
	assert_false(caller_sees(&who, ROLE_TEAM, STR("C001")));
	assert_int_equal(who.csrf.n, 32);
	assert_int_equal(known(t, STR("0123")).kind, CALLER_NOBODY);
	assert_int_equal(known(t, STR("")).kind, CALLER_NOBODY);
}

static void the_same_is_said_whatever_was_wrong(void **state)
{
	struct site *t = *state;
	struct call *a = try_sign_in(t, "ana@ejemplo.co", "otra cosa distinta");
	struct call *b = try_sign_in(t, "nadie@ejemplo.co", PASSWORD);
	assert_true(access_of(a)->refused && access_of(b)->refused);
	assert_int_equal(a->reply.status, 422);
	assert_int_equal(b->reply.status, 422);
	assert_int_equal(a->reply.cookie, COOKIE_KEEP);
	assert_true(str_eq(access_of(a)->why.in[LANG_ES], access_of(b)->why.in[LANG_ES]));
	assert_true(str_eq(access_of(a)->why.in[LANG_EN], access_of(b)->why.in[LANG_EN]));
	assert_string_equal(access_of(a)->field, access_of(b)->field);
}

static void too_many_failures_lock_even_the_right_password_out_for_a_while(void **state)
{
	struct site *t = *state;
	for (int i = 0; i < LOCK_FAILURES; i++)
		assert_int_equal(
			access_of(try_sign_in(t, "ANA@ejemplo.co ", "una que no es"))->code,
			ERR_DENIED);
	struct call *c = try_sign_in(t, "ana@ejemplo.co", PASSWORD);
	assert_int_equal(access_of(c)->code, ERR_LIMIT);
	assert_int_equal(c->reply.cookie, COOKIE_KEEP);
	later(t, LOCK_WINDOW_S + 1);
	(void)sign_in_good(t);
}

/* Two tries are prepared before either is counted: the second sees the first all the same. */
static void tries_at_once_see_each_other(void **state)
{
	struct site *t = *state;
	struct call many[LOCK_FAILURES], right = call_of(t, nobody(t));
	for (int i = 0; i < LOCK_FAILURES; i++) {
		many[i] = call_of(t, nobody(t));
		give(t, &many[i], "--email", "ana@ejemplo.co");
		give(t, &many[i], "--password", "una que no es");
		GOOD(prepare_sign_in(&many[i], e));
	}
	give(t, &right, "--email", "ana@ejemplo.co");
	give(t, &right, "--password", PASSWORD);
	GOOD(prepare_sign_in(&right, e));
	for (int i = 0; i < LOCK_FAILURES; i++)
		GOOD(do_sign_in(&many[i], e));
	GOOD(do_sign_in(&right, e));
	assert_int_equal(access_of(&right)->code, ERR_LIMIT);
	assert_int_equal(right.reply.cookie, COOKIE_KEEP);
}

static void a_deed_that_is_undone_can_be_done_again(void **state)
{
	struct site *t = *state;
	struct call c = call_of(t, nobody(t));
	give(t, &c, "--email", "ana@ejemplo.co");
	give(t, &c, "--password", PASSWORD);
	GOOD(prepare_sign_in(&c, e));
	GOOD(store_begin(t->s, e));
	GOOD(do_sign_in(&c, e));
	GOOD(store_end(t->s, false, e));
	assert_int_equal(known(t, c.reply.cookie_value).kind, CALLER_NOBODY);
	GOOD(do_sign_in(&c, e));
	assert_int_equal(known(t, c.reply.cookie_value).kind, CALLER_ACCOUNT);
}

static void a_session_ends_when_idle_when_old_and_when_its_account_is_switched_off(void **state)
{
	struct site *t = *state;
	struct str cookie = sign_in_good(t)->reply.cookie_value;
	struct caller who;
	bool touch;
	later(t, SESSION_TOUCH_SECONDS);
	GOOD(caller_of_session(t->s, &t->a, cookie, STR(ORIGIN), t->now, &who, &touch, e));
	assert_true(touch);
	later(t, SESSION_IDLE_SECONDS - 1000);
	who = known(t, cookie);
	GOOD(caller_touch(t->s, &who, t->now, e));
	later(t, SESSION_IDLE_SECONDS - 1);
	assert_int_equal(known(t, cookie).kind, CALLER_ACCOUNT);
	later(t, 2);
	assert_int_equal(known(t, cookie).kind, CALLER_NOBODY);
	/* However often it is used, it ends with its days. */
	cookie = sign_in_good(t)->reply.cookie_value;
	for (int64_t s = 0; s < SESSION_SECONDS - SESSION_IDLE_SECONDS;
	     s += SESSION_IDLE_SECONDS / 2) {
		later(t, SESSION_IDLE_SECONDS / 2);
		who = known(t, cookie);
		assert_int_equal(who.kind, CALLER_ACCOUNT);
		GOOD(caller_touch(t->s, &who, t->now, e));
	}
	later(t, SESSION_IDLE_SECONDS / 2 + 1);
	who = known(t, cookie);
	GOOD(caller_touch(t->s, &who, t->now, e));
	later(t, SESSION_IDLE_SECONDS / 2);
	assert_int_equal(known(t, cookie).kind, CALLER_NOBODY);
	/* switched off */
	cookie = sign_in_good(t)->reply.cookie_value;
	struct call c = call_of(t, (struct caller){ .kind = CALLER_OWNER, .name = STR("cli") });
	give(t, &c, "ACCOUNT", "ana@ejemplo.co");
	(void)act(t, &c, (struct deed){ prepare_disable_account, do_disable_account });
	assert_int_equal(known(t, cookie).kind, CALLER_NOBODY);
	assert_true(access_of(try_sign_in(t, "ana@ejemplo.co", PASSWORD))->refused);
}

static void signing_out_ends_the_session(void **state)
{
	struct site *t = *state;
	struct str cookie = sign_in_good(t)->reply.cookie_value;
	struct call c = call_of(t, known(t, cookie));
	(void)act(t, &c, (struct deed){ prepare_sign_out, do_sign_out });
	assert_int_equal(c.reply.cookie, COOKIE_CLEAR);
	assert_int_equal(known(t, cookie).kind, CALLER_NOBODY);
	struct call again = call_of(t, nobody(t));
	(void)act(t, &again, (struct deed){ prepare_sign_out, do_sign_out });
	assert_int_equal(again.reply.cookie, COOKIE_CLEAR);
}

/* ---- the second factor ---- */

/* Sets it; gives its seed, and the recovery codes in *ret_deed. */
static struct str set_second_factor(struct site *t, struct str cookie, const struct access **ret)
{
	struct access_self self;
	char code[TOTP_DIGITS + 1];
	int64_t now;
	struct call begin = call_of(t, known(t, cookie));
	(void)act(t, &begin, (struct deed){ prepare_begin_totp, do_begin_totp });
	struct call *look = NEW(&t->a, 1, struct call), *confirm = NEW(&t->a, 1, struct call);
	*look = call_of(t, known(t, cookie));
	GOOD(access_look_self(look, &self, e));
	assert_true(self.totp_begun && !self.account.totp_on);
	assert_true(str_starts(self.totp.uri, "otpauth://totp/"));
	assert_true(access_seconds(t->now, &now));
	assert_true(totp_code(self.account.totp_seed, now / TOTP_STEP_SECONDS, code));
	*confirm = call_of(t, known(t, cookie));
	give(t, confirm, "--code", code);
	*ret = act(t, confirm, (struct deed){ prepare_confirm_totp, do_confirm_totp });
	assert_false((*ret)->refused);
	assert_int_equal((*ret)->n_recovery, RECOVERY_CODES);
	assert_true(confirm->reply.secret);
	return self.account.totp_seed;
}

static const struct access *confirm_code(struct site *t, struct str cookie, struct str code)
{
	struct call *c = NEW(&t->a, 1, struct call);
	*c = call_of(t, known(t, cookie));
	give(t, c, "--code", str_c(&t->a, code));
	return act(t, c, (struct deed){ prepare_confirm_totp, do_confirm_totp });
}

static struct call *give_code(struct site *t, struct str cookie, struct str code)
{
	struct call *c = NEW(&t->a, 1, struct call);
	*c = call_of(t, known(t, cookie));
	give(t, c, "--code", str_c(&t->a, code));
	(void)act(t, c, second_factor);
	return c;
}

static struct str code_now(struct site *t, struct str seed)
{
	char code[TOTP_DIGITS + 1];
	int64_t now;
	assert_true(access_seconds(t->now, &now));
	assert_true(totp_code(seed, now / TOTP_STEP_SECONDS, code));
	return str_dup(&t->a, str_of(code));
}

static void who_owes_the_second_factor_has_no_role_yet(void **state)
{
	struct site *t = *state;
	const struct access *made;
	struct str seed = set_second_factor(t, sign_in_good(t)->reply.cookie_value, &made);
	struct call *half = sign_in_good(t);
	assert_true(access_of(half)->half);
	struct caller who = known(t, half->reply.cookie_value);
	assert_true(who.half);
	assert_int_equal(who.roles, ROLE_PUBLIC);
	assert_int_equal(who.n_grants, 0);
	/* The code that set it up was used by that. */
	assert_true(access_of(give_code(t, half->reply.cookie_value, code_now(t, seed)))->refused);
	later(t, TOTP_STEP_SECONDS);
	struct call *whole = give_code(t, half->reply.cookie_value, code_now(t, seed));
	assert_false(access_of(whole)->refused);
	who = known(t, whole->reply.cookie_value);
	assert_false(who.half);
	assert_int_equal(who.roles, ROLE_PUBLIC | ROLE_MANAGER);
	/* A new token: the old one is worth nothing. */
	assert_int_equal(known(t, half->reply.cookie_value).kind, CALLER_NOBODY);
}

static void a_code_is_taken_once(void **state)
{
	struct site *t = *state;
	const struct access *made;
	struct str seed = set_second_factor(t, sign_in_good(t)->reply.cookie_value, &made);
	later(t, TOTP_STEP_SECONDS);
	struct str code = code_now(t, seed);
	assert_false(access_of(give_code(t, sign_in_good(t)->reply.cookie_value, code))->refused);
	assert_true(access_of(give_code(t, sign_in_good(t)->reply.cookie_value, code))->refused);
}

static void a_recovery_code_is_taken_once_however_it_is_typed(void **state)
{
	struct site *t = *state;
	const struct access *made;
	(void)set_second_factor(t, sign_in_good(t)->reply.cookie_value, &made);
	char *typed = str_c(&t->a, made->recovery[3]);
	for (char *p = typed; *p; p++) {
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
		if (*p == '-')
			*p = ' ';
	}
	struct str first = sign_in_good(t)->reply.cookie_value;
	assert_false(access_of(give_code(t, first, str_of(typed)))->refused);
	struct str second = sign_in_good(t)->reply.cookie_value;
	assert_true(access_of(give_code(t, second, str_of(typed)))->refused);
	assert_false(access_of(give_code(t, second, made->recovery[4]))->refused);
}

static void codes_cannot_be_guessed_for_long(void **state)
{
	struct site *t = *state;
	const struct access *made;
	struct str seed = set_second_factor(t, sign_in_good(t)->reply.cookie_value, &made);
	struct str half = sign_in_good(t)->reply.cookie_value;
	later(t, TOTP_STEP_SECONDS);
	for (int i = 0; i < LOCK_FAILURES; i++)
		assert_int_equal(access_of(give_code(t, half, STR("aaaa-aaaa-aaaa")))->code,
				 ERR_DENIED);
	assert_int_equal(access_of(give_code(t, half, code_now(t, seed)))->code, ERR_LIMIT);
	/* and a right password does not begin the count again */
	assert_int_equal(access_of(try_sign_in(t, "ana@ejemplo.co", PASSWORD))->code, ERR_LIMIT);
}

/* Whoever has the open session of somebody else has not the codes yet. */
static void codes_cannot_be_guessed_from_within_either(void **state)
{
	struct site *t = *state;
	const struct access *made;
	struct str cookie = sign_in_good(t)->reply.cookie_value;
	struct str seed = set_second_factor(t, cookie, &made);
	later(t, TOTP_STEP_SECONDS);
	for (int i = 0; i < LOCK_FAILURES; i++)
		assert_int_equal(confirm_code(t, cookie, STR("aaaaaa"))->code, ERR_INPUT);
	const struct access *right = confirm_code(t, cookie, code_now(t, seed));
	assert_int_equal(right->code, ERR_LIMIT);
	later(t, LOCK_WINDOW_S + 1);
	assert_false(confirm_code(t, cookie, code_now(t, seed))->refused);
}

/* ---- one's own account ---- */

static struct call *with_password(struct site *t, struct str cookie, const char *old,
				  const char *new_one, struct deed deed)
{
	struct call *c = NEW(&t->a, 1, struct call);
	*c = call_of(t, known(t, cookie));
	give(t, c, "--password", old);
	if (new_one)
		give(t, c, "--new-password", new_one);
	(void)act(t, c, deed);
	return c;
}

static void a_new_password_ends_the_other_sessions(void **state)
{
	struct site *t = *state;
	static const struct deed change = { prepare_change_password, do_change_password };
	struct str here = sign_in_good(t)->reply.cookie_value;
	struct str there = sign_in_good(t)->reply.cookie_value;
	assert_true(access_of(with_password(t, here, "no es la que era", "otra frase larga",
					    change))->refused);
	assert_true(access_of(with_password(t, here, PASSWORD, "corta", change))->refused);
	assert_int_equal(known(t, there).kind, CALLER_ACCOUNT);
	assert_false(access_of(with_password(t, here, PASSWORD, "otra frase larga",
					     change))->refused);
	assert_int_equal(known(t, here).kind, CALLER_ACCOUNT);
	assert_int_equal(known(t, there).kind, CALLER_NOBODY);
	assert_true(access_of(try_sign_in(t, "ana@ejemplo.co", PASSWORD))->refused);
	assert_false(access_of(try_sign_in(t, "ana@ejemplo.co", "otra frase larga"))->refused);
}

static void the_second_factor_goes_by_password(void **state)
{
	struct site *t = *state;
	static const struct deed stop = { prepare_stop_totp, do_stop_totp };
	const struct access *made;
	struct str cookie = sign_in_good(t)->reply.cookie_value;
	(void)set_second_factor(t, cookie, &made);
	struct call begin = call_of(t, known(t, cookie));
	assert_true(act(t, &begin, (struct deed){ prepare_begin_totp, do_begin_totp })->refused);
	assert_true(access_of(with_password(t, cookie, "no es la que era", NULL, stop))->refused);
	assert_true(access_of(sign_in_good(t))->half);
	assert_false(access_of(with_password(t, cookie, PASSWORD, NULL, stop))->refused);
	assert_false(access_of(sign_in_good(t))->half);
}

static void logging_out_everywhere_leaves_the_one_that_asks(void **state)
{
	struct site *t = *state;
	struct str here = sign_in_good(t)->reply.cookie_value;
	struct str there = sign_in_good(t)->reply.cookie_value;
	struct call c = call_of(t, known(t, here));
	(void)act(t, &c, (struct deed){ prepare_end_others, do_end_others });
	assert_int_equal(known(t, here).kind, CALLER_ACCOUNT);
	assert_int_equal(known(t, there).kind, CALLER_NOBODY);
}

static void nobody_ends_the_session_of_another(void **state)
{
	struct site *t = *state;
	add_account(t, "eva@ejemplo.co", "team", "");
	struct str mine = sign_in_good(t)->reply.cookie_value;
	struct call *other = try_sign_in(t, "eva@ejemplo.co", PASSWORD);
	struct call c = call_of(t, known(t, other->reply.cookie_value));
	char number[24];
	snprintf(number, sizeof(number), "%lld", (long long)known(t, mine).session);
	give(t, &c, "SESSION", number);
	GOOD(prepare_end_session(&c, e));
	struct err e = { 0 };
	assert_false(do_end_session(&c, &e));
	assert_int_equal(e.code, ERR_ABSENT);
	assert_int_equal(known(t, mine).kind, CALLER_ACCOUNT);
}

/* ---- tokens ---- */

/* False: refused as ERR_DENIED. */
static bool is_let_in(struct site *t, struct str token, const char *scope)
{
	struct caller who;
	bool touch = false;
	struct err denied = { 0 };
	if (caller_of_token(t->s, &t->a, token, scope, STR(ORIGIN), t->now, &who, &touch,
			    &denied))
		return true;
	assert_int_equal(denied.code, ERR_DENIED);
	return false;
}

static void a_token_does_what_its_scope_says_until_its_day(void **state)
{
	struct site *t = *state;
	struct caller who;
	bool touch = false;
	struct call c = call_of(t, known(t, sign_in_good(t)->reply.cookie_value));
	give(t, &c, "--name", "tablero");
	give(t, &c, "--scope", "read");
	give(t, &c, "--days", "2");
	const struct access *x = act(t, &c, (struct deed){ prepare_create_token, do_create_token });
	assert_true(str_starts(x->secret, "ssme_") && c.reply.secret);
	GOOD(caller_of_token(t->s, &t->a, x->secret, "read", STR(ORIGIN), t->now, &who, &touch,
			     e));
	assert_true(touch); /* never seen before */
	GOOD(caller_touch(t->s, &who, t->now, e));
	GOOD(caller_of_token(t->s, &t->a, x->secret, "read", STR(ORIGIN), t->now, &who, &touch,
			     e));
	assert_false(touch);
	later(t, TOKEN_TOUCH_SECONDS);
	GOOD(caller_of_token(t->s, &t->a, x->secret, "read", STR(ORIGIN), t->now, &who, &touch,
			     e));
	assert_true(touch);
	assert_int_equal(who.kind, CALLER_TOKEN);
	assert_int_equal(who.roles, ROLE_PUBLIC | ROLE_MANAGER);
	assert_false(is_let_in(t, x->secret, "write"));
	assert_false(is_let_in(t, x->secret, NULL));
	assert_false(is_let_in(t, STR(""), "read"));
	assert_true(is_let_in(t, x->secret, "read"));
	later(t, 2 * 86400);
	assert_false(is_let_in(t, x->secret, "read"));
}

/* ---- invitations and links ---- */

static void add_round(struct site *t)
{
	const struct stored_instrument in = { .id = STR("mini"),
					      .version = STR("1"),
					      .sha256 = STR("00"),
					      .canonical = STR("not read here") };
	const struct stored_round round = { .id = STR("2022"),
					    .instrument_id = STR("mini"),
					    .instrument_version = STR("1"),
					    .year = 2022 };
	GOOD(store_put_instrument(t->s, &in, e));
	GOOD(store_open_round(t->s, &round, e));
}

static struct str end_of(struct str path)
{
	struct str rest = path, last = path;
	while (rest.p)
		last = str_cut(&rest, '/');
	return last;
}

static void an_invitation_sets_a_password_once(void **state)
{
	struct site *t = *state;
	struct call c = call_of(t, (struct caller){ .kind = CALLER_OWNER, .name = STR("cli") });
	give(t, &c, "--email", "eva@ejemplo.co");
	give(t, &c, "--name", "Eva");
	give(t, &c, "--role", "team");
	const struct access *x =
		act(t, &c, (struct deed){ prepare_create_account, do_create_account });
	assert_false(x->refused);
	struct str token = end_of(x->path);
	assert_true(access_of(try_sign_in(t, "eva@ejemplo.co", ""))->refused);
	struct caller who;
	bool touch = false;
	struct err e = { 0 };
	assert_false(caller_of_token(t->s, &t->a, token, "read", STR(ORIGIN), t->now, &who, &touch,
				     &e));
	for (int i = 0; i < 2; i++) {
		struct call accept = call_of(t, nobody(t));
		give(t, &accept, "--token", str_c(&t->a, token));
		give(t, &accept, "--new-password", PASSWORD);
		x = act(t, &accept,
			(struct deed){ prepare_accept_invitation, do_accept_invitation });
		assert_int_equal(x->refused, i == 1);
	}
	assert_int_equal(x->code, ERR_ABSENT);
	assert_false(access_of(try_sign_in(t, "eva@ejemplo.co", PASSWORD))->refused);
}

static void a_link_opens_its_cluster_until_it_is_revoked(void **state)
{
	struct site *t = *state;
	static const struct str secret = STR("00112233445566778899aabbccddeeff");
	struct stored_link link = { .role = STR("company"),
				    .round = STR("2022"),
				    .cluster = STR("C007"),
				    .company = STR("900123"),
				    .person = STR("Café del Sur"),
				    .created_at = t->now,
				    .created_by = STR("cli"),
				    .expires_at = access_later(&t->a, t->now, 3 * 86400) };
	int64_t id;
	bool found;
	add_round(t);
	GOOD(store_token_hash(t->s, &t->a, "link", secret, &link.hash, e));
	GOOD(store_add_link(t->s, &link, &id, e));
	struct call look = call_of(t, nobody(t));
	GOOD(access_look_link(&look, secret, &found, &link, e));
	assert_true(found);
	struct call c = call_of(t, nobody(t));
	give(t, &c, "--token", secret.p);
	static const struct deed follow = { prepare_follow_link, do_follow_link };
	assert_false(act(t, &c, follow)->refused);
	struct caller who = known(t, c.reply.cookie_value);
	assert_int_equal(who.kind, CALLER_LINK);
	assert_int_equal(who.roles, ROLE_PUBLIC | ROLE_COMPANY);
	assert_true(caller_sees(&who, ROLE_COMPANY, STR("C007")));
	assert_string_equal(str_c(&t->a, who.grant[0].company), "900123");
	GOOD(store_revoke_link(t->s, id, e));
	assert_int_equal(known(t, c.reply.cookie_value).kind, CALLER_NOBODY);
	struct call again = call_of(t, nobody(t));
	give(t, &again, "--token", secret.p);
	assert_true(act(t, &again, follow)->refused);
	assert_int_equal(again.reply.cookie, COOKIE_KEEP);
}

static void form_tokens_differ_by_session_and_do_not_give_it_away(void **state)
{
	struct site *t = *state;
	struct str a = csrf_of(&t->a, STR("one")), b = csrf_of(&t->a, STR("two"));
	assert_false(str_eq(a, b));
	assert_true(str_eq(a, csrf_of(&t->a, STR("one"))));
	assert_int_equal(a.n, 32);
}

int main(void)
{
#define ON_SITE(name) cmocka_unit_test_setup_teardown(name, open_site, close_site)
	const struct CMUnitTest test[] = {
		ON_SITE(times_are_read_as_they_are_written),
		cmocka_unit_test(passwords_have_a_length_and_are_not_the_address),
		ON_SITE(a_password_fits_its_hash_and_no_other),
		ON_SITE(a_right_password_makes_a_session_with_its_roles),
		ON_SITE(the_same_is_said_whatever_was_wrong),
		ON_SITE(too_many_failures_lock_even_the_right_password_out_for_a_while),
		ON_SITE(tries_at_once_see_each_other),
		ON_SITE(a_deed_that_is_undone_can_be_done_again),
		ON_SITE(a_session_ends_when_idle_when_old_and_when_its_account_is_switched_off),
		ON_SITE(signing_out_ends_the_session),
		ON_SITE(who_owes_the_second_factor_has_no_role_yet),
		ON_SITE(a_code_is_taken_once),
		ON_SITE(a_recovery_code_is_taken_once_however_it_is_typed),
		ON_SITE(codes_cannot_be_guessed_for_long),
		ON_SITE(codes_cannot_be_guessed_from_within_either),
		ON_SITE(a_new_password_ends_the_other_sessions),
		ON_SITE(the_second_factor_goes_by_password),
		ON_SITE(logging_out_everywhere_leaves_the_one_that_asks),
		ON_SITE(nobody_ends_the_session_of_another),
		ON_SITE(a_token_does_what_its_scope_says_until_its_day),
		ON_SITE(an_invitation_sets_a_password_once),
		ON_SITE(a_link_opens_its_cluster_until_it_is_revoked),
		ON_SITE(form_tokens_differ_by_session_and_do_not_give_it_away),
	};
	return cmocka_run_group_tests(test, hash_once, drop_hash);
}
