/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/db_postgres_inside.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"

enum {
	VERSION_MIN = 150000, /* as PQserverVersion() counts: 15.0 */
	PATIENCE_MS = 5000,
};

/* Added to an address that does not say them: a dead line is noticed within half a minute. */
static const char *const option[][2] = {
	{ "connect_timeout", "5" },	/* seconds, each host */
	{ "keepalives_idle", "10" },	/* seconds */
	{ "keepalives_interval", "5" }, /* seconds */
	{ "keepalives_count", "3" },
	{ "tcp_user_timeout", "30000" }, /* milliseconds */
};

/* ---- opening ---- */

static void add_option(struct db_postgres *d, const char *keyword, const char *value)
{
	size_t i = 0;
	while (d->keyword[i] && strcmp(d->keyword[i], keyword) != 0)
		i++;
	if (i == OPTIONS_MAX)
		return;
	free(d->keyword[i]);
	free(d->value[i]);
	d->keyword[i] = strdup(keyword);
	d->value[i] = strdup(value);
	if (!d->keyword[i] || !d->value[i])
		abort();
}

bool db_postgres_is_address(const char *address)
{
	size_t at;
	struct str text = str_of(address);
	return str_starts(text, "postgresql://") || str_starts(text, "postgres://") ||
		(str_find(text, STR("="), &at) && at > 0 && !str_find(text, STR("://"), &at));
}

/* What libpq says of a text that it cannot read may hold the password: it is not passed on. */
static bool read_address(struct db_postgres *d, const char *address, struct err *e)
{
	char *why = NULL;
	PQconninfoOption *all =
		db_postgres_is_address(address) ? PQconninfoParse(address, &why) : NULL;
	PQfreemem(why);
	if (!all)
		return err_say(e, ERR_INPUT,
			       "SSME_DB: no es una dirección de PostgreSQL; escríbala así: "
			       "postgresql://usuario@servidor:5432/base",
			       "SSME_DB: no address of PostgreSQL; write it as "
			       "postgresql://user@host:5432/database");
	for (size_t i = 0; i < sizeof(option) / sizeof(*option); i++)
		add_option(d, option[i][0], option[i][1]);
	for (PQconninfoOption *o = all; o->keyword; o++) {
		if (o->val)
			add_option(d, o->keyword, o->val);
	}
	PQconninfoFree(all);
	return true;
}

static void name_writer(struct db_postgres *d)
{
	unsigned char chance[WRITER_BYTES];
	char name[WRITER_N + 8];
	randombytes_buf(chance, sizeof(chance));
	(void)sodium_bin2hex(d->writer, sizeof(d->writer), chance, sizeof(chance));
	/* by which we find our own connection again when it hangs */
	snprintf(name, sizeof(name), "ssme %s", d->writer);
	add_option(d, "application_name", name);
	add_option(d, "client_encoding", "UTF8");
}

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

static bool name_place(struct db_postgres *d, struct err *e)
{
	ARENA_SCOPE(a, 1 << 16);
	struct str schema;
	snprintf(d->place, sizeof(d->place), "PostgreSQL %s:%s/%s", or_empty(PQhost(d->link)),
		 or_empty(PQport(d->link)), or_empty(PQdb(d->link)));
	if (!line_ask(d, &a, "SELECT current_schema()", &schema, e))
		return false;
	if (!schema.n)
		return err_say(
			e, ERR_ABSENT,
			"%s: no existe el esquema de la dirección; créelo con: CREATE SCHEMA …",
			"%s: the address's schema does not exist; make it with: CREATE SCHEMA …",
			d->place);
	size_t n = strlen(d->place);
	snprintf(d->place + n, sizeof(d->place) - n, ", schema %.*s", STR_ARG(schema));
	return true;
}

static bool fits(struct db_postgres *d, struct err *e)
{
	const char *encoding = or_empty(PQparameterStatus(d->link, "server_encoding"));
	if (PQserverVersion(d->link) < VERSION_MIN)
		return err_say(e, ERR_INPUT,
			       "%s: es la versión %s; ssme necesita la 15 o una más nueva",
			       "%s: it is version %s; ssme needs 15 or a newer one", d->place,
			       or_empty(PQparameterStatus(d->link, "server_version")));
	return strcmp(encoding, "UTF8") == 0 ||
		err_say(e, ERR_INPUT,
			"%s: la base está en %s; créela con: CREATE DATABASE … ENCODING 'UTF8' "
			"TEMPLATE template0",
			"%s: the database is in %s; make it as: CREATE DATABASE … ENCODING 'UTF8' "
			"TEMPLATE template0",
			d->place, encoding);
}

