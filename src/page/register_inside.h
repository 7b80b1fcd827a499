/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pages of the register, and what their files share. */
#ifndef SSME_PAGE_REGISTER_INSIDE_H
#define SSME_PAGE_REGISTER_INSIDE_H

#include "page/desk_inside.h"

bool page_register(struct call *c, struct err *e);
bool page_register_csv(struct call *c, struct err *e);
bool page_register_cluster(struct call *c, struct err *e);
bool write_register_cluster(struct call *c, struct err *e);
bool write_register_lineage(struct call *c, struct err *e);
bool page_register_new(struct call *c, struct err *e);
bool write_register_new(struct call *c, struct err *e);
bool page_register_history_csv(struct call *c, struct err *e);
bool page_lineage_csv(struct call *c, struct err *e);
bool page_register_file(struct call *c, struct err *e);
bool prepare_register_file(struct call *c, struct err *e);
bool write_register_file(struct call *c, struct err *e);
form_again register_cluster_again, register_new_again, register_file_again;

/* ---- pieces ---- */

/* ERR_IO: the program has no such catalogue. */
const struct catalogue *register_catalogue(struct call *c, const char *name, struct err *e);
/* The word for a code, else the code. */
struct str register_word(struct call *c, const struct catalogue *k, struct str code);
/* "cambio de nombre" of "rename", the event of a happening or of the lineage. */
struct str register_event_word(struct call *c, struct str event);
/* The cluster of --cluster.  ERR_ABSENT. */
bool register_find_one(struct call *c, struct store *s, struct cluster_entry *out,
		       struct err *e) MUST_CHECK;
/* Steps of the lineage that touch the cluster. */
const struct template_register_step *register_steps(struct call *c,
						    const struct cluster_register *r,
						    struct str cluster, size_t *ret_n);
/* What happened to the cluster, newest first. */
bool register_events(struct call *c, struct store *s, struct str cluster,
		     const struct template_register_event **ret_list, size_t *ret_n,
		     struct err *e) MUST_CHECK;

#endif
