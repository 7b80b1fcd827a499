/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may call what: every row of the table that has a route, by everybody, for an object of their
 * own and for another's.  What is expected is said twice, on purpose: by the row, and by
 * tests/golden/access.txt, which a new or changed row must be written into by hand. */
#include "http/walk.h"

#include "app/run.h"

enum { PEOPLE_MAX = 24 };

/* How somebody comes. */
enum way { WAY_NOBODY, WAY_SESSION, WAY_TOKEN, WAY_TOKEN_BARE, WAY_HALF };
struct visitor {
	const char *name;
	unsigned roles;   /* without ROLE_PUBLIC */
	enum way way;
	struct person p;
	int64_t link;
};
struct people {
	struct visitor v[PEOPLE_MAX];
	size_t n;
};

static void add_visitor(struct people *all, struct visitor v)
{
	assert_true(all->n < PEOPLE_MAX);
	all->v[all->n++] = v;
}

static int64_t new_link(struct fixture *x, const char *role, const char *area)
{
	struct stored_link l = { .role = str_of(role),
				 .round = STR("2022"),
				 .cluster = STR("C001"),
				 .area = str_of(area),
				 .person = STR("Ana"),
				 .created_at = clock_now_iso(&x->a),
				 .created_by = STR("test"),
				 .expires_at = clock_iso(&x->a, clock_now_s() + 3600) };
	int64_t id;
	(void)person_secret(x, "link", &l.hash);
	GOOD(store_add_link(x->s, &l, &id, e));
	return id;
}

static void gather_people(struct walk *w, struct people *all)
{
	static const struct {
		const char *role, *object;
	} office[] = {
		{ "administrator", "" }, { "team", "" },      { "chamber", "24" },
		{ "manager", "C001" },	 { "contributor", "C001/A" }, { "reviewer", "" },
		{ "analyst", "" },	 { "publisher", "" },
	};
	add_visitor(all, (struct visitor){ .name = "nobody" });
	for (size_t i = 0; i < sizeof(office) / sizeof(*office); i++) {
		enum role role;
		struct visitor v = { .name = office[i].role, .way = WAY_SESSION };
		assert_true(role_of_name(str_of(v.name), &role));
		v.roles = role;
		v.p = person_new(w->x, office[i].role, office[i].object);
		add_visitor(all, v);
		v.way = WAY_TOKEN;
		add_visitor(all, v);
	}
	struct visitor team = all->v[3];
	assert_string_equal(team.name, "team");
	team.way = WAY_TOKEN_BARE;
	add_visitor(all, team);
	team.way = WAY_HALF;
	add_visitor(all, team);
	add_visitor(all, (struct visitor){ .name = "manager by link",
					   .roles = ROLE_MANAGER,
					   .way = WAY_SESSION,
					   .link = new_link(w->x, "manager", "") });
	add_visitor(all, (struct visitor){ .name = "company by link",
					   .roles = ROLE_COMPANY,
					   .way = WAY_SESSION,
					   .link = new_link(w->x, "company", "") });
}

/* ---- what the row says ---- */

static bool token_will_do(const struct command *row, const struct visitor *v)
{
	return v->way == WAY_TOKEN && row->token;
}

/* The rows that are the same for everybody do not look who asks. */
static bool asks_nobody(const struct command *row)
{
	return row >= table_http.row && row < table_http.row + table_http.n &&
	       (row->roles & ROLE_PUBLIC);
}

/* A link is good for its round; what only reads is asked here about the round "none". */
static bool in_another_round(const struct command *row, const struct visitor *v)
{
	for (size_t i = 0; v->link && !row->writes && i < walk_params(row); i++) {
		if (strcmp(row->param[i].name, "--round") == 0)
			return row->param[i].required; /* else it is not given */
	}
	return false;
}

static bool expected(const struct command *row, const struct visitor *v, bool own)
{
	unsigned roles = ROLE_PUBLIC | v->roles;
	if (asks_nobody(row))
		return true;
	if (v->way == WAY_NOBODY || v->way == WAY_HALF)
		roles = ROLE_PUBLIC;
	if ((v->way == WAY_TOKEN || v->way == WAY_TOKEN_BARE) && !token_will_do(row, v))
		return false;
	if (!(roles & row->roles))
		return false;
	if (row->own || (roles & row->roles & ~(unsigned)ROLE_SCOPED))
		return true;
	return row->object && own && !in_another_round(row, v);
}

/* ---- asking ---- */

static void come_as(struct walk *w, struct web *q, struct visitor *v)
{
	switch (v->way) {
	case WAY_NOBODY:
		return;
	case WAY_TOKEN:
	case WAY_TOKEN_BARE:
		web_bearer(w->x, q, v->p.token[v->way == WAY_TOKEN_BARE]);
		return;
	case WAY_SESSION:
	case WAY_HALF:
		if (!v->p.session.n || v->way == WAY_HALF || v->link)
			person_session(w->x, &v->p, v->link, v->way == WAY_HALF);
		web_cookie(w->x, q, v->p.session);
		web_from_us(w->x, q, v->p.session);
	}
}

