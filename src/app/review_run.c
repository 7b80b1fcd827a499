/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Review, board and errata as commands. */
#include "app/print.h"
#include "app/review.h"
#include "base/num.h"

/* Work that opens many sheets reads their instrument once, also without a server. */
static bool with_cache(struct call *c, bool (*work)(struct call *c, struct err *e), struct err *e)
{
	struct cache *own = NULL;
	if (c->cache)
		return work(c, e);
	if (!cache_make(&own, e))
		return false;
	c->cache = own;
	const bool good = work(c, e);
	c->cache = NULL;
	cache_free(own);
	return good;
}

/* What a form would show, as an error.  Always false. */
static bool refused(struct call *c, enum err_code code, const struct label *why, struct err *e)
{
	return err_say(e, code, "%s%.0s", "%.0s%s", str_c(c->a, why->in[LANG_ES]),
		       str_c(c->a, why->in[LANG_EN]));
}

static struct str real_words(struct call *c, double v, int decimals)
{
	struct buf b;
	buf_init(&b, c->a, 64);
	num_put_fixed(&b, v, decimals);
	return buf_str(&b);
}

/* A file that a page sends has the names for programs, and its row no --format. */
static const char *const *head_of(const struct call *c, const char *const *name,
				  const char *const *es)
{
	return c->command->verb ? print_head(c, name, es) : name;
}

/* ---- the queue ---- */

static const char *const queue_head[] = { "cluster", "name",   "state",	 "sent_at", "risk",
					  "threads", "reason", "question", "points", "words" };
static const char *const queue_head_es[] = { "clúster", "nombre", "estado",   "enviado",  "riesgo",
					     "hilos",	"motivo", "pregunta", "puntos", "detalle" };
static const bool queue_number[] = { false, false, false, false, true,
				     true,  false, false, true,	 false };

static const char *reason_name(enum review_reason_kind k)
{
	static const char *const name[] = {
		[REASON_UNEXPLAINED] = "unexplained", [REASON_ROLLUP] = "companies",
		[REASON_JUMP] = "jump",		      [REASON_OUTLIER] = "outlier",
		[REASON_WARNING] = "warning",
	};
	return name[k];
}

static struct str *queue_row(struct call *c, const struct review_entry *entry,
			     struct print_table *out)
{
	struct str *cell = print_table_row(out);
	cell[0] = entry->cluster.id;
	cell[1] = entry->cluster.name;
	cell[2] = str_of(questionnaire_state_name(entry->head.state));
	cell[3] = entry->head.sent_at;
	cell[4] = print_int(c->a, entry->risk);
	cell[5] = print_int(c->a, entry->n_open);
	return cell;
}

/* A row a reason; one without any has a row too. */
void review_queue_table(struct call *c, const struct review_queue *q, struct print_table *out)
{
	print_table_init(out, c->a, head_of(c, queue_head, queue_head_es), queue_number, 10);
	for (size_t i = 0; i < q->n; i++) {
		const struct review_entry *entry = &q->entry[i];
		if (!entry->n_reasons)
			(void)queue_row(c, entry, out);
		for (size_t k = 0; k < entry->n_reasons; k++) {
			struct str *cell = queue_row(c, entry, out);
			cell[6] = str_of(reason_name(entry->reason[k].kind));
			cell[7] = entry->reason[k].question->name;
			cell[8] = print_int(c->a, entry->reason[k].points);
			cell[9] = entry->reason[k].words;
		}
	}
}

static bool list_queue(struct call *c, struct err *e)
{
	const struct review_filter filter = review_filter_of(c);
	struct review_queue q;
	struct print_table t;
	struct store *s;
	if (!call_store(c, &s, e) || !review_queue(c, s, call_text(c, "--round"), &filter, &q, e))
		return false;
	review_queue_table(c, &q, &t);
	print_table(c, &t);
	return true;
}

bool run_review_list(struct call *c, struct err *e)
{
	return with_cache(c, list_queue, e);
}

/* ---- agreement ---- */

static const char *const kappa_head[] = { "area", "pairs", "clusters", "agree",
					  "kappa", "low",  "high" };
static const char *const kappa_head_es[] = { "área",  "pares", "clústeres", "iguales",
					     "kappa", "desde", "hasta" };
static const bool kappa_number[] = { false, true, true, true, true, true, true };

