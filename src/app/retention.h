/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long what is personal is kept: rules as data (data/retention.csv), carried out by `ssme
 * retention` and by the serving process once a day.  Each rule names one of
 *   company_personal, cluster_personal   personal answers of forms of a round
 *   signature                            names of those who signed forms of a round
 *   consent                              records of authorisation of a round
 *   request                              requests about personal data
 *   account                              accounts that are switched off
 * and days counted from an event of it.  What was removed stands in the audit, with numbers and
 * never with a name. */
#ifndef SSME_APP_RETENTION_H
#define SSME_APP_RETENTION_H

#include "app/command.h"

enum { RETENTION_RULES_MAX = 32, RETENTION_DAYS_MAX = 36525 };

struct retention_rule {
	struct str name;
	int64_t days;
	struct label what, why;
	struct str before; /* what is older than this moment goes; ISO day */
	int64_t n;         /* gone, or with dry_run what would be looked at; by retention_run() */
};
/* The rules at a moment (UTC), in a.  ERR_INPUT: the file of the program is damaged. */
bool retention_rules(struct call *c, struct retention_rule **ret_rule, size_t *ret_n,
		     struct err *e) MUST_CHECK;
/* Carries them out and sets n of each.  dry_run: all is rolled back. */
bool retention_run(struct call *c, struct store *s, bool dry_run, struct retention_rule *rule,
		   size_t n, struct err *e) MUST_CHECK;

#endif
