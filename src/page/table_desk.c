/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of the round desk and of the register. */
#include "app/row.h"
#include "page/desk_inside.h"
#include "page/register_inside.h"

#define TEXT(name, required, max, es, en)                                                          \
	{ name, PARAM_TEXT, required, false, 0, max, NULL, HELP(es, en) }
#define CHOICE(name, required, choices, es, en)                                                    \
	{ name, PARAM_CHOICE, required, false, 0, 0, choices, HELP(es, en) }
#define DAY(name, required, es, en)                                                                \
	{ name, PARAM_DATE, required, false, 0, 0, NULL, HELP(es, en) }
#define ROUND TEXT("--round", true, 64, "ronda", "round")
#define LETTER                                                                                     \
	{ "LETTER", PARAM_INTEGER, true, false, 1, 1 << 30, NULL, HELP("carta", "letter") }
#define DESK_ROLES                                                                                 \
	(ROLE_ADMINISTRATOR | ROLE_TEAM | ROLE_REVIEWER | ROLE_ANALYST | ROLE_PUBLISHER)
#define MAIL_STATES "waiting|sending|sent|refused|unsure|bounced|dropped|" DESK_UNDELIVERED
#define GET(address, es, en) .help = HELP(es, en), .method = "GET", .route = address
#define POST(address, es, en)                                                                      \
	.help = HELP(es, en), .method = "POST", .route = address, .csrf = true, .writes = true
#define STEP(address, es, en, who)                                                                 \
	{ GET(address, es, en),                                                                    \
	  .roles = who,                                                                            \
	  .lane = LANE_HEAVY,                                                                      \
	  .param = { ROUND },                                                                      \
	  .run = page_desk_step },                                                                 \
	{                                                                                          \
		POST(address, es, en), .roles = who, .param = { ROUND }, .run = write_desk_step    \
	}
#define WRITE_PARAMS                                                                               \
	CHOICE("--name", false, MAIL_NAME_CHOICES, "carta", "letter"),                             \
		CHOICE("--to", false, INVITE_GROUPS, "a quiénes", "to whom"),                      \
		{ "--cluster", PARAM_TEXT, false, true, 0, 64, NULL,                               \
		  HELP("solo estos clústeres", "only these clusters") },                           \
	{                                                                                          \
		"--force", PARAM_FLAG, false, false, 0, 0, NULL,                                   \
			HELP("también a quien ya la tiene", "also to who has it already")          \
	}
#define CLUSTER_FIELDS                                                                             \
	TEXT("--name", true, 200, "nombre", "name"),                                               \
		TEXT("--department", true, 8, "departamento", "department"),                       \
		TEXT("--sector", true, 64, "sector", "sector"),                                    \
		TEXT("--manager-kind", true, 64, "clase de gestor", "kind of manager"),            \
		TEXT("--chamber", false, 64, "cámara", "chamber"),                                 \
		TEXT("--since", true, 10, "desde", "since"),                                       \
		TEXT("--until", false, 10, "hasta", "until"),                                      \
		CHOICE("--active", true, "yes|no", "activo", "active"),                            \
		TEXT("--reason", true, HAPPENING_NOTE_BYTES_MAX, "razón", "reason")

