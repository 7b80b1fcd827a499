/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Saving, sending and deciding, on a small form: a question that opens others, a warning, a repeat,
 * two areas. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "app/questionnaire.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GOOD(call)                                                                                 \
	do {                                                                                       \
		if (!(call))                                                                       \
			fail_msg("%s: %s", #call, e.msg);                                          \
	} while (0)
#define EQUAL(got, want)                                                                           \
	do {                                                                                       \
		struct str g = (got);                                                              \
		if (!str_is(g, want))                                                              \
			fail_msg("got '%.*s', wanted '%s'", STR_ARG(g), want);                     \
	} while (0)

static const struct command row = {
	.param = { { "--round", PARAM_TEXT, false, false, 0, 64, NULL, HELP("", "") },
		   { "--cluster", PARAM_TEXT, false, false, 0, 64, NULL, HELP("", "") },
		   { "--signature", PARAM_TEXT, false, false, 0, 200, NULL, HELP("", "") },
		   { "--agreed", PARAM_FLAG, false, false, 0, 0, NULL, HELP("", "") },
		   { "--note", PARAM_TEXT, false, false, 0, 200, NULL, HELP("", "") },
		   SAVE_PARAMETERS },
};
struct desk {
	struct arena a;
	char folder[32];
	struct store *s;
	struct cache *cache;
};

static struct str survey(void)
{
	return STR("type,name,label,required,relevant,constraint,ssme::warning,"
		   "ssme::warning_message\n"
		   "begin_group,uno,Uno,,,,,\n"
		   "select_one si,G01,¿Hay consejo?,yes,,,,\n"
		   "integer,G02,Miembros,yes,${G01} = 'a',. >= 0,. < 100,Son muchos\n"
		   "select_multiple si,G03,Cosas,,,,,\n"
		   "end_group,,,,,,,\n"
		   "begin_group,dos,Dos,,,,,\n"
		   "integer,A01,Empresas,yes,,. >= 0,,\n"
		   "begin_repeat,P01,Proyectos,,,,,\n"
		   "text,P01_nombre,Nombre,yes,,,,\n"
		   "end_repeat,,,,,,,\n"
		   "end_group,,,,,,,\n");
}

static void publish(struct desk *d)
{
	const struct instrument_file file[] = {
		{ STR("cluster/survey.csv"), survey() },
		{ STR("cluster/choices.csv"), STR("list_name,name,label\nsi,a,Sí\nsi,b,No\n") },
		{ STR("cluster/settings.csv"), STR("form_id,version\ncluster,1\n") },
		{ STR("method/settings.csv"), STR("key,value\nid,mini\nversion,1\n") },
		{ STR("method/areas.csv"),
		  STR("code,label,label::en,weight\nG,G,G,50\nA,A,A,50\n") },
		{ STR("method/scores.csv"),
		  STR("question,area,max,points,source\nG02,G,5,\"min(${G02}, 5)\",x\n"
		      "A01,A,5,\"min(${A01}, 5)\",x\n") },
		{ STR("method/levels.csv"), STR("code,label,label::en,cut\nuno,Uno,One,0\n") },
	};
	const size_t n = sizeof(file) / sizeof(*file);
	const struct instrument *in;
	struct err e = { 0 };
	struct problems ps;
	struct buf b;
	problems_init(&ps, &d->a, LANG_EN);
	GOOD(instrument_load(&d->a, file, n, &ps, &in, &e));
	if (!in)
		fail_msg("%.*s", STR_ARG(ps.item[0].message));
	buf_init(&b, &d->a, 1 << 20);
	instrument_canonical(&b, file, n);
	GOOD(store_put_instrument(d->s, &(struct stored_instrument){
		.id = in->id, .version = in->version, .sha256 = sha256_hex(&d->a, in->sha256),
		.canonical = buf_str(&b) }, &e));
}