static void put_kappa(struct call *c, struct print_table *t, struct str area,
		      const struct review_kappa *k)
{
	struct str *cell = print_table_row(t);
	cell[0] = area;
	cell[1] = print_int(c->a, (int64_t)k->n);
	cell[2] = print_int(c->a, (int64_t)k->n_clusters);
	if (k->n)
		cell[3] = real_words(c, k->agree, 4);
	if (k->computed)
		cell[4] = real_words(c, k->kappa, 4);
	if (k->has_interval) {
		cell[5] = real_words(c, k->low, 4);
		cell[6] = real_words(c, k->high, 4);
	}
}

static bool list_agreement(struct call *c, struct err *e)
{
	struct review_agreement all;
	struct print_table t;
	struct store *s;
	if (!call_store(c, &s, e) || !review_agreement(c, s, call_text(c, "--round"), &all, e))
		return false;
	print_table_init(&t, c->a, print_head(c, kappa_head, kappa_head_es), kappa_number, 7);
	put_kappa(c, &t, STR("all"), &all.whole);
	for (size_t i = 0; i < all.instrument->n_areas; i++)
		put_kappa(c, &t, all.instrument->area[i].code, &all.area[i]);
	print_table(c, &t);
	return true;
}

bool run_review_agreement(struct call *c, struct err *e)
{
	return with_cache(c, list_agreement, e);
}

bool run_review_sample(struct call *c, struct err *e)
{
	if (!call_given(c, "--dry-run") && !do_review_sample(c, e))
		return false;
	buf_puts(&c->said, c->said_lang == LANG_ES
				   ? "Véala con: ssme review agreement --round RONDA\n"
				   : "See it with: ssme review agreement --round ROUND\n");
	return true;
}

/* ---- the board ---- */

static const char *const board_head[] = { "cluster",	"name",	      "chamber", "department",
					  "sector",	"state",      "saved_at", "last_question",
					  "days_still", "answered",   "asked",	 "contact" };
static const char *const board_head_es[] = { "clúster",	    "nombre",	     "cámara",
					     "departamento", "sector",	     "estado",
					     "guardado",     "última pregunta", "días quieto",
					     "respondidas",  "aplicables",   "contacto" };
static const bool board_number[] = { false, false, false, false, false, false,
				     false, false, true,  true,	 true,	false };

void review_board_table(struct call *c, const struct board *b, struct print_table *out)
{
	print_table_init(out, c->a, head_of(c, board_head, board_head_es), board_number, 12);
	for (size_t i = 0; i < b->n; i++) {
		const struct board_row *row = &b->row[i];
		struct str *cell = print_table_row(out);
		cell[0] = row->cluster.id;
		cell[1] = row->cluster.name;
		cell[2] = row->cluster.chamber;
		cell[3] = row->cluster.department;
		cell[4] = row->cluster.sector;
		cell[5] = str_of(board_state_name(row->state));
		cell[6] = row->head.saved_at;
		cell[7] = row->head.last_question;
		if (row->days_still >= 0)
			cell[8] = print_int(c->a, row->days_still);
		cell[9] = print_int(c->a, row->head.progress.n_answered);
		cell[10] = print_int(c->a, row->head.progress.n_asked);
		cell[11] = row->contact;
	}
}

bool run_round_board(struct call *c, struct err *e)
{
	const struct review_filter filter = review_filter_of(c);
	struct print_table t;
	struct board b;
	struct store *s;
	if (!call_store(c, &s, e) || !review_board(c, s, call_text(c, "--round"), &filter, &b, e))
		return false;
	review_board_table(c, &b, &t);
	print_table(c, &t);
	return true;
}

/* ---- questionnaires ---- */

static const char *const sheet_head[] = { "cluster", "company", "state",   "opened_at", "saved_at",
					  "sent_at", "owed",	"warnings" };
static const char *const sheet_head_es[] = { "clúster",	 "empresa", "estado", "abierto",
					     "guardado", "enviado", "faltan", "advertencias" };
static const bool sheet_number[] = { false, false, false, false, false, false, true, true };

bool run_questionnaire_list(struct call *c, struct err *e)
{
	const int form = str_is(call_text(c, "--form"), "company") ? FORM_COMPANY : FORM_CLUSTER;
	struct stored_questionnaire *head;
	struct stored_round round;
	struct print_table t;
	struct store *s;
	size_t n;
	if (!call_store(c, &s, e) ||
	    !store_get_round_head(s, c->a, call_text(c, "--round"), &round, e) ||
	    !store_list_questionnaires(s, c->a, round.id, form, &head, &n, e))
		return false;
	print_table_init(&t, c->a, print_head(c, sheet_head, sheet_head_es), sheet_number, 8);
	for (size_t i = 0; i < n; i++) {
		struct str *cell = print_table_row(&t);
		cell[0] = head[i].key.cluster;
		cell[1] = head[i].key.company;
		cell[2] = str_of(questionnaire_state_name(head[i].state));
		cell[3] = head[i].opened_at;
		cell[4] = head[i].saved_at;
		cell[5] = head[i].sent_at;
		cell[6] = print_int(c->a, head[i].progress.n_owed);
		cell[7] = print_int(c->a, head[i].progress.n_warnings);
	}
	print_table(c, &t);
	return true;
}

