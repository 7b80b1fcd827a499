/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What doctor looks at: the file or the server, the secret, permissions, room on the disk, and
 * whether the data are still those that were published. */
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "store/folder.h"
#include "store/inside.h"

enum {
	FREE_MIB_LEAST = 256,
	CLOCKS_APART_MS = 2000, /* more between server and program muddles times in the audit */
	LAG_MIB_MOST = 64,	/* of a standby that follows as it should */
};

struct examination {
	struct arena *a;
	const char *folder;
	const char *address; /* of the server; NULL: the file in the folder */
	enum lang lang;
	struct store *store;
	struct store_finding *found;
	size_t n, cap;
};

static void add(struct examination *x, bool fault, struct str what, struct str mend)
{
	if (x->n == x->cap) {
		size_t cap = x->cap ? 2 * x->cap : 16;
		x->found = arena_grow(x->a, x->found, x->cap, cap, sizeof(*x->found));
		x->cap = cap;
	}
	x->found[x->n++] = (struct store_finding){ fault, what, mend };
}

static const char *say(const struct examination *x, const char *es, const char *en)
{
	return x->lang == LANG_ES ? es : en;
}

static void add_good(struct examination *x, const char *es, const char *en)
{
	add(x, false, str_of(say(x, es, en)), STR(""));
}

/* Only a backup mends this. */
static struct str mend_restore(struct examination *x)
{
	return str_fmt(x->a, "ssme --data %s restore %s --force", x->folder,
		       say(x, "COPIA", "BACKUP"));
}

/* ---- files ---- */

/* bits: what others must not have. */
static void look_at_mode(struct examination *x, const char *name, mode_t bits, const char *wanted)
{
	const char *path = folder_path(x->a, x->folder, name);
	struct stat st;
	if (stat(path, &st) != 0 || !(st.st_mode & bits))
		return;
	add(x, true,
	    str_fmt(x->a, "%s: %s", path,
		    say(x, "otros usuarios de esta máquina pueden usarlo",
			"other users of this machine can use it")),
	    str_fmt(x->a, "chmod %s %s", wanted, path));
}

static void look_at_modes(struct examination *x)
{
	size_t before = x->n;
	look_at_mode(x, SECRET_FILE, 077, "600");
	look_at_mode(x, DATABASE_FILE, 007, "600");
	look_at_mode(x, ".", 002, "700");
	if (x->n == before)
		add_good(x, "permisos: solo su dueño usa los archivos",
			 "permissions: only their owner uses the files");
}

static void look_at_space(struct examination *x)
{
	struct statvfs fs;
	struct stat st;
	if (statvfs(x->folder, &fs) != 0)
		return;
	uint64_t free_mib = (uint64_t)fs.f_bavail * fs.f_frsize >> 20, need_mib = FREE_MIB_LEAST;
	if (stat(folder_path(x->a, x->folder, DATABASE_FILE), &st) == 0 &&
	    (uint64_t)st.st_size >> 20 > need_mib)
		need_mib = (uint64_t)st.st_size >> 20;
	bool fault = free_mib < need_mib;
	struct str what = str_fmt(x->a, "%s: %llu MiB %s %llu%s", say(x, "disco", "disk"),
				  (unsigned long long)free_mib,
				  say(x, "libres; convienen", "are free; it is well to have"),
				  (unsigned long long)need_mib,
				  fault ? say(x, ": libere espacio", ": free some space") : "");
	add(x, fault, what, STR(""));
}

static void look_at_leftover(struct examination *x, const char *name, const char *es,
			     const char *en)
{
	const char *path = folder_path(x->a, x->folder, name);
	if (folder_has(path))
		add(x, false, str_fmt(x->a, "%s: %s", path, say(x, es, en)),
		    str_fmt(x->a, "rm %s", path));
}

static void look_at_leftovers(struct examination *x)
{
	look_at_leftover(x, DATABASE_NEW, "quedó de una orden interrumpida",
			 "is left from an interrupted command");
	look_at_leftover(x, DATABASE_FILE ".damaged", "es la base dañada que una copia reemplazó",
			 "is the damaged database that a backup replaced");
}

