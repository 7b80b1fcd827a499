/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of the manager's form. */
#include "app/evidence.h"
#include "page/form_inside.h"

enum { ID_BYTES_MAX = 64, NUMBER_MAX = 1 << 30 };

#define TEXT(name, required, max, es, en)                                                          \
	{ name, PARAM_TEXT, required, false, 0, max, NULL, HELP(es, en) }
#define NUMBER(name, required, min, max, es, en)                                                   \
	{ name, PARAM_INTEGER, required, false, min, max, NULL, HELP(es, en) }
#define CLUSTER TEXT("--cluster", true, ID_BYTES_MAX, "clúster", "cluster")
/* Without it the round of one's link, or the newest open one. */
#define ROUND TEXT("--round", false, ID_BYTES_MAX, "ronda", "round")
#define SECTION                                                                                    \
	TEXT("SECTION", true, SECTION_KEY_BYTES_MAX, "área del formulario", "area of the form")
#define ITEM                                                                                       \
	NUMBER("--item", false, 0, REPEAT_ITEMS_MAX, "ficha que se abre", "record to be opened")
#define QUESTION                                                                                   \
	TEXT("--question", false, ID_BYTES_MAX * 2, "pregunta", "question")

#define ANSWERS (ROLE_CHAMBER | ROLE_MANAGER | ROLE_CONTRIBUTOR)
#define READS (ANSWERS | ROLE_TEAM | ROLE_REVIEWER)
#define SENDS (ROLE_CHAMBER | ROLE_MANAGER)
/* All areas at once: not for who answers one. */
#define READS_ALL (SENDS | ROLE_TEAM | ROLE_REVIEWER)