static int begin(void **state)
{
	struct desk *d = calloc(1, sizeof(*d));
	struct err e = { 0 };
	if (!d)
		return -1;
	arena_init(&d->a, (size_t)1 << 30);
	memcpy(d->folder, "/tmp/ssme-desk-XXXXXX", sizeof("/tmp/ssme-desk-XXXXXX"));
	if (!mkdtemp(d->folder))
		return -1;
	GOOD(store_init(str_c(&d->a, str_fmt(&d->a, "%s/data", d->folder)), &e));
	GOOD(store_open(str_c(&d->a, str_fmt(&d->a, "%s/data", d->folder)), &d->s, &e));
	GOOD(cache_make(&d->cache, &e));
	publish(d);
	struct cluster_entry c = { .id = STR("C001"), .name = STR("Café"), .department = STR("17"),
				   .sector = STR("a"), .manager_kind = STR("c"),
				   .chamber = STR("24"),
				   .since = STR("2012"), .since_day = 15340,
				   .until_day = INT32_MAX, .active = true };
	struct cluster_register all = { &c, 1, NULL, 0 };
	struct stored_round r = { .id = STR("2024"), .instrument_id = STR("mini"),
				  .instrument_version = STR("1"), .year = 2024 };
	GOOD(store_put_register(d->s, &all, &e));
	GOOD(store_open_round(d->s, &r, &e));
	*state = d;
	return 0;
}

static int end(void **state)
{
	struct desk *d = *state;
	struct err e = { 0 };
	static const char *const name[] = { "ssme.db", "ssme.db-wal", "ssme.db-shm", "ssme.key" };
	store_close(d->s);
	cache_free(d->cache);
	for (size_t i = 0; i < sizeof(name) / sizeof(*name); i++)
		(void)!unlink(str_c(&d->a, str_fmt(&d->a, "%s/data/%s", d->folder, name[i])));
	(void)!rmdir(str_c(&d->a, str_fmt(&d->a, "%s/data", d->folder)));
	(void)!rmdir(d->folder);
	(void)e;
	arena_drop(&d->a);
	free(d);
	return 0;
}

/* ---- calls ---- */

/* A manager of C001; area: a contributor of that area instead. */
static struct call *call_of(struct desk *d, const char *name, const char *area)
{
	struct call *c = NEW(&d->a, 1, struct call);
	struct caller_grant *g = NEW(&d->a, 1, struct caller_grant);
	*g = (struct caller_grant){ .role = area ? ROLE_CONTRIBUTOR : ROLE_MANAGER,
				    .cluster = STR("C001"),
				    .area = area ? str_of(area) : (struct str){ 0 } };
	c->a = &d->a;
	c->command = &row;
	c->folder = "";
	c->store = d->s;
	c->cache = d->cache;
	c->now = STR("2024-07-02T10:00:00Z");
	c->caller = (struct caller){ .kind = CALLER_ACCOUNT, .name = str_of(name),
				     .roles = ROLE_PUBLIC | g->role, .grant = g, .n_grants = 1 };
	store_actor(d->s, c->caller.name, c->now);
	buf_init(&c->out, &d->a, 1 << 20);
	return c;
}

/* Gives "ANSWER G01=a" and the like to the call. */
static void give(struct call *c, const char *const *word)
{
	struct err e = { 0 };
	static const char *const usual[] = { "--round 2024", "--cluster C001", NULL };
	for (const char *const *list = usual; list; list = list == usual ? word : NULL) {
		for (size_t i = 0; list[i]; i++) {
			struct str value = str_of(list[i]), name = str_cut(&value, ' ');
			size_t p = 0;
			while (!str_is(name, row.param[p].name))
				p++;
			GOOD(command_bind_value(c, p, value, &e));
		}
	}
}

static struct save *save(struct desk *d, const char *who, const char *area,
			 const char *const *word)
{
	struct call *c = call_of(d, who, area);
	struct err e = { 0 };
	give(c, word);
	GOOD(prepare_save(c, FORM_CLUSTER, &e));
	GOOD(do_save(c, &e));
	return save_of(c);
}
#define SAVE(...) save(d, "ana", NULL, (const char *const[]){ __VA_ARGS__, NULL })

/* It is refused with the code. */
static void refused(struct desk *d, const char *area, enum err_code code, const char *word)
{
	struct call *c = call_of(d, "ana", area);
	struct err e = { 0 };
	give(c, (const char *const[]){ word, NULL });
	assert_false(prepare_save(c, FORM_CLUSTER, &e));
	assert_int_equal(e.code, code);
}

static const struct look_entry *entry(const struct save *v, const char *name, int64_t item)
{
	const struct look_entry *found = look_find(v->sheet.look, str_of(name), item);
	assert_non_null(found);
	return found;
}

/* ---- what should hold ---- */

