/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The register of clusters: who exists, where, since when, and how one became another. */
#ifndef SSME_FACT_REGISTER_H
#define SSME_FACT_REGISTER_H

#include "response/response.h"

struct cluster_entry {
	struct str id, name, department, sector, manager_kind, chamber;
	struct str since, until;  /* as written: year or ISO date; until may be empty */
	int32_t since_day;        /* first day of `since`, days since 1970-01-01 */
	int32_t until_day;        /* first day of `until`; INT32_MAX when empty */
	bool active;
};

struct lineage_entry {
	struct str date, event, from, to; /* event: rename merge split manager */
	int32_t day;
};

struct cluster_register {
	const struct cluster_entry *cluster; /* sorted by id */
	size_t n;
	const struct lineage_entry *lineage; /* in the order of their dates */
	size_t n_lineage;
};

/* Reads rows with the columns cluster,name,department,sector,manager_kind,chamber,since,active and
 * optional until.  Every problem goes into ps: missing or unknown column, duplicate or empty id,
 * id with a space, @ or slash, name of more than one line, department or chamber in no catalogue,
 * date, active not yes|no.  *out only without errors. */
void register_read(struct arena *a, const struct response_rows *rows,
		   const struct catalogues *catalogues, struct problems *ps,
		   struct cluster_register *out);
/* Without line ends and other control characters: a name stands in lists and in the subjects of
 * letters. */
bool register_is_one_line(struct str text);
/* Lineage rows date,event,from,to into out->lineage; ids must be in the register. */
void lineage_read(struct arena *a, const struct response_rows *rows, struct problems *ps,
		  struct cluster_register *out);

const struct cluster_entry *register_find(const struct cluster_register *r, struct str id);
/* since <= end of the round, until empty or later, and active. */
bool register_in_round(const struct cluster_entry *c, int32_t round_end);

#endif
