/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every parameter of every route, spoilt: of the wrong type, empty, too long, twice, of broken
 * bytes, and beside it one that nobody knows.  What is wrong is refused with a 4xx that names it,
 * what the row itself must judge is never a 5xx, and nothing is changed. */
#include "http/walk.h"

enum fault {
	FAULT_TYPE,
	FAULT_LONG,
	FAULT_TWICE,
	FAULT_UTF8,
	FAULT_ZERO,
	FAULT_ABSENT,
	FAULT_EMPTY,
	FAULT_FOREIGN, /* an id of nothing */
	FAULTS_N
};
static const char *const fault_word[FAULTS_N] = { "wrong type", "too long", "twice",
						  "broken UTF-8", "zero byte", "absent",
						  "empty", "foreign id" };

struct tour {
	struct walk *w;
	struct person all[ROLES_N]; /* by the place of the role */
	size_t n_sent, n_refused;
};

/* ---- faults ---- */

static struct str too_long(struct walk *w, const struct param *p)
{
	const bool number = p->kind == PARAM_INTEGER;
	const size_t n = number || !p->max ? 200 : (size_t)p->max + 1;
	char *s = NEW(&w->x->a, n + 1, char);
	memset(s, '7', n);
	return (struct str){ s, n };
}

static bool wrong_type(const struct param *p, struct str *out)
{
	switch (p->kind) {
	case PARAM_INTEGER:
		*out = STR("1e3");
		return true;
	case PARAM_CHOICE:
		*out = STR("no-choice");
		return true;
	case PARAM_DATE:
		*out = STR("2022-13-40");
		return true;
	case PARAM_FLAG:
		*out = STR("maybe");
		return true;
	case PARAM_FILE:
		*out = STR("%PDF-1.7");
		return true;
	case PARAM_TEXT:
	case PARAM_PATH:
	case PARAM_SECRET:
	case PARAM_PAIRS:
		break;
	}
	return false;
}

static bool limited(const struct param *p)
{
	return p->kind == PARAM_INTEGER || p->kind == PARAM_CHOICE || p->kind == PARAM_DATE ||
	       p->kind == PARAM_FLAG || p->max > 0;
}

/* False: there is no such fault of that parameter. */
static bool spoil_for(struct walk *w, const struct command *row, size_t i, enum fault fault,
		      struct spoil *out)
{
	const struct param *p = &row->param[i];
	/* what comes in the path is always there; the web has a form of its own (JSON) */
	const bool path = walk_in_path(w, row, i) || strcmp(p->name, "--format") == 0;
	*out = (struct spoil){ .param = i };
	switch (fault) {
	case FAULT_TYPE:
		return wrong_type(p, &out->value);
	case FAULT_LONG:
		out->value = too_long(w, p);
		return limited(p) && p->kind != PARAM_FILE;
	case FAULT_TWICE:
		out->twice = true;
		return !p->repeated;
	case FAULT_UTF8:
		out->value = STR("%C3%28");
		out->raw = true;
		return p->kind != PARAM_FILE;
	case FAULT_ZERO:
		out->value = STR("a%00b");
		out->raw = true;
		return p->kind != PARAM_FILE;
	case FAULT_ABSENT:
		out->absent = true;
		return p->required && !path;
	case FAULT_EMPTY:
		return p->required && !path && p->kind != PARAM_PAIRS;
	case FAULT_FOREIGN:
		out->value = STR("C999");
		return p->kind == PARAM_TEXT;
	case FAULTS_N:
		break;
	}
	return false;
}

/* ---- asking ---- */

/* Somebody whom the row lets in by an office without scope, else by a scoped one. */
static const struct person *who_may(const struct tour *t, const struct command *row)
{
	const unsigned plain = row->roles & ~(unsigned)(ROLE_SCOPED | ROLE_PUBLIC);
	const unsigned scoped = row->roles & ~(unsigned)(ROLE_PUBLIC | ROLE_COMPANY);
	const unsigned from = plain ? plain : scoped ? scoped : row->roles & ROLE_COMPANY;
	return from ? &t->all[__builtin_ctz(from)] : NULL;
}

static struct web *send(struct tour *t, const struct command *row, const struct spoil *bad)
{
	struct walk *w = t->w;
	struct web *q = walk_request(w, row, "C001", bad);
	const struct person *p = who_may(t, row);
	if (p) {
		web_cookie(w->x, q, p->session);
		web_from_us(w->x, q, p->session);
	}
	(void)web_send(w->d, q);
	t->n_sent++;
	return q;
}

