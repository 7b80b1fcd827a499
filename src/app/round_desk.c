/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The days of a round, as commands. */
#include "app/desk_run.h"
#include "app/print.h"
#include "base/num.h"

enum { YEAR_MIN = 1900, YEAR_MAX = 2999 };

/* ---- a new one ---- */

/* An id stands in addresses, names of files and cells of a sheet. */
static bool id_good(struct str id)
{
	bool good = id.n && !str_ends(id, ".pdf") && !str_ends(id, ".xlsx") &&
		    !str_ends(id, ".csv");
	for (size_t i = 0; good && i < id.n; i++) {
		const char ch = id.p[i];
		good = (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') ||
		       (ch >= 'A' && ch <= 'Z') || (i && (ch == '-' || ch == '_' || ch == '.'));
	}
	return good && !str_is(id, "nueva") && !str_is(id, "drafts");
}

static bool blame(struct call *c, const char *param)
{
	c->blamed = param;
	return false;
}

bool round_draft_read(struct call *c, struct stored_round *out, struct err *e)
{
	struct str version = call_text(c, "--instrument");
	const struct str name = version, id = call_text(c, "ID");
	int64_t year = 0;
	*out = (struct stored_round){ .id = id,
				      .from = call_text(c, "--from"),
				      .to = call_text(c, "--to"),
				      .state = ROUND_DRAFT };
	out->instrument_id = str_cut(&version, '@');
	out->instrument_version = version;
	if (!id_good(id))
		return blame(c, "id") ||
		       err_say(e, ERR_INPUT,
			       "ronda %.*s: use letras sin tilde, cifras, «-», «_» y «.»; por "
			       "ejemplo 2024",
			       "round %.*s: use plain letters, digits, '-', '_' and '.'; say 2024",
			       STR_ARG(id));
	if (!out->instrument_id.n || !version.n)
		return blame(c, "instrument") ||
		       err_say(e, ERR_INPUT, "%.*s: nombre el instrumento como ID@VERSIÓN",
			       "%.*s: name the instrument as ID@VERSION", STR_ARG(name));
	if (!num_int(str_sub(out->from.n ? out->from : id, 0, 4), &year) || year < YEAR_MIN ||
	    year > YEAR_MAX)
		return blame(c, "from") ||
		       err_say(e, ERR_INPUT, "ronda %.*s: no se sabe su año; dé su primer día",
			       "round %.*s: its year is not known; give its first day",
			       STR_ARG(id));
	out->year = (int)year;
	return true;
}

bool run_round_draft(struct call *c, struct err *e)
{
	struct store *s = NULL;
	struct stored_round r;
	struct str hash;
	if (!round_draft_read(c, &r, e) || !call_store(c, &s, e) ||
	    !store_get_instrument_hash(s, c->a, r.instrument_id, r.instrument_version, &hash, e))
		return false;
	if (!call_given(c, "--dry-run") && !store_draft_round(s, &r, e))
		return false;
	buf_fmt(&c->said,
		c->said_lang == LANG_ES ? "Ronda %.*s en borrador con %.*s@%.*s.\n"
					: "Round %.*s is a draft with %.*s@%.*s.\n",
		STR_ARG(r.id), STR_ARG(r.instrument_id), STR_ARG(r.instrument_version));
	return true;
}

/* ---- on its way ---- */

static bool tell(struct call *c, const char *es, const char *en)
{
	const struct str id = call_text(c, "ID");
	buf_fmt(&c->said, c->said_lang == LANG_ES ? "Ronda %.*s: %s.\n" : "Round %.*s: %s.\n",
		STR_ARG(id), c->said_lang == LANG_ES ? es : en);
	return true;
}

bool run_round_start(struct call *c, struct err *e)
{
	struct store *s = NULL;
	return call_store(c, &s, e) && store_start_round(s, call_text(c, "ID"), e) &&
	       tell(c, "abierta", "open");
}

bool run_round_review(struct call *c, struct err *e)
{
	struct store *s = NULL;
	return call_store(c, &s, e) && store_review_round(s, call_text(c, "ID"), e) &&
	       tell(c, "en revisión; ya solo se corrige lo devuelto",
		    "in review; only what was returned is mended");
}

bool run_round_extend(struct call *c, struct err *e)
{
	struct store *s = NULL;
	return call_store(c, &s, e) &&
	       store_extend_round(s, call_text(c, "ID"), call_text(c, "--to"),
				  call_text(c, "--reason"), e) &&
	       tell(c, "plazo ampliado", "extended");
}

/* ---- its days ---- */

static const char *const head[] = { "round",	 "state",     "from",	"to",	    "opens_at",
				    "closes_at", "days_left", "takes_answers" };
static const char *const head_es[] = { "ronda",	 "estado",	  "desde", "hasta", "abre",
				       "cierra", "días_restantes", "recibe_respuestas" };
static const bool is_number[] = { false, false, false, false, false, false, true, false };
enum { COLUMNS = sizeof(is_number) / sizeof(*is_number) };

bool run_round_calendar(struct call *c, struct err *e)
{
	struct store *s = NULL;
	struct stored_round r;
	struct calendar k;
	struct print_table t;
	if (!call_store(c, &s, e) || !store_get_round_head(s, c->a, call_text(c, "ID"), &r, e))
		return false;
	calendar_of(c->a, &r, c->now, &k);
	print_table_init(&t, c->a, print_head(c, head, head_es), is_number, COLUMNS);
	struct str *cell = print_table_row(&t);
	const bool people = call_wants(c, "text");
	cell[0] = r.id;
	cell[1] = str_of(people ? round_state_word(r.state, c->lang) : round_state_name(r.state));
	cell[2] = r.from;
	cell[3] = r.to;
	cell[4] = k.opens_at;
	cell[5] = k.closes_at;
	cell[6] = print_int(c->a, k.days_left);
	cell[7] = people ? call_say(c, k.takes_answers ? "sí" : "no",
				    k.takes_answers ? "yes" : "no")
			 : k.takes_answers ? STR("yes")
					   : STR("no");
	print_table(c, &t);
	return true;
}
