/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows that the form's program in the browser calls: a questionnaire as JSON, and saving. */
#include "app/sheet_json.h"
#include "page/page.h"

enum { ID_BYTES_MAX = 64 };

#define ROUND                                                                                      \
	{ "--round", PARAM_TEXT, true, false, 0, ID_BYTES_MAX, NULL, HELP("ronda", "round") }
#define CLUSTER                                                                                    \
	{ "--cluster", PARAM_TEXT, true, false, 0, ID_BYTES_MAX, NULL, HELP("clúster", "cluster") }
#define ANSWERING_ROLES (ROLE_CHAMBER | ROLE_MANAGER | ROLE_CONTRIBUTOR)

static const struct command rows[] = {
	{ .help = HELP("un formulario como está: respuestas, qué falta, qué está mal",
		       "a questionnaire as it stands: answers, what is owed, what is wrong"),
	  .roles = ANSWERING_ROLES | ROLE_TEAM | ROLE_REVIEWER,
	  .object = "--cluster",
	  .method = "GET",
	  .route = "/api/rounds/{--round}/questionnaires/{--cluster}",
	  .token = "read",
	  .param = { ROUND, CLUSTER },
	  .run = run_sheet },
	{ .help = HELP("guarda respuestas de un formulario a medida que se escriben",
		       "saves answers of a questionnaire while they are typed"),
	  .roles = ANSWERING_ROLES,
	  .object = "--cluster",
	  .method = "POST",
	  .route = "/api/rounds/{--round}/questionnaires/{--cluster}/answers",
	  .csrf = true,
	  .writes = true,
	  .token = "write",
	  .param = { ROUND, CLUSTER, SAVE_PARAMETERS },
	  .prepare = prepare_sheet_save,
	  .run = run_sheet_save },
};

const struct command_rows table_sheet = { rows, sizeof(rows) / sizeof(*rows) };