/* A problem document says "parameter"; a page says it somewhere, by its name. */
static bool names(const struct web *q, const char *name)
{
	char text[160];
	snprintf(text, sizeof(text), "\"parameter\":\"%s", name);
	return str_starts(q->x.in.path, "/api/") ? web_says(q, text) : q->x.out.body.n > 0;
}

static void try_fault(struct tour *t, const struct command *row, size_t i, enum fault fault,
		      const struct spoil *bad)
{
	const char *name = param_web_name(&t->w->x->a, &row->param[i]);
	const bool writes = strcmp(row->method, "GET") != 0;
	const struct sha256 before = writes ? walk_state(t->w) : (struct sha256){ 0 };
	struct web *q = send(t, row, bad);
	const unsigned status = q->x.out.status;
	const bool must = fault != FAULT_FOREIGN;
	if (status >= 500 || (must && (status < 400 || !names(q, name))))
		fail_msg("%s %s: %s %s: %u: %.*s", row->method, row->route, name,
			 fault_word[fault], status, STR_ARG(str_sub(q->x.out.body, 0, 400)));
	t->n_refused += status >= 400;
	if (writes && status >= 400) {
		const struct sha256 after = walk_state(t->w);
		if (memcmp(&before, &after, sizeof(before)) != 0)
			fail_msg("%s %s: %s %s changed something", row->method, row->route, name,
				 fault_word[fault]);
	}
	walk_close(t->w, q);
}

/* A company comes by a link only. */
static struct person company_new(struct fixture *x)
{
	struct person p = { 0 };
	struct stored_link l = { .role = STR("company"),
				 .round = STR("2022"),
				 .cluster = STR("C001"),
				 .company = STR("W1"),
				 .person = STR("Ana"),
				 .created_at = clock_now_iso(&x->a),
				 .created_by = STR("test"),
				 .expires_at = clock_iso(&x->a, clock_now_s() + 3600) };
	int64_t id;
	(void)person_secret(x, "link", &l.hash);
	GOOD(store_add_link(x->s, &l, &id, e));
	person_session(x, &p, id, false);
	return p;
}

static void gather(struct tour *t)
{
	t->all[__builtin_ctz(ROLE_COMPANY)] = company_new(t->w->x);
	for (unsigned i = 1; i < ROLES_N; i++) {
		const enum role role = (enum role)(1u << i);
		const char *object = role == ROLE_CHAMBER	? "24"
				     : role == ROLE_MANAGER	? "C001"
				     : role == ROLE_CONTRIBUTOR ? "C001/A"
								: "";
		if (role != ROLE_COMPANY)
			t->all[i] = person_new(t->w->x, role_name(role), object);
	}
}

static void every_parameter_of_every_route_refuses_what_is_wrong(void **state)
{
	struct tour t = { .w = *state };
	gather(&t);
	for (size_t k = 0; k < t.w->n_rows; k++) {
		const struct command *row = t.w->row[k];
		for (size_t i = 0; i < walk_params(row); i++) {
			for (unsigned f = 0; f < FAULTS_N; f++) {
				struct spoil bad;
				if (row->param[i].kind != PARAM_PATH &&
				    spoil_for(t.w, row, i, (enum fault)f, &bad))
					try_fault(&t, row, i, (enum fault)f, &bad);
			}
		}
	}
	print_message("%zu requests, %zu refused\n", t.n_sent, t.n_refused);
	assert_true(t.n_refused > t.n_sent / 2);
}

/* A name that no row has, a secret in the address, a path of the server's own files. */
static void every_route_refuses_a_parameter_that_it_does_not_have(void **state)
{
	struct tour t = { .w = *state };
	gather(&t);
	for (size_t k = 0; k < t.w->n_rows; k++) {
		const struct command *row = t.w->row[k];
		const struct spoil bad = { .param = PARAMS_MAX, .extra = "no_such_name=1" };
		struct web *q = send(&t, row, &bad);
		if (q->x.out.status < 400 || q->x.out.status >= 500 || !names(q, "no_such_name"))
			fail_msg("%s %s: %u: %.*s", row->method, row->route, q->x.out.status,
				 STR_ARG(str_sub(q->x.out.body, 0, 300)));
		walk_close(t.w, q);
		for (size_t i = 0; i < walk_params(row); i++) {
			if (row->param[i].kind != PARAM_PATH)
				continue;
			struct arena *a = &t.w->x->a;
			const struct str extra = str_fmt(a, "%s=%%2Ftmp%%2Fx",
							 param_web_name(a, &row->param[i]));
			const struct spoil path = { .param = PARAMS_MAX,
						    .extra = str_c(&t.w->x->a, extra) };
			q = send(&t, row, &path);
			if (q->x.out.status != 400)
				fail_msg("%s %s takes %.*s", row->method, row->route,
					 STR_ARG(extra));
			walk_close(t.w, q);
		}
	}
}

