/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ssme serve`: the supervisor, and in each serving process the nursery, the confinement and the
 * web server. */
#ifndef SSME_CLI_SERVE_H
#define SSME_CLI_SERVE_H

#include "app/command.h"

/* Serves until SIGTERM or SIGINT.  c: the bound call of the row `serve`; the process has one
 * thread. ERR_INPUT, ERR_CONFLICT, ERR_DENIED: an option or an address.  ERR_ABSENT: there is no
 * store. ERR_IO: the system failed. */
bool serve(struct call *c, struct err *e) MUST_CHECK;

#endif
