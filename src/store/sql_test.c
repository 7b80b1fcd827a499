/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every statement of sql/ is prepared against the schema, and gives the columns that it says. */
#include "store/fixture.h"

static sqlite3 *schema(void)
{
	sqlite3 *db;
	char *why = NULL;
	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	for (size_t i = 0; i < SQL_MIGRATIONS; i++) {
		if (sqlite3_exec(db, sql_migration[i].sqlite, NULL, NULL, &why) != SQLITE_OK)
			fail_msg("%s: %s", sql_migration[i].name, why);
	}
	return db;
}

static void every_statement_is_prepared(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 20);
	sqlite3 *db = schema();
	for (size_t i = 0; i < STMT_N; i++) {
		const struct sql_statement *s = &sql_statement[i];
		sqlite3_stmt *p = NULL;
		if (sqlite3_prepare_v2(db, s->sqlite, -1, &p, NULL) != SQLITE_OK)
			fail_msg("%s: %s", s->name, sqlite3_errmsg(db));
		assert_int_equal(sqlite3_bind_parameter_count(p), s->n_parameters);
		assert_int_equal(sqlite3_column_count(p), s->n_columns);
		struct buf names;
		buf_init(&names, &a, 4096);
		for (int c = 0; c < sqlite3_column_count(p); c++)
			buf_fmt(&names, "%s ", sqlite3_column_name(p, c));
		buf_putc(&names, '\0');
		assert_string_equal(names.p, s->columns);
		assert_int_equal(s->kind == SQL_EXEC, s->n_columns == 0);
		sqlite3_finalize(p);
	}
	sqlite3_close(db);
}

static void parameters_are_written_for_each_engine(void **state)
{
	(void)state;
	const struct sql_statement *s = &sql_statement[STMT_response_last];
	assert_non_null(strstr(s->sqlite, "cluster = ?3"));
	assert_non_null(strstr(s->postgresql, "cluster = $3"));
	assert_int_equal(P_response_last_cluster, 2);
	assert_int_equal(P_response_last_N, 4);
	assert_int_equal(C_response_last_revision, 0);
}

/* What is read often must not read more than its own rows. */
static void what_is_read_often_is_found_by_a_key(void **state)
{
	(void)state;
	static const int statement[] = {
		STMT_response_list,	STMT_response_last,	  STMT_response_of_cluster,
		STMT_import_sums,	STMT_round_state,	  STMT_setting_get,
		STMT_account_get,	STMT_account_find,	  STMT_account_email,
		STMT_account_totp_take, STMT_recovery_take,	  STMT_recovery_count,
		STMT_role_list,		STMT_role_count,	  STMT_cluster_of_chamber,
		STMT_session_find,	STMT_session_list,	  STMT_session_touch,
		STMT_session_complete,	STMT_session_end,	  STMT_session_end_account,
		STMT_session_end_link,	STMT_token_find,	  STMT_token_list,
		STMT_token_touch,	STMT_token_end_account,	  STMT_link_find,
		STMT_link_get,		STMT_link_list,		  STMT_link_touch,
		STMT_failure_count,	STMT_failure_forget,	  STMT_reply_find,
		STMT_reply_tidy,	STMT_audit_page,
	};
	sqlite3 *db = schema();
	ARENA_SCOPE(a, 1 << 20);
	for (size_t i = 0; i < sizeof(statement) / sizeof(*statement); i++) {
		sqlite3_stmt *p;
		struct str sql =
			str_fmt(&a, "EXPLAIN QUERY PLAN %s", sql_statement[statement[i]].sqlite);
		assert_int_equal(sqlite3_prepare_v2(db, sql.p, (int)sql.n, &p, NULL), SQLITE_OK);
		while (sqlite3_step(p) == SQLITE_ROW) {
			const char *step = (const char *)sqlite3_column_text(p, 3);
			if (strstr(step, "SCAN") || strstr(step, "TEMP B-TREE"))
				fail_msg("%s: %s", sql_statement[statement[i]].name, step);
		}
		sqlite3_finalize(p);
	}
	sqlite3_close(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_statement_is_prepared),
		cmocka_unit_test(parameters_are_written_for_each_engine),
		cmocka_unit_test(what_is_read_often_is_found_by_a_key),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