bool db_postgres_open(const char *address, struct db **out, struct err *e)
{
	struct db_postgres *d = calloc(1, sizeof(*d));
	if (!d)
		abort();
	d->db.ops = &postgres_ops;
	d->patience_ms = PATIENCE_MS;
	if (read_address(d, address, e)) {
		name_writer(d);
		if (line_connect_once(d, ERR_IO, e) && name_place(d, e) && fits(d, e)) {
			*out = &d->db;
			return true;
		}
	}
	db_close(&d->db);
	return false;
}

bool db_postgres_filled(struct db *base, bool *ret_filled, struct err *e)
{
	struct db_postgres *d = of(base);
	ARENA_SCOPE(a, 1 << 16);
	struct str n;
	if (!line_ask(d, &a,
		 "SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
		 " AND relname IN ('migration', 'setting', 'response')",
		 &n, e))
		return false;
	if (!str_is(n, "0") && !str_is(n, "3"))
		return err_say(
			e, ERR_CONFLICT,
			"%s: hay tablas de otro programa; use un esquema (docs/postgresql.md)",
			"%s: there are tables of another program; use a schema of its own "
			"(docs/postgresql.md)",
			d->place);
	*ret_filled = str_is(n, "3");
	return true;
}

const char *db_postgres_place(const struct db *d)
{
	return of_const(d)->place;
}

/* ---- for doctor ---- */

static struct str text_at(struct arena *a, const PGresult *r, int column)
{
	return str_dup(a, str_of(PQgetvalue(r, 0, column)));
}

/* otherwise: for NULL */
static int64_t number_at(const PGresult *r, int column, int64_t otherwise)
{
	int64_t v;
	return num_int(str_of(PQgetvalue(r, 0, column)), &v) ? v : otherwise;
}

bool db_postgres_examine(struct db *base, struct arena *a, struct postgres_state *out,
			 struct err *e)
{
	struct db_postgres *d = of(base);
	int64_t before = line_now_ms(CLOCK_REALTIME);
	line_free(d);
	RESULT_SCOPE *r = PQexec(d->link,
		"SELECT current_setting('server_version'), current_setting('server_encoding'),"
		" current_setting('fsync'), current_setting('full_page_writes'),"
		" (SELECT reset_val FROM pg_settings WHERE name = 'synchronous_commit'),"
		" current_setting('synchronous_standby_names'), pg_is_in_recovery()::int,"
		" (SELECT count(*) FROM pg_stat_replication),"
		" (SELECT max(CASE WHEN pg_is_in_recovery() THEN NULL ELSE"
		" pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) END)::bigint"
		" FROM pg_stat_replication),"
		" (extract(epoch FROM clock_timestamp()) * 1000)::bigint,"
		" pg_database_size(current_database()), (SELECT count(*) FROM pg_stat_activity),"
		" current_setting('max_connections')");
	int64_t after = line_now_ms(CLOCK_REALTIME);
	if (!line_succeeded(r))
		return line_fail(d, r, e);
	*out = (struct postgres_state){
		.version = text_at(a, r, 0),
		.encoding = text_at(a, r, 1),
		.fsync = text_at(a, r, 2),
		.full_page_writes = text_at(a, r, 3),
		.synchronous_commit = text_at(a, r, 4),
		.synchronous_standbys = text_at(a, r, 5),
		.replica = number_at(r, 6, 0) != 0,
		.n_standbys = number_at(r, 7, 0),
		.lag_bytes = number_at(r, 8, -1),
		.clock_ahead_ms = number_at(r, 9, 0) - (before + (after - before) / 2),
		.round_trip_ms = after - before,
		.database_bytes = number_at(r, 10, 0),
		.connections = number_at(r, 11, 0),
		.connections_max = number_at(r, 12, 0),
	};
	return true;
}