static const struct command rows[] = {
	{ .help = HELP("los formularios a su nombre", "the forms in your name"),
	  .roles = ANSWERS,
	  .method = "GET",
	  .route = "/formulario",
	  .own = true,
	  .run = page_forms },
	{ .help = HELP("formulario de un clúster", "form of a cluster"),
	  .roles = READS,
	  .object = "--cluster",
	  .method = "GET",
	  .route = "/formulario/{--cluster}",
	  .param = { CLUSTER, ROUND },
	  .run = page_form_overview },
	{ .help = HELP("un área del formulario", "an area of the form"),
	  .roles = READS,
	  .object = "--cluster",
	  .method = "GET",
	  .route = "/formulario/{--cluster}/area/{SECTION}",
	  .param = { CLUSTER, SECTION, ROUND, ITEM },
	  .run = page_form_area },
	{ .help = HELP("guardar un área del formulario", "save an area of the form"),
	  .roles = ANSWERS,
	  .object = "--cluster",
	  .method = "POST",
	  .route = "/formulario/{--cluster}/area/{SECTION}",
	  .csrf = true,
	  .writes = true,
	  .param = { CLUSTER, SECTION, ROUND, ITEM,
		     { "--go", PARAM_CHOICE, false, false, 0, 0, "next|stay|update|later",
		       HELP("adónde se sigue", "where to go on") },
		     SAVE_PARAMETERS },
	  .prepare = prepare_form_area,
	  .run = write_form_area },
	{ .help = HELP("revisar las respuestas antes de enviarlas",
		       "review the answers before sending them"),
	  .roles = READS_ALL,
	  .object = "--cluster",
	  .method = "GET",
	  .route = "/formulario/{--cluster}/enviar",
	  .param = { CLUSTER, ROUND },
	  .run = page_form_send },
	{ .help = HELP("firmar y enviar el formulario", "sign and send the form"),
	  .roles = SENDS,
	  .object = "--cluster",
	  .method = "POST",
	  .route = "/formulario/{--cluster}/enviar",
	  .csrf = true,
	  .writes = true,
	  .param = { CLUSTER, ROUND,
		     TEXT("--signature", false, PERSON_BYTES_MAX, "nombre de quien firma",
			  "name of who signs"),
		     { "--agreed", PARAM_FLAG, false, false, 0, 0, NULL,
		       HELP("leyó y acepta la declaración",
			    "has read and accepts the declaration") } },
	  .prepare = prepare_form_send,
	  .run = write_form_send },
	{ .help = HELP("las respuestas propias, en PDF", "one's own answers, as PDF"),
	  .roles = READS_ALL,
	  .object = "--cluster",
	  .method = "GET",
	  .route = "/formulario/{--cluster}/respuestas.pdf",
	  .lane = LANE_HEAVY,
	  .param = { CLUSTER, ROUND },
	  .prepare = prepare_form_pdf,
	  .run = page_form_pdf },

	/* ---- evidence ---- */
	{ .help = HELP("archivos de evidencia", "files of evidence"),
	  .roles = READS,
	  .object = "--cluster",
	  .method = "GET",
	  .route = "/formulario/{--cluster}/evidencia",
	  .param = { CLUSTER, ROUND, QUESTION },
	  .run = page_form_evidence },
	{ .help = HELP("adjuntar un archivo de evidencia", "attach a file of evidence"),
	  .roles = ANSWERS,
	  .object = "--cluster",
	  .method = "POST",
	  .route = "/formulario/{--cluster}/evidencia",
	  .csrf = true,
	  .writes = true,
	  .param = { CLUSTER, ROUND, QUESTION, ITEM,
		     { "FILE", PARAM_FILE, false, false, 0, EVIDENCE_BYTES_MAX, EVIDENCE_KINDS,
		       HELP("archivo", "file") } },
	  .prepare = prepare_add_evidence,
	  .run = write_form_evidence },
	{ .help = HELP("un archivo de evidencia", "a file of evidence"),
	  .roles = READS,
	  .object = "--cluster",
	  .method = "GET",
	  .route = "/formulario/{--cluster}/evidencia/{NUMBER}",
	  .lane = LANE_HEAVY,
	  .param = { CLUSTER, ROUND,
		     NUMBER("NUMBER", true, 1, NUMBER_MAX, "número del archivo",
			    "number of the file") },
	  .run = page_form_file },
	{ .help = HELP("quitar un archivo de evidencia", "take a file of evidence away"),
	  .roles = ANSWERS,
	  .object = "--cluster",
	  .method = "POST",
	  .route = "/formulario/{--cluster}/evidencia/{NUMBER}/quitar",
	  .csrf = true,
	  .writes = true,
	  .param = { CLUSTER, ROUND,
		     NUMBER("NUMBER", true, 1, NUMBER_MAX, "número del archivo",
			    "number of the file") },
	  .prepare = prepare_remove_evidence,
	  .run = write_form_file_removed },

	/* ---- one area for somebody else ---- */
	{ .help = HELP("pedir un área a otra persona", "ask somebody else for an area"),
	  .roles = SENDS,
	  .object = "--cluster",
	  .method = "GET",
	  .route = "/formulario/{--cluster}/delegar",
	  .param = { CLUSTER, ROUND },
	  .run = page_form_delegate },
	{ .help = HELP("hacer un enlace para un área", "make a link for an area"),
	  .roles = SENDS,
	  .object = "--cluster",
	  .method = "POST",
	  .route = "/formulario/{--cluster}/delegar",
	  .csrf = true,
	  .writes = true,
	  .param = { CLUSTER, ROUND,
		     { "--role", PARAM_CHOICE, false, false, 0, 0, "contributor",
		       HELP("rol", "role") },
		     TEXT("--area", true, ID_BYTES_MAX, "área", "area"),
		     TEXT("--person", true, PERSON_BYTES_MAX, "para quién es", "whom it is for"),
		     NUMBER("--days", true, 1, LINK_DAYS_MAX, "días que vale",
			    "days that it is good for") },
	  .prepare = prepare_form_delegate,
	  .run = write_form_delegate },
	{ .help = HELP("revocar un enlace que se hizo para un área",
		       "revoke a link that was made for an area"),
	  .roles = SENDS,
	  .object = "--cluster",
	  .method = "POST",
	  .route = "/formulario/{--cluster}/delegar/{LINK}/revocar",
	  .csrf = true,
	  .writes = true,
	  .param = { CLUSTER, ROUND,
		     NUMBER("LINK", true, 1, NUMBER_MAX, "número del enlace",
			    "number of the link") },
	  .prepare = prepare_form_revoke,
	  .run = write_form_revoke },
};

const struct command_rows table_form = { rows, sizeof(rows) / sizeof(*rows) };

static const struct page_form forms[] = {
	{ "/formulario/{--cluster}/evidencia", form_evidence_again },
	{ "/formulario/{--cluster}/delegar", form_delegate_again },
};
const struct page_form_list forms_of_form = { forms, sizeof(forms) / sizeof(*forms) };
