/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pieces that rows of the table of commands have in common; for the files that hold rows only. */
#ifndef SSME_APP_ROW_H
#define SSME_APP_ROW_H

#include "app/command.h"

/* A text in Spanish and in English. */
#define HELP(es, en) { { { es, sizeof(es) - 1 }, { en, sizeof(en) - 1 } } }

#define FORMATS(list) \
	{ \
		"--format", PARAM_CHOICE, false, false, 0, 0, list, \
			HELP("forma de la salida (" list ")", "form of the output (" list ")") \
	}
#define TEXT_JSON_CSV FORMATS("text|json|csv")
#define DRY_RUN \
	{ \
		"--dry-run", PARAM_FLAG, false, false, 0, 0, NULL, \
			HELP("comprueba todo y no cambia nada", \
			     "checks everything and changes nothing") \
	}

#endif
