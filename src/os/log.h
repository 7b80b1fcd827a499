/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines for people on stderr: one write a line, so that lines of several threads do not mix.
 * Control characters come out as spaces: a line may hold what a user sent. */
#ifndef SSME_OS_LOG_H
#define SSME_OS_LOG_H

#include "base/err.h"

/* "ssme: ..." and a line end; cut at 4 KiB. */
void log_line(const char *fmt, ...) PRINTF_LIKE(1, 2);
/* The same with the time in UTC in front, as a server logs. */
void log_event(const char *fmt, ...) PRINTF_LIKE(1, 2);

#endif
