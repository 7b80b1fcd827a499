/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading what somebody uploaded, in a child without rights (os/nursery.h). */
#ifndef SSME_APP_UPLOAD_H
#define SSME_APP_UPLOAD_H

#include "os/nursery.h"

enum { UPLOAD_SHEETS = 1 }; /* the kind of job */

/* The work of the nursery: packs the sheets of a CSV or XLSX file (codec/sheet_pack.h).
 * ERR_INPUT, ERR_LIMIT: as sheet_pack() says; ERR_LIMIT also: the pack is over
 * NURSERY_OUTPUT_BYTES_MAX. */
bool upload_work(const struct nursery_job *job, int out_fd, struct err *e) MUST_CHECK;

#endif