/* ---- inside the database ---- */

static void add_version(struct examination *x)
{
	add(x, false,
	    str_fmt(x->a, "%s %d", say(x, "esquema: versión", "schema: version"),
		    (int)SQL_MIGRATIONS),
	    STR(""));
}

static bool look_inside(struct examination *x, struct err *e)
{
	struct str fault;
	if (!db_sqlite_check(x->store->db, x->a, &fault, e))
		return false;
	if (fault.n)
		add(x, true,
		    str_fmt(x->a, "%s: %.*s",
			    say(x, "la base está dañada", "the database is damaged"),
			    STR_ARG(fault)),
		    mend_restore(x));
	else
		add_good(x, "base: cada página y cada referencia están bien",
			 "database: every page and every reference is right");
	add_version(x);
	return true;
}

/* ---- the server ---- */

/* A setting without which what was told to be saved may be lost when the power goes. */
static void look_at_durable(struct examination *x, const char *name, struct str value)
{
	if (str_is(value, "off"))
		add(x, true,
		    str_fmt(x->a, "%s = off: %s", name,
			    say(x, "un corte de luz puede dañar la base o perder lo guardado",
				"a power cut may damage the database or lose what was saved")),
		    str_fmt(x->a, "psql -c 'ALTER SYSTEM SET %s = on' -c 'SELECT pg_reload_conf()'",
			    name));
}

static void look_at_durability(struct examination *x, const struct postgres_state *p)
{
	size_t before = x->n;
	look_at_durable(x, "fsync", p->fsync);
	look_at_durable(x, "full_page_writes", p->full_page_writes);
	if (x->n == before)
		add_good(x, "servidor: lo guardado resiste un corte de luz",
			 "server: what was saved outlives a power cut");
	if (str_is(p->synchronous_commit, "off"))
		add_good(x, "synchronous_commit = off en el servidor: ssme lo enciende para sí",
			 "synchronous_commit = off at the server: ssme turns it on for itself");
}

static void look_at_standbys(struct examination *x, const struct postgres_state *p)
{
	if (p->replica) {
		add(x, true,
		    str_of(say(x, "servidor: es una réplica y no recibe escrituras",
			       "server: it is a replica and takes no writes")),
		    str_of("SSME_DB=postgresql://…?target_session_attrs=read-write"));
		return;
	}
	bool missing = p->synchronous_standbys.n && !p->n_standbys;
	if (missing)
		add(x, true,
		    str_fmt(x->a, "synchronous_standby_names = %.*s: %s",
			    STR_ARG(p->synchronous_standbys),
			    say(x, "no hay ninguna réplica conectada y cada escritura espera",
				"no standby is connected and every write waits")),
		    STR("psql -c \"ALTER SYSTEM SET synchronous_standby_names = ''\" -c 'SELECT "
			"pg_reload_conf()'"));
	bool late = p->lag_bytes >> 20 > LAG_MIB_MOST;
	if (late)
		add(x, true,
		    str_fmt(x->a, "%s: %lld MiB",
			    say(x, "una réplica está atrasada", "a standby is behind"),
			    (long long)(p->lag_bytes >> 20)),
		    STR("psql -c 'SELECT application_name, state, replay_lsn FROM "
			"pg_stat_replication'"));
	if (!missing && !late)
		add(x, false,
		    str_fmt(x->a, "%s: %lld", say(x, "réplicas conectadas", "standbys connected"),
			    (long long)p->n_standbys),
		    STR(""));
}

static void look_at_clocks(struct examination *x, const struct postgres_state *p)
{
	int64_t apart = p->clock_ahead_ms < 0 ? -p->clock_ahead_ms : p->clock_ahead_ms;
	bool fault = apart > CLOCKS_APART_MS + p->round_trip_ms;
	add(x, fault,
	    str_fmt(x->a, "%s: %lld ms",
		    say(x, "diferencia entre el reloj del servidor y el de esta máquina",
			"difference between the server's clock and this machine's"),
		    (long long)p->clock_ahead_ms),
	    fault ? STR("timedatectl set-ntp true") : STR(""));
}

