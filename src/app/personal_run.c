/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests about personal data and keys of companies, as lists. */
#include "app/personal.h"
#include "app/print.h"
#include "app/run.h"
#include "store/company.h"

/* Without names and words: those are for who answers, on the page of the request. */
bool run_personal_list(struct call *c, struct err *e)
{
	static const char *const head[] = { "request", "kind",	      "state",	   "received_at",
					    "due_on",  "extended_on", "days_left", "outcome" };
	static const char *const head_es[] = { "solicitud", "clase",	     "estado",
					       "recibida",  "vence",	     "prorrogada",
					       "días_hábiles", "resultado" };
	static const bool is_number[] = { true, false, false, false, false, false, true, false };
	struct stored_request_of_person *r;
	struct print_table t;
	struct store *s;
	size_t n;
	if (!call_store(c, &s, e) || !store_list_personal_requests(s, c->a, &r, &n, e))
		return false;
	print_table_init(&t, c->a, print_head(c, head, head_es), is_number, 8);
	for (size_t i = 0; i < n; i++) {
		struct str *cell = print_table_row(&t);
		const bool waits = r[i].state != PERSONAL_ANSWERED;
		cell[0] = print_int(c->a, r[i].id);
		cell[1] = str_of(personal_kind_name(r[i].kind));
		cell[2] = str_of(personal_state_name(r[i].state));
		cell[3] = r[i].received_at;
		cell[4] = r[i].due_on;
		cell[5] = r[i].extended_on;
		cell[6] = waits ? print_int(c->a, personal_days_left(&r[i], c->now))
				: (struct str){ 0 };
		cell[7] = r[i].outcome;
	}
	print_table(c, &t);
	return true;
}

enum { HASH_SHOWN = 16 };

/* One company's answers over the rounds have one key. */
bool run_company_keys(struct call *c, struct err *e)
{
	static const char *const head[] = { "key", "round", "cluster", "company" };
	static const char *const head_es[] = { "huella", "ronda", "clúster", "empresa" };
	static const bool is_number[] = { false, false, false, false };
	struct stored_company_key *k;
	struct print_table t;
	struct store *s;
	size_t n;
	if (!call_store(c, &s, e) || !store_list_company_keys(s, c->a, &k, &n, e))
		return false;
	print_table_init(&t, c->a, print_head(c, head, head_es), is_number, 4);
	for (size_t i = 0; i < n; i++) {
		struct str *cell = print_table_row(&t);
		cell[0] = str_sub(k[i].hash, 0, HASH_SHOWN);
		cell[1] = k[i].round;
		cell[2] = k[i].cluster;
		cell[3] = k[i].company;
	}
	print_table(c, &t);
	return true;
}
