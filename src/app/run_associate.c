/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which areas and named indicators go together, and which were looked at and do not. */
#include "app/print.h"
#include "app/run.h"
#include "base/num.h"
#include "codec/json.h"
#include "indicator/associate.h"

static void put_pair_json(struct json_out *o, const struct call *c, const struct association *p)
{
	json_put_object(o);
	json_member_string(o, "x", p->x);
	json_member_string(o, "y", p->y);
	json_member_string(o, "x_label", label_in(&p->x_label, c->lang));
	json_member_string(o, "y_label", label_in(&p->y_label, c->lang));
	json_member_bool(o, "part_whole", p->part_whole);
	json_member_int(o, "n", (int64_t)p->n);
	if (p->defined) {
		json_member_real(o, "rho", p->rho);
		json_member_real(o, "low", p->low);
		json_member_real(o, "high", p->high);
		json_member_real(o, "p", p->p);
		json_member_real(o, "p_adjusted", p->p_adjusted);
		json_member_real(o, "p_holm", p->p_holm);
	} else {
		json_put_key(o, STR("rho"));
		json_put_null(o);
		json_member_string(o, "why", p->why);
	}
	json_member_string(o, "sentence", p->sentence);
	json_end_object(o);
}

static void put_json(struct call *c, const struct measure *m, const struct associations *s)
{
	struct json_out o;
	json_out(&o, &c->out);
	json_put_object(&o);
	print_origin(&o, c, m);
	json_put_key(&o, STR("n_pairs"));
	json_put_int(&o, (int64_t)s->n);
	for (int found = 1; found >= 0; found--) {
		json_put_key(&o, found ? STR("found") : STR("not_found"));
		json_put_array(&o);
		for (size_t i = 0; i < s->n; i++)
			if (s->pair[i].found == (found == 1))
				put_pair_json(&o, c, &s->pair[i]);
		json_end_array(&o);
	}
	json_end_object(&o);
	buf_putc(&c->out, '\n');
}

/* ---- the table ------------------------------------------------------------------------------- */

static struct str number(struct call *c, double v, int decimals)
{
	struct buf b;
	if (call_wants(c, "csv"))
		return print_real(c->a, v);
	buf_init(&b, c->a, 64);
	num_put_local(&b, c->lang, v, decimals);
	return buf_str(&b);
}

/* A p that rounds to nothing is not nothing. */
static struct str chance(struct call *c, double p)
{
	if (call_wants(c, "csv") || p >= 0.001)
		return number(c, p, 3);
	return c->lang == LANG_ES ? STR("< 0,001") : STR("< 0.001");
}

/* For people, what is not so stays empty. */
static struct str yes_no(struct call *c, bool yes)
{
	if (call_wants(c, "csv"))
		return yes ? STR("true") : STR("false");
	return yes ? call_say(c, "sí", "yes") : STR("");
}

static void put_row(struct call *c, const struct association *p, struct str *cell)
{
	bool csv = call_wants(c, "csv");
	*cell++ = csv ? p->x : label_in(&p->x_label, c->lang);
	*cell++ = csv ? p->y : label_in(&p->y_label, c->lang);
	*cell++ = yes_no(c, p->part_whole);
	*cell++ = print_int(c->a, (int64_t)p->n);
	if (p->defined) {
		cell[0] = number(c, p->rho, 2);
		cell[1] = number(c, p->low, 2);
		cell[2] = number(c, p->high, 2);
		cell[3] = chance(c, p->p);
		cell[4] = chance(c, p->p_adjusted);
		cell[5] = chance(c, p->p_holm);
	}
	cell[6] = yes_no(c, p->found);
	if (csv)
		cell[7] = p->sentence;
}

static void put_table(struct call *c, const struct associations *s, struct print_table *t)
{
	static const char *const head[] = { "x",   "y",    "part_whole", "n",
					    "rho", "low",  "high",       "p",
					    "p_adjusted", "p_holm", "found", "sentence" };
	static const char *const es[] = {
		"x",	 "y", "sin lo común", "n",	"rho",		"desde",
		"hasta", "p", "p ajustado",   "p Holm", "se encontró", "frase"
	};
	static const char *const en[] = { "x",	"y", "without the common part", "n",
					  "rho", "from", "to", "p",
					  "adjusted p", "Holm p", "found", "sentence" };
	static const bool is_number[] = { false, false, false, true, true, true,
					  true,	 true,	true,  true, false, false };
	enum { N = sizeof(head) / sizeof(*head) };
	bool csv = call_wants(c, "csv");
	print_table_init(t, c->a, csv ? head : c->lang == LANG_ES ? es : en, is_number,
			 csv ? N : N - 1);
	for (size_t i = 0; i < s->n; i++)
		put_row(c, &s->pair[i], print_table_row(t));
}

/* ---- words ----------------------------------------------------------------------------------- */

static void put_sentences(struct call *c, const struct associations *s, bool found)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->pair[i].found == found)
			buf_fmt(&c->out, "  %.*s\n", STR_ARG(s->pair[i].sentence));
}

static void put_words(struct call *c, const struct associations *s)
{
	bool es = c->lang == LANG_ES;
	buf_fmt(&c->out,
		es ? "Se miraron %zu pares; en %zu se encontró una asociación. Una asociación no "
		     "es un efecto.\n"
		   : "%zu pairs were looked at; in %zu an association was found. An association is "
		     "not an effect.\n",
		s->n, s->n_found);
	buf_puts(&c->out,
		 es ? "rho: Spearman, con intervalo del 95 %. p ajustado: Benjamini–Hochberg "
		      "sobre todos los pares medidos; se encontró: menor de 0,05.\n\n"
		    : "rho: Spearman, with its 95% interval. Adjusted p: Benjamini–Hochberg "
		      "over all measured pairs; found: below 0.05.\n\n");
	if (s->n_found)
		buf_puts(&c->out, es ? "Se encontró:\n" : "Found:\n");
	put_sentences(c, s, true);
	if (s->n_found < s->n)
		buf_puts(&c->out, es ? "No se encontró:\n" : "Not found:\n");
	put_sentences(c, s, false);
	buf_putc(&c->out, '\n');
}

bool run_associate(struct call *c, struct err *e)
{
	struct store *store = NULL;
	struct measure m;
	struct associations s;
	struct print_table t;
	if (!call_store(c, &store, e) ||
	    !measure_round(c, store, call_text(c, "--round"), false, &m, e) ||
	    !associations_make(c->a, m.instrument, &m.tables, c->lang, &s, e))
		return false;
	if (call_wants(c, "json")) {
		put_json(c, &m, &s);
		return true;
	}
	put_table(c, &s, &t);
	if (call_wants(c, "csv")) {
		print_table_csv(&c->out, &t);
		return true;
	}
	put_words(c, &s);
	print_table_text(&c->out, &t);
	if (m.round.synthetic)
		buf_puts(&c->said, c->said_lang == LANG_ES ? "Datos sintéticos de demostración.\n"
							   : "Synthetic demonstration data.\n");
	return true;
}
