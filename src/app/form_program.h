/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rules of a form of a published instrument, for the browser (response/program.h). */
#ifndef SSME_APP_FORM_PROGRAM_H
#define SSME_APP_FORM_PROGRAM_H

#include "app/command.h"

/* Parameters: ID@VERSION, --form, --v: the instrument's hash; with it the answer may be kept for
 * ever, for neither changes.  Messages in the call's language.  ERR_INPUT: no version.  ERR_ABSENT:
 * no such instrument, or it has no such form. */
bool run_form_program(struct call *c, struct err *e);

#endif
