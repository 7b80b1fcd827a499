/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of the table about personal data. */
#include "app/row.h"
#include "app/run.h"

static const struct command rows[] = {
	{ .verb = "retention",
	  .help = HELP("retira los datos personales cuyo plazo venció, por las reglas",
		       "removes personal data whose time is over, by the rules"),
	  .example = "ssme retention --dry-run",
	  .param = { DRY_RUN, TEXT_JSON_CSV },
	  .run = run_retention },
	{ .verb = "personal list",
	  .help = HELP("solicitudes sobre datos personales, con los días hábiles que quedan",
		       "requests about personal data, with the working days left"),
	  .example = "ssme personal list",
	  .roles = ROLE_ADMINISTRATOR,
	  .method = "GET",
	  .route = "/api/personal-requests",
	  .token = "read",
	  .param = { TEXT_JSON_CSV },
	  .run = run_personal_list },
	{ .verb = "company keys",
	  .help = HELP("huellas por las que una empresa se reconoce de una ronda a otra",
		       "fingerprints by which a company is known from one round to another"),
	  .example = "ssme company keys --format csv",
	  .roles = ROLE_TEAM,
	  .method = "GET",
	  .route = "/api/company-keys",
	  .token = "read",
	  .param = { TEXT_JSON_CSV },
	  .run = run_company_keys },
};

const struct command_rows table_personal = { rows, sizeof(rows) / sizeof(*rows) };