static void look_at_connections(struct examination *x, const struct postgres_state *p)
{
	bool fault = p->connections * 10 > p->connections_max * 9;
	add(x, fault,
	    str_fmt(x->a, "%s: %lld / %lld",
		    say(x, "conexiones al servidor", "connections to the server"),
		    (long long)p->connections, (long long)p->connections_max),
	    fault ? str_fmt(x->a, "psql -c 'ALTER SYSTEM SET max_connections = %lld' # %s",
			    (long long)(2 * p->connections_max),
			    say(x, "y reinicie el servidor", "and restart the server"))
		  : STR(""));
}

static bool look_at_server(struct examination *x, struct err *e)
{
	struct postgres_state p;
	if (!db_postgres_examine(x->store->db, x->a, &p, e))
		return false;
	add(x, false,
	    str_fmt(x->a, "%s: %.*s, %.*s, %lld MiB", db_postgres_place(x->store->db),
		    STR_ARG(p.version), STR_ARG(p.encoding), (long long)(p.database_bytes >> 20)),
	    STR(""));
	add_version(x);
	look_at_durability(x, &p);
	look_at_standbys(x, &p);
	look_at_clocks(x, &p);
	look_at_connections(x, &p);
	return true;
}

static void look_at_secret(struct examination *x)
{
	struct secrets all = { .n = 0 };
	struct err why = { 0 };
	if (x->store->has_secret)
		add_good(x, "secreto: abre las respuestas personales",
			 "secret: it opens the personal answers");
	else if (!secrets_load(x->folder, &all, &why))
		add(x, true,
		    str_of(say(x,
			       "secreto: falta ssme.key o no se puede leer; las respuestas "
			       "personales no se abren",
			       "secret: ssme.key is missing or unreadable; personal answers stay "
			       "shut")),
		    mend_restore(x));
	else
		add(x, true,
		    str_of(say(
			    x,
			    "secreto: ssme.key es el de otros datos; las respuestas personales no "
			    "se abren",
			    "secret: ssme.key belongs to other data; personal answers stay shut")),
		    mend_restore(x));
	secrets_wipe(&all);
}

static bool compare_sums(void *user, const struct db_value *column, struct err *e)
{
	struct examination *x = user;
	struct str round = column[C_response_sums_round].text;
	int form =
		str_is(column[C_response_sums_form].text, "cluster") ? FORM_CLUSTER : FORM_COMPANY;
	int64_t n, warnings, unexplained;
	if (!store_count_answers(x->store, round, form, &n, &warnings, &unexplained, e))
		return false;
	if (n != column[C_response_sums_n].integer ||
	    warnings != column[C_response_sums_n_warnings].integer ||
	    unexplained != column[C_response_sums_n_unexplained].integer)
		add(x, true,
		    str_fmt(x->a, "%s %.*s, %s: %s", say(x, "ronda", "round"), STR_ARG(round),
			    form_word(form),
			    say(x, "las importaciones y las respuestas no suman lo mismo",
				"imports and answers do not add up to the same")),
		    mend_restore(x));
	return true;
}

static bool look_at_sums(struct examination *x, struct err *e)
{
	size_t before = x->n;
	if (!db_run(x->store->db, STMT_response_sums, NULL, compare_sums, x, e))
		return false;
	if (x->n == before)
		add_good(x, "respuestas: suman lo que dicen las importaciones",
			 "answers: they add up to what the imports say");
	return true;
}