static const struct command rows[] = {
	{ GET("/rondas.csv", "rondas, como CSV", "rounds, as CSV"),
	  .roles = DESK_ROLES,
	  .run = page_desk_rounds_csv },
	{ GET("/rondas/nueva", "crear una ronda", "make a round"),
	  .roles = ROLE_TEAM,
	  .run = page_desk_new },
	{ POST("/rondas/nueva", "crear una ronda", "make a round"),
	  .roles = ROLE_TEAM,
	  .param = { TEXT("ID", true, 64, "nombre de la ronda", "name of the round"),
		     TEXT("--instrument", true, 128, "instrumento", "instrument"),
		     DAY("--from", true, "primer día", "first day"),
		     DAY("--to", true, "último día", "last day") },
	  .run = write_desk_new },
	{ GET("/rondas/{--round}", "una ronda", "a round"),
	  .roles = DESK_ROLES,
	  .param = { ROUND },
	  .run = page_desk },
	{ POST("/rondas/{--round}/plazo", "ampliar el plazo", "extend a round"),
	  .roles = ROLE_TEAM,
	  .param = { ROUND, DAY("--to", true, "último día", "last day"),
		     TEXT("--reason", true, HAPPENING_NOTE_BYTES_MAX, "por qué", "why") },
	  .run = write_desk_extend },
	{ POST("/rondas/{--round}/dias", "fijar los días", "set the days"),
	  .roles = ROLE_TEAM,
	  .param = { ROUND, DAY("--from", false, "primer día", "first day"),
		     DAY("--to", false, "último día", "last day") },
	  .run = write_desk_plan },
	STEP("/rondas/{--round}/abrir", "abrir la ronda", "open the round", ROLE_TEAM),
	STEP("/rondas/{--round}/cerrar", "pasar a revisión", "go to review", ROLE_TEAM),
	STEP("/rondas/{--round}/congelar", "congelar la ronda", "freeze the round", ROLE_TEAM),
	STEP("/rondas/{--round}/publicar", "publicar la ronda", "publish the round",
	     ROLE_TEAM | ROLE_PUBLISHER),
	{ GET("/rondas/{--round}/congelar.csv", "qué se congela, como CSV",
	      "what is frozen, as CSV"),
	  .roles = ROLE_TEAM | ROLE_REVIEWER,
	  .lane = LANE_HEAVY,
	  .param = { ROUND },
	  .run = page_desk_hashes },
	{ GET("/rondas/{--round}/escribir", "escribir a los gestores", "write to the managers"),
	  .roles = ROLE_TEAM | ROLE_CHAMBER,
	  .object = "--cluster",
	  .lane = LANE_HEAVY,
	  .param = { ROUND, WRITE_PARAMS },
	  .run = page_desk_write },
	{ POST("/rondas/{--round}/escribir", "poner cartas en cola", "queue letters"),
	  .roles = ROLE_TEAM | ROLE_CHAMBER,
	  .object = "--cluster",
	  .lane = LANE_HEAVY,
	  .param = { ROUND, WRITE_PARAMS },
	  .prepare = prepare_desk_write,
	  .run = write_desk_write },
	{ GET("/rondas/{--round}/correo", "cartas de una ronda", "letters of a round"),
	  .roles = ROLE_TEAM | ROLE_CHAMBER,
	  .own = true,
	  .lane = LANE_HEAVY,
	  .param = { ROUND, CHOICE("--state", false, MAIL_STATES, "estado", "state") },
	  .run = page_desk_mail },
	{ GET("/rondas/{--round}/correo.csv", "cartas, como CSV", "letters, as CSV"),
	  .roles = ROLE_TEAM | ROLE_CHAMBER,
	  .own = true,
	  .lane = LANE_HEAVY,
	  .param = { ROUND, CHOICE("--state", false, MAIL_STATES, "estado", "state") },
	  .run = page_desk_mail_csv },
	{ POST("/rondas/{--round}/correo", "anotar una carta que el correo devolvió",
	       "note a letter that the mail gave back"),
	  .roles = ROLE_TEAM,
	  .lane = LANE_HEAVY,
	  .param = { ROUND,
		     { "FILE", PARAM_FILE, false, false, 0, DESK_REPORT_BYTES_MAX, "eml|txt",
		       HELP("archivo del informe de entrega", "file of the delivery report") },
		     TEXT("--report", false, DESK_REPORT_TEXT_BYTES_MAX, "texto del informe",
			  "text of the report") },
	  .prepare = prepare_desk_report,
	  .run = write_desk_report },
	{ POST("/correo/{LETTER}/devuelta", "anotar a mano que una carta volvió",
	       "note by hand that a letter came back"),
	  .roles = ROLE_TEAM,
	  .param = { LETTER },
	  .run = write_desk_bounce },
	{ POST("/correo/{LETTER}/repetir", "enviar otra vez una carta", "send a letter again"),
	  .roles = ROLE_TEAM,
	  .param = { LETTER },
	  .run = write_desk_retry },
	{ POST("/correo/{LETTER}/retirar", "retirar una carta", "take a letter out"),
	  .roles = ROLE_TEAM,
	  .param = { LETTER },
	  .run = write_desk_drop },
	{ GET("/correo/textos", "textos de las cartas", "wordings of the letters"),
	  .roles = ROLE_TEAM,
	  .run = page_desk_texts },
	{ GET("/correo/textos/{--name}/{--language}", "texto de una carta",
	      "wording of a letter"),
	  .roles = ROLE_TEAM,
	  .param = { CHOICE("--name", true, MAIL_NAME_CHOICES, "carta", "letter"),
		     CHOICE("--language", true, "es|en", "idioma", "language") },
	  .run = page_desk_text },
	{ POST("/correo/textos/{--name}/{--language}", "cambiar el texto de una carta",
	       "change the wording of a letter"),
	  .roles = ROLE_TEAM,
	  .param = { CHOICE("--name", true, MAIL_NAME_CHOICES, "carta", "letter"),
		     CHOICE("--language", true, "es|en", "idioma", "language"),
		     TEXT("--subject", true, MAIL_SUBJECT_BYTES_MAX, "asunto", "subject"),
		     TEXT("--body", true, MAIL_BODY_BYTES_MAX, "texto", "text"),
		     { "--preview", PARAM_FLAG, false, false, 0, 0, NULL,
		       HELP("solo ver cómo queda", "only see how it looks") } },
	  .run = write_desk_text },
	{ GET("/contactos", "contactos", "contacts"),
	  .roles = ROLE_TEAM | ROLE_CHAMBER,
	  .own = true,
	  .param = { TEXT("--find", false, 100, "buscar", "search") },
	  .run = page_contacts },
	{ GET("/contactos.csv", "contactos, como CSV", "contacts, as CSV"),
	  .roles = ROLE_TEAM | ROLE_CHAMBER,
	  .own = true,
	  .param = { TEXT("--find", false, 100, "buscar", "search") },
	  .run = page_contacts_csv },
	{ POST("/contactos", "agregar un contacto", "add a contact"),
	  .roles = ROLE_TEAM | ROLE_CHAMBER,
	  .object = "--cluster",
	  .param = { TEXT("--cluster", true, 64, "clúster", "cluster"),
		     TEXT("--name", true, PERSON_BYTES_MAX, "nombre", "name"),
		     TEXT("--email", true, EMAIL_BYTES_MAX, "correo", "address"),
		     CHOICE("--kind", true, "manager|chamber|contributor", "qué es", "what"),
		     CHOICE("--lang", true, "es|en", "idioma", "language") },
	  .run = write_contact },
	{ POST("/contactos/{CONTACT}/quitar", "quitar un contacto", "remove a contact"),
	  .roles = ROLE_TEAM | ROLE_CHAMBER,
	  .object = "--cluster",
	  .param = { { "CONTACT", PARAM_INTEGER, true, false, 1, 1 << 30, NULL,
		       HELP("contacto", "contact") },
		     TEXT("--cluster", true, 64, "clúster", "cluster") },
	  .run = write_contact_remove },
	{ POST("/contactos/importar", "leer contactos de un archivo",
	       "read contacts from a file"),
	  .roles = ROLE_TEAM,
	  .lane = LANE_HEAVY,
	  .param = { { "FILE", PARAM_FILE, true, false, 0, 0, NULL,
		       HELP("archivo", "file") } },
	  .prepare = prepare_contacts_file,
	  .run = write_contacts_file },

	/* ---- the register ---- */
	{ GET("/registro", "registro de clústeres", "register of clusters"),
	  .roles = DESK_ROLES,
	  .param = { TEXT("--find", false, 100, "buscar", "search"),
		     TEXT("--department", false, 8, "departamento", "department"),
		     TEXT("--sector", false, 64, "sector", "sector") },
	  .run = page_register },
	{ GET("/registro.csv", "registro, como CSV", "register, as CSV"),
	  .roles = DESK_ROLES,
	  .param = { TEXT("--find", false, 100, "buscar", "search"),
		     TEXT("--department", false, 8, "departamento", "department"),
		     TEXT("--sector", false, 64, "sector", "sector") },
	  .run = page_register_csv },
	{ GET("/registro/linaje.csv", "linaje, como CSV", "lineage, as CSV"),
	  .roles = DESK_ROLES,
	  .run = page_lineage_csv },
	{ GET("/registro/nuevo", "agregar un clúster", "add a cluster"),
	  .roles = ROLE_TEAM,
	  .run = page_register_new },
	{ POST("/registro/nuevo", "agregar un clúster", "add a cluster"),
	  .roles = ROLE_TEAM,
	  .param = { TEXT("--cluster", true, 64, "clúster", "cluster"), CLUSTER_FIELDS },
	  .run = write_register_new },
	{ GET("/registro/importar", "leer el registro de un archivo",
	      "read the register from a file"),
	  .roles = ROLE_TEAM,
	  .run = page_register_file },
	{ POST("/registro/importar", "leer el registro de un archivo",
	       "read the register from a file"),
	  .roles = ROLE_TEAM,
	  .lane = LANE_HEAVY,
	  .param = { { "FILE", PARAM_FILE, false, false, 0, 0, NULL,
		       HELP("registro", "register") },
		     { "--lineage", PARAM_FILE, false, false, 0, 0, NULL,
		       HELP("linaje", "lineage") } },
	  .prepare = prepare_register_file,
	  .run = write_register_file },
	{ GET("/registro/{--cluster}", "un clúster del registro", "a cluster of the register"),
	  .roles = DESK_ROLES | ROLE_CHAMBER,
	  .object = "--cluster",
	  .param = { TEXT("--cluster", true, 64, "clúster", "cluster") },
	  .run = page_register_cluster },
	{ GET("/registro/{--cluster}/historia.csv", "historia de un clúster, como CSV",
	      "history of a cluster, as CSV"),
	  .roles = DESK_ROLES | ROLE_CHAMBER,
	  .object = "--cluster",
	  .param = { TEXT("--cluster", true, 64, "clúster", "cluster") },
	  .run = page_register_history_csv },
	{ POST("/registro/{--cluster}", "cambiar un clúster", "change a cluster"),
	  .roles = ROLE_TEAM,
	  .param = { TEXT("--cluster", true, 64, "clúster", "cluster"), CLUSTER_FIELDS },
	  .run = write_register_cluster },
	{ POST("/registro/{--cluster}/linaje", "agregar al linaje", "add to the lineage"),
	  .roles = ROLE_TEAM,
	  .param = { TEXT("--cluster", true, 64, "clúster", "cluster"),
		     CHOICE("--event", true, "rename|merge|split|manager", "qué pasó",
			    "what happened"),
		     DAY("--date", true, "cuándo", "when"),
		     TEXT("--other", true, 64, "con qué clúster", "with which cluster"),
		     TEXT("--reason", false, 1000, "razón", "reason") },
	  .run = write_register_lineage },
};

const struct command_rows table_desk_page = { rows, sizeof(rows) / sizeof(*rows) };

static const struct page_form forms[] = {
	{ "/rondas/nueva", desk_new_again },
	{ "/rondas/{--round}/plazo", desk_again },
	{ "/rondas/{--round}/dias", desk_again },
	{ "/rondas/{--round}/escribir", desk_write_again },
	{ "/rondas/{--round}/correo", desk_mail_again },
	{ "/correo/textos/{--name}/{--language}", desk_text_again },
	{ "/contactos", contacts_again },
	{ "/contactos/importar", contacts_again },
	{ "/contactos/{CONTACT}/quitar", contacts_again },
	{ "/registro/nuevo", register_new_again },
	{ "/registro/importar", register_file_again },
	{ "/registro/{--cluster}", register_cluster_again },
	{ "/registro/{--cluster}/linaje", register_cluster_again },
};
const struct page_form_list forms_of_desk = { forms, sizeof(forms) / sizeof(*forms) };
