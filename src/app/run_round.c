/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/catalogue.h"
#include "app/measure.h"
#include "app/print.h"
#include "app/run.h"
#include "base/date.h"
#include "base/num.h"

enum { YEAR_MIN = 1900, YEAR_MAX = 2999 };

/* ---- open ---- */

/* Year of --from, else the first four digits of the round's id. */
static bool round_year(struct str id, struct str from, int *out, struct err *e)
{
	int64_t year;
	struct str digits = from.n ? str_sub(from, 0, 4) : str_sub(id, 0, 4);
	if (digits.n == 4 && num_int(digits, &year) && year >= YEAR_MIN && year <= YEAR_MAX) {
		*out = (int)year;
		return true;
	}
	return err_say(
		e, ERR_INPUT,
		"ronda %.*s: no se sabe su año; dé --from FECHA o un nombre que empiece por el año",
		"round %.*s: its year is not known; give --from DATE or an id that begins with the "
		"year",
		STR_ARG(id));
}

/* An id stands in addresses, names of files and cells of a sheet. */
static bool check_round_id(struct str id, struct err *e)
{
	bool good = !str_ends(id, ".pdf") && !str_ends(id, ".xlsx");
	for (size_t i = 0; good && i < id.n; i++) {
		const char ch = id.p[i];
		good = (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') ||
			(ch >= 'A' && ch <= 'Z') || (i && (ch == '-' || ch == '_' || ch == '.'));
	}
	return good ||
	       err_say(e, ERR_INPUT,
		       "ronda %.*s: use letras sin tilde, cifras, «-», «_» y «.», y que no termine "
		       "como un archivo; por ejemplo 2024 o 2024-piloto",
		       "round %.*s: use plain letters, digits, '-', '_' and '.', and no ending of "
		       "a file; say 2024 or 2024-pilot",
		       STR_ARG(id));
}

static bool split_version(struct str name, struct str *id, struct str *version, struct err *e)
{
	struct str rest = name;
	*id = str_cut(&rest, '@');
	*version = rest;
	return (id->n && rest.n) ||
	       err_say(e, ERR_INPUT, "%.*s: nombre el instrumento como ID@VERSIÓN",
		       "%.*s: name the instrument as ID@VERSION", STR_ARG(name));
}

bool run_round_open(struct call *c, struct err *e)
{
	struct store *s = NULL;
	struct stored_round r = { .id = call_text(c, "ID"),
				  .from = call_text(c, "--from"),
				  .to = call_text(c, "--to"),
				  .state = ROUND_OPEN };
	struct stored_instrument in;
	if (!check_round_id(r.id, e) ||
	    !split_version(call_text(c, "--instrument"), &r.instrument_id, &r.instrument_version,
			   e) ||
	    !round_year(r.id, r.from, &r.year, e))
		return false;
	if (r.from.n && r.to.n && str_cmp(r.from, r.to) > 0)
		return err_say(e, ERR_INPUT, "ronda %.*s: --from %.*s es posterior a --to %.*s",
		       "round %.*s: --from %.*s is after --to %.*s", STR_ARG(r.id),
			       STR_ARG(r.from), STR_ARG(r.to));
	if (!call_store(c, &s, e) ||
	    !store_get_instrument(s, c->a, r.instrument_id, r.instrument_version, &in, e))
		return false;
	if (call_given(c, "--dry-run"))
		return true;
	if (!store_open_round(s, &r, e))
		return false;
	buf_fmt(&c->said,
		c->said_lang == LANG_ES ? "Ronda %.*s abierta con %.*s@%.*s.\n"
					: "Round %.*s is open with %.*s@%.*s.\n",
		STR_ARG(r.id), STR_ARG(r.instrument_id), STR_ARG(r.instrument_version));
	return true;
}

/* ---- list and show ---- */

static const char *const round_head[] = { "id",	    "instrument", "year",     "from",
					  "to",	    "state",	  "clusters", "companies",
					  "data_sha256" };
static const char *const round_head_es[] = { "ronda", "instrumento", "año",	 "desde",
					     "hasta", "estado",	     "clústeres", "empresas",
					     "huella_de_datos" };
static const bool round_number[] = { false, false, true, false, false, false, true, true, false };
enum { ROUND_COLUMNS = sizeof(round_number) / sizeof(*round_number) };

static void round_cells(struct call *c, const struct stored_round *r, struct str *cell)
{
	struct arena *a = c->a;
	bool people = call_wants(c, "text");
	cell[0] = r->id;
	cell[1] =
		str_fmt(a, "%.*s@%.*s", STR_ARG(r->instrument_id), STR_ARG(r->instrument_version));
	cell[2] = print_int(a, r->year);
	cell[3] = r->from;
	cell[4] = r->to;
	cell[5] = str_of(people ? round_state_word(r->state, c->lang) : round_state_name(r->state));
	cell[6] = print_int(a, r->n_cluster_answers);
	cell[7] = print_int(a, r->n_company_answers);
	cell[8] = r->data_sha256;
}

static bool print_rounds(struct call *c, const struct stored_round *r, size_t n)
{
	struct print_table t;
	print_table_init(&t, c->a, print_head(c, round_head, round_head_es), round_number,
			 ROUND_COLUMNS);
	for (size_t i = 0; i < n; i++)
		round_cells(c, &r[i], print_table_row(&t));
	print_table(c, &t);
	return true;
}

/* Whoever has come in. */
static bool may_see_all(const struct call *c)
{
	return c->caller.kind == CALLER_OWNER || (c->caller.roles & ~(unsigned)ROLE_PUBLIC);
}

/* Until it is published, nobody else learns that there is such a round. */
static bool may_see(const struct call *c, const struct stored_round *r)
{
	return r->state == ROUND_PUBLISHED || may_see_all(c);
}

bool run_round_list(struct call *c, struct err *e)
{
	struct store *s = NULL;
	struct stored_round *list;
	size_t n, n_seen = 0;
	if (!call_store(c, &s, e) || !store_list_rounds(s, c->a, &list, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (may_see(c, &list[i]))
			list[n_seen++] = list[i];
	}
	return print_rounds(c, list, n_seen);
}

bool run_round_show(struct call *c, struct err *e)
{
	struct store *s = NULL;
	struct stored_round r;
	struct err why = { 0 };
	const struct str id = call_text(c, "ID");
	if (!call_store(c, &s, e))
		return false;
	const bool found = store_get_round(s, c->a, id, &r, &why);
	if (!found && (why.code != ERR_ABSENT || may_see_all(c))) {
		*e = why;
		return false;
	}
	if (!found || !may_see(c, &r))
		return err_say(e, ERR_ABSENT, "no hay una ronda publicada %.*s",
			       "there is no published round %.*s", STR_ARG(id));
	return print_rounds(c, &r, 1);
}

/* ---- freeze and publish ---- */

bool run_round_freeze(struct call *c, struct err *e)
{
	struct store *s = NULL;
	struct measure m;
	struct str id = call_text(c, "ID");
	if (!call_store(c, &s, e) || !measure_round(c, s, id, false, &m, e))
		return false;
	if (!m.round.n_cluster_answers)
		return err_say(e, ERR_CONFLICT,
			       "la ronda %.*s no tiene respuestas aceptadas; impórtelas antes",
			       "round %.*s has no accepted answers; import them first",
			       STR_ARG(id));
	if (!call_given(c, "--dry-run") && !store_freeze_round(s, id, m.data_sha256, e))
		return false;
	buf_fmt(&c->said,
		c->said_lang == LANG_ES ? "Ronda %.*s congelada; huella de los datos %.*s\n"
					: "Round %.*s is frozen; hash of the data %.*s\n",
		STR_ARG(id), STR_ARG(m.data_sha256));
	return true;
}

bool run_round_publish(struct call *c, struct err *e)
{
	struct store *s = NULL;
	struct stored_round r;
	struct str id = call_text(c, "ID");
	if (!call_store(c, &s, e) || !store_get_round(s, c->a, id, &r, e))
		return false;
	if (!call_given(c, "--dry-run") && !store_publish_round(s, id, e))
		return false;
	buf_fmt(&c->said,
		c->said_lang == LANG_ES ? "Ronda %.*s publicada.\n" : "Round %.*s is published.\n",
		STR_ARG(id));
	return true;
}
