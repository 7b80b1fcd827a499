/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of table_company.c: a company's form, the links that lead to it, what companies sum up
 * to, and personal data. */
#ifndef SSME_PAGE_COMPANY_INSIDE_H
#define SSME_PAGE_COMPANY_INSIDE_H

#include "app/company.h"
#include "app/personal.h"
#include "page/form_inside.h"

/* company.c */
bool page_company(struct call *c, struct err *e);
bool write_company(struct call *c, struct err *e);
bool page_company_consent(struct call *c, struct err *e);
bool write_company_consent(struct call *c, struct err *e);
bool page_company_send(struct call *c, struct err *e);
bool write_company_send(struct call *c, struct err *e);
bool write_company_correct(struct call *c, struct err *e);
bool write_company_withdraw(struct call *c, struct err *e);
bool page_consent_text(struct call *c, struct err *e);

/* company_link.c */
bool page_company_link(struct call *c, struct err *e);
bool prepare_company_link(struct call *c, struct err *e);
bool write_company_link(struct call *c, struct err *e);
bool prepare_company_return(struct call *c, struct err *e);
bool write_company_return(struct call *c, struct err *e);
form_again company_link_again;

/* company_rollup.c */
bool page_company_totals(struct call *c, struct err *e);

/* personal_data.c */
bool page_personal(struct call *c, struct err *e);
bool write_personal(struct call *c, struct err *e);
bool page_personal_export(struct call *c, struct err *e);
bool page_personal_confirm(struct call *c, struct err *e);
bool write_personal_confirm(struct call *c, struct err *e);
form_again personal_again;
bool page_personal_desk(struct call *c, struct err *e);
bool page_personal_request(struct call *c, struct err *e);
bool write_personal_answer(struct call *c, struct err *e);
bool write_personal_extend(struct call *c, struct err *e);
form_again personal_request_again;

#endif
