/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the deeds of access share (app/access.h). */
#ifndef SSME_APP_ACCESS_INSIDE_H
#define SSME_APP_ACCESS_INSIDE_H

#include "app/access.h"

/* Of a refusal that run found: it is forgotten when the deed runs again from the start. */
struct access_state {
	struct access access;
	bool refused_by_run;
};

/* Beginning of every prepare: c->prepared and the store. */
bool access_start(struct call *c, struct access **ret_x, struct store **ret_s,
		  struct err *e) MUST_CHECK;
/* Beginning of every run: the store, with who acts; *ret_go false: there is nothing to do, for
 * prepare refused or --dry-run was given. */
bool access_resume(struct call *c, struct access **ret_x, struct store **ret_s, bool *ret_go,
		   struct err *e) MUST_CHECK;

/* Refuses; always true, as a deed that ends so returns.  field: or NULL. */
bool access_refuse(struct call *c, const char *field, enum err_code code, struct str es,
		   struct str en);
bool access_refuse_label(struct call *c, const char *field, enum err_code code,
			 const struct label *why);

/* An address as it is kept: without spaces around it, in lower case. */
struct str access_typed_email(struct arena *a, struct str typed);

/* The first value of a parameter, empty also where the row has none of that name. */
struct str access_text(const struct call *c, const char *name);
bool access_given(const struct call *c, const char *name);

/* ERR_DENIED: nobody is signed in with an account. */
bool access_needs_account(const struct call *c, struct err *e) MUST_CHECK;
/* The parameter ACCOUNT; ERR_ABSENT. */
bool access_start_on_account(struct call *c, struct access **ret_x, struct store **ret_s,
			     struct err *e) MUST_CHECK;

/* The session's cookie: secret for so long, or none any more. */
void access_set_cookie(struct call *c, struct str secret, int64_t seconds);
void access_clear_cookie(struct call *c);

/* What the browser calls itself, as a session keeps it. */
struct str access_agent(const struct call *c);

/* Who failed too often: subjects of store_count_failures(). */
struct access_subjects {
	struct str account, origin; /* origin empty: came from no network */
};
bool access_subjects(struct call *c, struct store *s, struct str email,
		     struct access_subjects *out, struct err *e) MUST_CHECK;
bool access_is_locked(struct call *c, struct store *s, const struct access_subjects *who,
		      bool *ret_locked, struct err *e) MUST_CHECK;
bool access_count_failure(struct call *c, struct store *s, const struct access_subjects *who,
			  struct err *e) MUST_CHECK;
bool access_refuse_locked(struct call *c, const char *field);

/* A new invitation of an account; its hash and what is kept besides. */
bool access_make_invitation(struct call *c, struct store *s, struct access *x,
			    struct stored_token *out, struct err *e) MUST_CHECK;
/* Keeps it, and ends those before. */
bool access_keep_invitation(struct store *s, struct arena *a, const struct stored_token *in,
			    struct err *e) MUST_CHECK;

/* Sets *ret_good, or refuses: name and language as given, over those of out. */
bool access_take_names(struct call *c, struct stored_account *out, bool *ret_good);
/* Is there such a thing as the role's object?  Refuses, or sets *ret_good. */
bool access_check_object(struct call *c, struct store *s, enum role role, struct str object,
			 bool *ret_good, struct err *e) MUST_CHECK;
/* Is there a cluster of that id in the register? */
bool access_check_cluster(struct call *c, struct store *s, const char *field, struct str cluster,
			  bool *ret_good, struct err *e) MUST_CHECK;
/* Has the instrument such an area? */
bool access_check_area(struct call *c, const struct instrument *in, const char *field,
		       struct str area, bool *ret_good);
/* Would nobody be left to administer without this account?  Refuses, or sets *ret_good. */
bool access_check_last_administrator(struct call *c, struct store *s, int64_t account,
				     bool *ret_good, struct err *e) MUST_CHECK;

#endif