/* ---- what exists ---- */

static struct str of_what_exists(const struct param *p)
{
	static const struct {
		const char *name, *value;
	} known[] = {
		{ "--round", "2022" },	{ "ID", "2022" },	{ "ID@VERSION", "mini@1" },
		{ "WHAT", "C001@2022" }, { "OLD", "2022" },	{ "NEW", "2022" },
		{ "ROUND", "2022" },	{ "--cluster", "C001" }, { "CLUSTER", "C001" },
	};
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (strcmp(known[i].name, p->name) == 0)
			return str_of(known[i].value);
	}
	return (struct str){ 0 };
}

static struct web *read_what_exists(struct tour *t, const struct command *row, struct str format)
{
	struct arena *a = &t->w->x->a;
	struct buf path, query;
	struct str rest = str_of(row->route);
	buf_init(&path, a, 4096);
	buf_init(&query, a, 4096);
	while (rest.p) {
		buf_put(&path, str_cut(&rest, '{'));
		if (rest.p)
			walk_encode(&path, of_what_exists(&row->param[walk_brace(
						   t->w, row, str_cut(&rest, '}'))]));
	}
	for (size_t i = 0; i < walk_params(row); i++) {
		const struct param *p = &row->param[i];
		const struct str value = strcmp(p->name, "--format") == 0 ? format
									  : of_what_exists(p);
		if (!value.n || walk_in_path(t->w, row, i))
			continue;
		buf_fmt(&query, "%s%s=", query.n ? "&" : "", param_web_name(a, p));
		walk_encode(&query, value);
	}
	struct web *q = web_open("GET", "");
	q->x.in.path = buf_str(&path);
	q->x.in.query = buf_str(&query);
	const struct person *p = who_may(t, row);
	if (p)
		web_cookie(t->w->x, q, p->session);
	(void)web_send(t->w->d, q);
	return q;
}

static struct str formats_of(const struct command *row)
{
	for (size_t i = 0; i < walk_params(row); i++) {
		if (strcmp(row->param[i].name, "--format") == 0)
			return str_of(row->param[i].choices);
	}
	return STR("");
}

/* A value that names a file is not read from this machine. */
static void no_parameter_reads_a_file_of_the_server(void **state)
{
	struct tour t = { .w = *state };
	gather(&t);
	for (size_t k = 0; k < t.w->n_rows; k++) {
		const struct command *row = t.w->row[k];
		for (size_t i = 0; i < walk_params(row); i++) {
			const struct spoil bad = { .param = i, .value = STR("a=/etc/passwd") };
			if (row->param[i].kind != PARAM_TEXT || walk_in_path(t.w, row, i))
				continue;
			struct web *q = send(&t, row, &bad);
			if (q->x.out.status >= 500 || web_says(q, "root:"))
				fail_msg("%s: %s", row->route, row->param[i].name);
			if (strcmp(row->param[i].name, "--repeat") == 0)
				assert_true(names(q, "repeat"));
			walk_close(t.w, q);
		}
	}
}

static void every_reading_of_what_exists_is_answered(void **state)
{
	struct tour t = { .w = *state };
	gather(&t);
	for (size_t k = 0; k < t.w->n_rows; k++) {
		const struct command *row = t.w->row[k];
		struct str rest = formats_of(row);
		while (strcmp(row->method, "GET") == 0 && rest.p) {
			const struct str format = str_cut(&rest, '|');
			struct web *q = read_what_exists(&t, row, format);
			if (getenv("SSME_SHOW"))
				print_message("%u %s %.*s %zu bytes\n", q->x.out.status, row->route,
					      STR_ARG(format), q->x.out.body.n);
			if (q->x.out.status >= 500)
				fail_msg("%s as %.*s: %u: %.*s", row->route, STR_ARG(format),
					 q->x.out.status, STR_ARG(str_sub(q->x.out.body, 0, 300)));
			walk_close(t.w, q);
		}
	}
}

#define T(f) cmocka_unit_test_setup_teardown(f, walk_start, walk_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(every_parameter_of_every_route_refuses_what_is_wrong),
		T(every_route_refuses_a_parameter_that_it_does_not_have),
		T(no_parameter_reads_a_file_of_the_server),
		T(every_reading_of_what_exists_is_answered),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
