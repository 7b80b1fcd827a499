/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows that the form's program in the browser calls: a questionnaire as JSON, saving, and the
 * rules of its form. */
#include "app/form_program.h"
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
	{ .help = HELP("las reglas de un formulario, para evaluarlas en el navegador",
		       "the rules of a form, to be evaluated in the browser"),
	  .roles = ROLE_PUBLIC,
	  .method = "GET",
	  .route = "/api/instruments/{ID@VERSION}/forms/{--form}/program",
	  .token = "read",
	  .param = { { "ID@VERSION", PARAM_TEXT, true, false, 0, 128, NULL,
		       HELP("el instrumento, por ejemplo ssme@2022.1",
			    "the instrument, say ssme@2022.1") },
		     { "--form", PARAM_CHOICE, true, false, 0, 0, "cluster|company",
		       HELP("cuál formulario", "which form") },
		     { "--v", PARAM_TEXT, false, false, 0, 64, NULL,
		       HELP("huella del instrumento: con ella se puede guardar para siempre",
			    "hash of the instrument: with it the answer may be kept for ever") } },
	  .run = run_form_program },
};

const struct command_rows table_sheet = { rows, sizeof(rows) / sizeof(*rows) };