static void what_is_typed_is_saved_and_weighed(void **state)
{
	struct desk *d = *state;
	struct save *v = SAVE("ANSWER G01=a", "ANSWER G02=1.250");
	assert_int_equal(v->n_changes, 2);
	EQUAL(entry(v, "G02", 0)->value, "1250");
	assert_int_equal(entry(v, "G02", 0)->n_warnings, 1);
	assert_int_equal(v->sheet.look->whole.n_owed, 1); /* A01 */
	assert_int_equal(v->sheet.head.n_changes, 2);
	v = SAVE("ANSWER G01=a");
	assert_int_equal(v->n_changes, 0); /* nothing new */
	v = SAVE("REASON G02=así es");
	assert_int_equal(v->n_changes, 1);
	EQUAL(entry(v, "G02", 0)->value, "1250");
	EQUAL(entry(v, "G02", 0)->reason, "así es");
	assert_int_equal(v->sheet.look->whole.n_unexplained, 0);
}

static void what_is_faulty_is_saved_too(void **state)
{
	struct desk *d = *state;
	struct save *v = SAVE("ANSWER A01=muchas", "ANSWER G01=z");
	assert_int_equal(v->n_changes, 2);
	EQUAL(entry(v, "A01", 0)->value, "muchas");
	assert_true(entry(v, "A01", 0)->n_faults > 0);
	assert_int_equal(v->sheet.look->document.n, 0);
}

static void a_gate_sets_answers_aside_and_gives_them_back(void **state)
{
	struct desk *d = *state;
	struct save *v = SAVE("ANSWER G01=a", "ANSWER G02=9");
	v = SAVE("ANSWER G01=b");
	assert_true(entry(v, "G02", 0)->set_aside);
	assert_int_equal(entry(v, "G02", 0)->relevance, LOOK_SKIPPED);
	v = SAVE("ANSWER G01=a");
	assert_false(entry(v, "G02", 0)->set_aside);
	EQUAL(entry(v, "G02", 0)->value, "9");
}

static void options_of_one_question_are_joined(void **state)
{
	struct desk *d = *state;
	struct save *v = SAVE("ANSWER G03=", "ANSWER G03=a", "ANSWER G03=b");
	EQUAL(entry(v, "G03", 0)->value, "a b");
	v = SAVE("ANSWER G03=");
	EQUAL(entry(v, "G03", 0)->value, "");
}

static void items_come_and_go(void **state)
{
	struct desk *d = *state;
	struct save *v = SAVE("MARK P01.1=added", "ANSWER P01_nombre.2=Dos");
	EQUAL(entry(v, "P01_nombre", 2)->value, "Dos");
	EQUAL(entry(v, "P01_nombre", 1)->value, "");
	v = SAVE("MARK P01.2=removed");
	assert_null(look_find(v->sheet.look, STR("P01_nombre"), 2));
	assert_non_null(look_find(v->sheet.look, STR("P01_nombre"), 1));
	refused(d, NULL, ERR_INPUT, "ANSWER P01_nombre=sin ficha");
	refused(d, NULL, ERR_INPUT, "ANSWER G01.3=a");
	refused(d, NULL, ERR_INPUT, "ANSWER G99=a");
	refused(d, NULL, ERR_LIMIT, "ANSWER P01_nombre.201=x");
}

static void what_two_say_otherwise_is_a_conflict_and_adds_nothing(void **state)
{
	struct desk *d = *state;
	SAVE("ANSWER G01=a", "ANSWER A01=5");
	save(d, "luis", NULL, (const char *const[]){ "ANSWER A01=7", "SEEN A01=2", NULL });
	/* Ana's page still shows 5, and she types 6; G01 she leaves as it is. */
	struct save *v = SAVE("ANSWER A01=6", "SEEN A01=2", "ANSWER G01=a", "SEEN G01=1");
	assert_int_equal(v->n_changes, 0);
	assert_int_equal(v->n_conflicts, 1);
	EQUAL(v->conflict[0].question, "A01");
	EQUAL(v->conflict[0].mine, "6");
	EQUAL(v->conflict[0].theirs->value, "7");
	EQUAL(v->conflict[0].theirs->author, "luis");
	/* She sends the page without having touched the answer: nothing to say. */
	v = SAVE("ANSWER A01=5", "SEEN A01=2");
	assert_int_equal(v->n_changes + v->n_conflicts, 0);
	/* She has seen his and decides. */
	v = SAVE("ANSWER A01=6", "SEEN A01=3");
	assert_int_equal(v->n_changes, 1);
	assert_int_equal(v->n_conflicts, 0);
}