static bool was_denied(const struct web *q)
{
	return q->x.out.status == 401 || q->x.out.status == 403 ||
	       (q->x.out.status == 303 && str_starts(web_got(q, "Location"), "/entrar"));
}

/* Rows that look closer than the table can say, and for whom: a link has no account of its own, and
 * a company answers the form of companies alone. */
static bool denies_by_itself(const struct command *row, const struct visitor *v)
{
	static const char *const own_account[] = { "/cuenta" };
	for (size_t i = 0; i < sizeof(own_account) / sizeof(*own_account); i++) {
		if (strncmp(row->route, own_account[i], strlen(own_account[i])) == 0)
			return v->link != 0;
	}
	if (row->run == run_answer_put)
		return v->roles == ROLE_COMPANY;
	return (strcmp(row->route, "/entrar") == 0 && v->way == WAY_HALF) ||
	       strcmp(row->route, "/entrar/codigo") == 0 || strcmp(row->route, "/salir") == 0;
}

static void try_row(struct walk *w, const struct command *row, struct visitor *v, bool own)
{
	const bool writes = strcmp(row->method, "GET") != 0;
	struct web *q = walk_request(w, row, own ? "C001" : "C002", &spoil_nothing);
	come_as(w, q, v);
	const bool may = expected(row, v, own);
	const struct sha256 before = writes && !may ? walk_state(w) : (struct sha256){ 0 };
	(void)web_send(w->d, q);
	const bool denied = was_denied(q);
	if (denied == may && !(denied && denies_by_itself(row, v)))
		fail_msg("%s %s as %s (%d), %s object: %u, but the table says %s: %.*s",
			 row->method, row->route, v->name, v->way, own ? "own" : "foreign",
			 q->x.out.status, may ? "yes" : "no",
			 STR_ARG(str_sub(q->x.out.body, 0, 300)));
	if (q->x.out.status >= 500)
		fail_msg("%s %s as %s: %u: %.*s", row->method, row->route, v->name,
			 q->x.out.status, STR_ARG(str_sub(q->x.out.body, 0, 300)));
	if (writes && !may) {
		const struct sha256 after = walk_state(w);
		if (memcmp(&before, &after, sizeof(before)) != 0)
			fail_msg("%s %s as %s changed something", row->method, row->route, v->name);
	}
	if (writes && may && v->way == WAY_SESSION)
		v->p.session = (struct str){ 0 }; /* it may have signed out */
	walk_close(w, q);
}

static void everybody_may_do_what_the_table_says(void **state)
{
	struct walk *w = *state;
	struct people all = { .n = 0 };
	gather_people(w, &all);
	for (size_t i = 0; i < w->n_rows; i++) {
		for (size_t k = 0; k < all.n; k++) {
			try_row(w, w->row[i], &all.v[k], true);
			if (w->row[i]->object)
				try_row(w, w->row[i], &all.v[k], false);
		}
	}
}

/* ---- the table as it was looked through ---- */

static void put_line(struct buf *b, const struct command *row)
{
	buf_fmt(b, "%s %s", row->method, row->route);
	for (unsigned i = 0; i < ROLES_N; i++) {
		if (row->roles & (1u << i))
			buf_fmt(b, " %s", role_name((enum role)(1u << i)));
	}
	if (!row->roles)
		buf_puts(b, " none");
	if (row->object)
		buf_fmt(b, " object=%s", row->object);
	if (row->token)
		buf_fmt(b, " token=%s", row->token);
	buf_fmt(b, "%s%s%s%s\n", row->own ? " own" : "", row->half ? " half" : "",
		row->writes ? " writes" : "", row->csrf ? " csrf" : "");
}

static struct str golden(struct arena *a)
{
	struct buf b;
	char block[4096];
	FILE *f = fopen("tests/golden/access.txt", "rb");
	buf_init(&b, a, 1 << 20);
	for (size_t n; f && (n = fread(block, 1, sizeof(block), f)) > 0;)
		buf_put(&b, (struct str){ block, n });
	if (f)
		fclose(f);
	return buf_str(&b);
}

static bool has_line(struct str text, struct str line)
{
	while (text.p) {
		if (str_eq(str_cut(&text, '\n'), line))
			return true;
	}
	return false;
}

static void name_strangers(struct str text, struct str known, const char *what)
{
	while (text.p) {
		const struct str line = str_cut(&text, '\n');
		if (line.n && !has_line(known, line))
			print_message("%s %.*s\n", what, STR_ARG(line));
	}
}

static void no_row_is_unknown(void **state)
{
	struct walk *w = *state;
	struct buf b;
	buf_init(&b, &w->x->a, 1 << 20);
	for (size_t i = 0; i < w->n_rows; i++)
		put_line(&b, w->row[i]);
	const struct str now = buf_str(&b), then = golden(&w->x->a);
	if (str_eq(now, then))
		return;
	name_strangers(now, then, "+");
	name_strangers(then, now, "-");
	fail_msg("the rows are not those of tests/golden/access.txt: look at who may call the new "
		 "ones, then write them there in the order of the table");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(no_row_is_unknown, walk_start, walk_end),
		cmocka_unit_test_setup_teardown(everybody_may_do_what_the_table_says, walk_start,
						walk_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