static bool decided(struct call *c, bool (*deed)(struct call *c, struct err *e),
		    enum questionnaire_state to, struct err *e)
{
	const struct decision *d = decision_of(c);
	if (d->refused)
		return refused(c, ERR_INPUT, &d->why, e);
	if (!call_given(c, "--dry-run") && !deed(c, e))
		return false;
	buf_fmt(&c->said, "%.*s: %s\n", STR_ARG(d->sheet.key.cluster),
		questionnaire_state_word(to, c->said_lang));
	return true;
}

bool prepare_cluster_accept(struct call *c, struct err *e)
{
	return prepare_accept(c, FORM_CLUSTER, e);
}

bool run_questionnaire_accept(struct call *c, struct err *e)
{
	return decided(c, do_accept, QUESTIONNAIRE_ACCEPTED, e);
}

bool prepare_cluster_return(struct call *c, struct err *e)
{
	return prepare_return(c, FORM_CLUSTER, e);
}

bool run_questionnaire_return(struct call *c, struct err *e)
{
	return decided(c, do_return, QUESTIONNAIRE_RETURNED, e);
}

bool prepare_cluster_annul(struct call *c, struct err *e)
{
	return prepare_annul(c, FORM_CLUSTER, e);
}

bool run_questionnaire_annul(struct call *c, struct err *e)
{
	return decided(c, do_annul, QUESTIONNAIRE_ANNULLED, e);
}

/* ---- errata ---- */

static const char *const erratum_head[] = { "number", "cluster", "question", "item",
					    "before", "after",	 "reason",   "author",
					    "at",     "revision", "data_sha256" };
static const char *const erratum_head_es[] = { "número", "clúster", "pregunta", "ítem",
					       "antes",	 "después", "motivo",	"autor",
					       "cuándo", "revisión", "huella" };
static const bool erratum_number[] = { true,  false, false, true,  false, false,
				       false, false, false, true,  false };

static void put_erratum(struct call *c, struct print_table *t, const struct stored_erratum *in)
{
	struct str *cell = print_table_row(t);
	cell[0] = print_int(c->a, in->number);
	cell[1] = in->cluster;
	cell[2] = in->question;
	cell[3] = print_int(c->a, in->item);
	cell[4] = in->before;
	cell[5] = in->after;
	cell[6] = in->reason;
	cell[7] = in->author;
	cell[8] = in->at;
	cell[9] = print_int(c->a, in->revision);
	cell[10] = in->data_after;
}

bool run_erratum_list(struct call *c, struct err *e)
{
	struct stored_erratum *list;
	struct stored_round round;
	struct print_table t;
	struct store *s;
	size_t n;
	if (!call_store(c, &s, e) ||
	    !store_get_round_head(s, c->a, call_text(c, "--round"), &round, e) ||
	    !store_list_errata(s, c->a, round.id, &list, &n, e))
		return false;
	print_table_init(&t, c->a, print_head(c, erratum_head, erratum_head_es), erratum_number,
			 11);
	for (size_t i = 0; i < n; i++)
		put_erratum(c, &t, &list[i]);
	print_table(c, &t);
	return true;
}

bool run_erratum_add(struct call *c, struct err *e)
{
	const struct erratum_deed *d = erratum_of(c);
	if (d->refused) {
		const struct param named = { .name = d->field ? d->field : "" };
		c->blamed = d->field ? param_web_name(c->a, &named) : NULL;
		return refused(c, d->field ? ERR_INPUT : ERR_CONFLICT, &d->why, e);
	}
	if (call_given(c, "--dry-run"))
		return true;
	if (!do_erratum(c, e))
		return false;
	buf_fmt(&c->said,
		c->said_lang == LANG_ES ? "Errata %lld de la ronda %.*s.\n"
					: "Erratum %lld of round %.*s.\n",
		(long long)d->erratum.number, STR_ARG(d->round.id));
	return true;
}
