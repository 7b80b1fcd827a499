/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/upload.h"

#include <assert.h>

#include "codec/sheet_pack.h"
#include "os/file.h"

bool upload_work(const struct nursery_job *job, int out_fd, struct err *e)
{
	ARENA_SCOPE(a, NURSERY_MEMORY_BYTES_MAX);
	struct buf packed;
	assert(job->kind == UPLOAD_SHEETS);
	buf_init(&packed, &a, NURSERY_OUTPUT_BYTES_MAX);
	if (!sheet_pack(job->input, &packed, e))
		return false;
	if (packed.over)
		return err_say(e, ERR_LIMIT, "lo leído pasa de %zu bytes; divida el archivo",
			       "what was read is over %zu bytes; split the file",
			       NURSERY_OUTPUT_BYTES_MAX);
	return file_put(out_fd, "pack", buf_str(&packed), e);
}