static void a_contributor_answers_its_area_alone(void **state)
{
	struct desk *d = *state;
	save(d, "beto", "A", (const char *const[]){ "ANSWER A01=3", NULL });
	refused(d, "A", ERR_DENIED, "ANSWER G01=a");
	refused(d, "X", ERR_DENIED, "ANSWER A01=4");
}

/* ---- sending and deciding ---- */

typedef bool deed(struct call *c, struct err *e);
typedef bool preparing(struct call *c, int form, struct err *e);

/* The words of the refusal, or empty: it was done. */
static struct str decide(struct desk *d, preparing *prepare, deed *run, const char *const *word)
{
	struct call *c = call_of(d, "ana", NULL);
	struct err e = { 0 };
	give(c, word);
	GOOD(prepare(c, FORM_CLUSTER, &e));
	GOOD(run(c, &e));
	assert_int_equal(c->reply.status, decision_of(c)->refused ? 422 : 0);
	return decision_of(c)->refused ? decision_of(c)->why.in[LANG_ES] : (struct str){ 0 };
}
#define DECIDE(what, ...)                                                                          \
	decide(d, prepare_##what, do_##what, (const char *const[]){ __VA_ARGS__, NULL })

static int64_t accepted(struct desk *d)
{
	struct err e = { 0 };
	int64_t n, warnings, unexplained;
	GOOD(store_count_answers(d->s, STR("2024"), FORM_CLUSTER, &n, &warnings, &unexplained, &e));
	return n;
}

static enum questionnaire_state state_now(struct desk *d)
{
	const struct questionnaire_key k = { STR("2024"), FORM_CLUSTER, STR("C001"), STR("") };
	struct stored_questionnaire q = { 0 };
	struct err e = { 0 };
	bool found;
	GOOD(store_find_questionnaire(d->s, &d->a, &k, &found, &q, &e));
	return q.state;
}

static void it_is_sent_when_nothing_is_owed_and_counts_when_accepted(void **state)
{
	struct desk *d = *state;
	size_t at;
	SAVE("ANSWER G01=b");
	assert_true(str_find(DECIDE(send, "--signature Ana", "--agreed"), STR("1 respuestas"),
			     &at));
	SAVE("ANSWER A01=12");
	assert_true(str_find(DECIDE(send, "--agreed"), STR("nombre"), &at));
	assert_true(str_find(DECIDE(send, "--signature Ana"), STR("declaración"), &at));
	assert_int_equal(state_now(d), QUESTIONNAIRE_DRAFT);
	assert_int_equal(DECIDE(send, "--signature Ana", "--agreed").n, 0);
	assert_int_equal(state_now(d), QUESTIONNAIRE_SENT);
	assert_int_equal(accepted(d), 0);
	refused(d, NULL, ERR_CONFLICT, "ANSWER A01=13");
	assert_true(DECIDE(return, NULL).n > 0);
	assert_int_equal(DECIDE(return, "--note falta algo").n, 0);
	SAVE("ANSWER A01=13");
	assert_int_equal(DECIDE(send, "--signature Ana", "--agreed").n, 0);
	assert_int_equal(DECIDE(accept, NULL).n, 0);
	assert_int_equal(state_now(d), QUESTIONNAIRE_ACCEPTED);
	assert_int_equal(accepted(d), 1);
	assert_int_equal(DECIDE(annul, "--note duplicado").n, 0);
	assert_int_equal(state_now(d), QUESTIONNAIRE_ANNULLED);
	assert_int_equal(accepted(d), 0);
	assert_int_equal(DECIDE(return, "--note sí valía").n, 0);
	assert_int_equal(DECIDE(send, "--signature Ana", "--agreed").n, 0);
	assert_int_equal(DECIDE(accept, NULL).n, 0);
	assert_int_equal(accepted(d), 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_typed_is_saved_and_weighed),
		TEST(what_is_faulty_is_saved_too),
		TEST(a_gate_sets_answers_aside_and_gives_them_back),
		TEST(options_of_one_question_are_joined),
		TEST(items_come_and_go),
		TEST(what_two_say_otherwise_is_a_conflict_and_adds_nothing),
		TEST(a_contributor_answers_its_area_alone),
		TEST(it_is_sent_when_nothing_is_owed_and_counts_when_accepted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
