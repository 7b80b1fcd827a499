/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The functions behind the rows of the table.  Each reads its values from the call, does its work
 * and leaves the result in call.out, a word for people in call.said and the exit status in
 * call.status. */
#ifndef SSME_APP_RUN_H
#define SSME_APP_RUN_H

#include "app/command.h"

bool run_init(struct call *c, struct err *e);
bool run_backup(struct call *c, struct err *e);
bool run_restore(struct call *c, struct err *e);
bool run_doctor(struct call *c, struct err *e);
bool run_instrument_check(struct call *c, struct err *e);
bool run_instrument_publish(struct call *c, struct err *e);
bool run_instrument_export(struct call *c, struct err *e);
bool run_instrument_list(struct call *c, struct err *e);
bool run_register_import(struct call *c, struct err *e);
bool run_round_open(struct call *c, struct err *e);
bool run_round_list(struct call *c, struct err *e);
bool run_round_show(struct call *c, struct err *e);
bool run_round_freeze(struct call *c, struct err *e);
bool run_round_publish(struct call *c, struct err *e);
bool run_import(struct call *c, struct err *e);
bool prepare_answer_put(struct call *c, struct err *e);
bool run_answer_put(struct call *c, struct err *e);
bool run_figures(struct call *c, struct err *e);
bool run_scores(struct call *c, struct err *e);
bool run_explain(struct call *c, struct err *e);
bool run_quality(struct call *c, struct err *e);
bool run_robustness(struct call *c, struct err *e);
bool run_associate(struct call *c, struct err *e);
bool run_compare(struct call *c, struct err *e);
bool run_bulletin(struct call *c, struct err *e);
bool run_report(struct call *c, struct err *e);
bool run_verify(struct call *c, struct err *e);
bool run_export(struct call *c, struct err *e);
bool run_disclosure(struct call *c, struct err *e);
bool run_calc(struct call *c, struct err *e);
bool run_stat(struct call *c, struct err *e);
/* Deeds of access.h, printed; a refusal is an error. */
bool run_account_create(struct call *c, struct err *e);
bool run_account_list(struct call *c, struct err *e);
bool run_account_change(struct call *c, struct err *e);
bool run_account_disable(struct call *c, struct err *e);
bool run_account_enable(struct call *c, struct err *e);
bool run_account_invite(struct call *c, struct err *e);
bool run_account_password(struct call *c, struct err *e);
bool run_account_reset_second_factor(struct call *c, struct err *e);
bool run_role_grant(struct call *c, struct err *e);
bool run_role_revoke(struct call *c, struct err *e);
bool run_role_list(struct call *c, struct err *e);
bool run_session_list(struct call *c, struct err *e);
bool run_session_end(struct call *c, struct err *e);
bool run_token_create(struct call *c, struct err *e);
bool run_token_list(struct call *c, struct err *e);
bool run_token_revoke(struct call *c, struct err *e);
bool run_link_create(struct call *c, struct err *e);
bool run_link_list(struct call *c, struct err *e);
bool run_link_revoke(struct call *c, struct err *e);
bool run_audit_list(struct call *c, struct err *e);
bool run_audit_check(struct call *c, struct err *e);
bool run_retention(struct call *c, struct err *e);
bool run_personal_list(struct call *c, struct err *e);
bool run_company_keys(struct call *c, struct err *e);
/* Refuses: the command line serves before it would come here. */
bool run_serve(struct call *c, struct err *e);
bool run_help(struct call *c, struct err *e);
bool run_version(struct call *c, struct err *e);

#endif