static bool look_at_audit(struct examination *x, struct err *e)
{
	struct store_finding found[AUDIT_FINDINGS_MAX];
	size_t n;
	if (!audit_examine(x->store, x->a, x->lang, mend_restore(x), found, &n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		add(x, found[i].fault, found[i].what, found[i].mend);
	return true;
}

/* ---- what was published ---- */

/* The forms of a stored instrument; *ret_good false: it is not what was published. */
static bool load_forms(struct examination *x, struct arena *a, const struct stored_round *r,
		       const struct form *form[2], bool *ret_good, struct err *e)
{
	struct stored_instrument stored;
	const struct instrument *in;
	struct problems ps;
	struct err why = { 0 };
	problems_init(&ps, a, x->lang);
	*ret_good = false;
	if (!store_get_instrument(x->store, a, r->instrument_id, r->instrument_version, &stored, e))
		return false;
	struct instrument_file file = { .path = STR("canonical"), .bytes = stored.canonical };
	if (!str_eq(sha256_hex(a, sha256_of(stored.canonical)), stored.sha256) ||
	    !instrument_load(a, &file, 1, &ps, &in, &why) || !in)
		return true;
	form[FORM_CLUSTER] = in->form[FORM_CLUSTER];
	form[FORM_COMPANY] = in->form[FORM_COMPANY];
	*ret_good = true;
	return true;
}

static void add_round(struct examination *x, const struct stored_round *r, bool fault,
		      const char *es, const char *en)
{
	add(x, fault,
	    str_fmt(x->a, "%s %.*s: %s", say(x, "ronda", "round"), STR_ARG(r->id), say(x, es, en)),
	    fault ? mend_restore(x) : STR(""));
}

static bool look_at_frozen(struct examination *x, const struct stored_round *r, struct err *e)
{
	ARENA_SCOPE(a, (size_t)4 << 30);
	const struct form *form[2] = { NULL, NULL };
	struct sha256 h;
	struct err why = { 0 };
	bool good;
	if (!load_forms(x, &a, r, form, &good, e))
		return false;
	if (!good)
		add_round(x, r, true, "su instrumento no es el que se publicó",
			  "its instrument is not the one published");
	else if (!store_hash_round(x->store, &a, r->id, form, &h, &why))
		add(x, true,
		    str_fmt(x->a, "%s %.*s: %s", say(x, "ronda", "round"), STR_ARG(r->id),
			    err_text(&why, x->lang == LANG_EN)),
		    mend_restore(x));
	else if (!str_eq(sha256_hex(&a, h), r->data_sha256))
		add_round(x, r, true, "sus datos no son los que se congelaron",
			  "its data are not those that were frozen");
	else
		add_round(x, r, false, "sus datos son los que se congelaron",
			  "its data are those that were frozen");
	return true;
}

static bool look_at_rounds(struct examination *x, struct err *e)
{
	struct stored_round *r;
	size_t n;
	if (!store_list_rounds(x->store, x->a, &r, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (r[i].state >= ROUND_FROZEN && !look_at_frozen(x, &r[i], e))
			return false;
	}
	return true;
}

/* ---- all of it ---- */

static bool look_at_data(struct examination *x, struct err *e)
{
	return (x->address ? look_at_server(x, e) : look_inside(x, e)) && look_at_sums(x, e) &&
		look_at_audit(x, e) && look_at_rounds(x, e);
}

bool store_examine_at(struct arena *a, const char *folder, const char *address, enum lang lang,
		      struct store_finding **ret_found, size_t *ret_n, struct err *e)
{
	struct examination x = { .a = a, .folder = folder, .address = address, .lang = lang };
	struct err why = { 0 };
	if (!store_open_at(folder, address, &x.store, &why)) {
		if (why.code == ERR_BUSY || why.code == ERR_ABSENT) {
			*e = why;
			return false;
		}
		/* of a server that is not there the sentence itself says the cure */
		add(&x, true, str_dup(a, str_of(err_text(&why, lang == LANG_EN))),
		    address ? STR("") : mend_restore(&x));
	} else {
		bool good = look_at_data(&x, &why);
		look_at_secret(&x);
		store_close(x.store);
		if (!good && why.code == ERR_BUSY) {
			*e = why;
			return false;
		}
		if (!good)
			add(&x, true, str_dup(a, str_of(err_text(&why, lang == LANG_EN))),
			    mend_restore(&x));
	}
	look_at_modes(&x);
	look_at_space(&x);
	look_at_leftovers(&x);
	*ret_found = x.found;
	*ret_n = x.n;
	return true;
}

bool store_examine(struct arena *a, const char *folder, enum lang lang,
		   struct store_finding **ret_found, size_t *ret_n, struct err *e)
{
	return store_examine_at(a, folder, NULL, lang, ret_found, ret_n, e);
}
