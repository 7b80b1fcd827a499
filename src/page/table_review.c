/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of the pages about review, the result before the close, and how far a round is. */
#include "app/row.h"
#include "page/review_inside.h"

#define TEXT(name, required, most, es, en)                                                         \
	{ name, PARAM_TEXT, required, false, 0, most, NULL, HELP(es, en) }
#define ROUND(required) TEXT("--round", required, 64, "ronda", "round")
#define CLUSTER TEXT("--cluster", true, 64, "clúster", "cluster")
#define QUESTION TEXT("--question", true, 128, "pregunta", "question")
#define NOTE TEXT("--note", false, QUESTIONNAIRE_NOTE_BYTES_MAX, "por qué", "why")
#define NUMBER(name, required, least, most, es, en)                                                \
	{ name, PARAM_INTEGER, required, false, least, most, NULL, HELP(es, en) }
#define FILTERS                                                                                    \
	TEXT("--chamber", false, 64, "cámara", "chamber"),                                         \
		TEXT("--department", false, 64, "departamento", "department"),                     \
		TEXT("--sector", false, 64, "sector", "sector"),                                   \
		TEXT("--search", false, 120, "parte del nombre o del código",                      \
		     "part of the name or code")
#define QUEUE_STATE                                                                                \
	{ "--state", PARAM_CHOICE, false, false, 0, 0, "sent|returned|accepted|annulled",          \
	  HELP("estado", "state") }
#define BOARD                                                                                      \
	ROUND(true), FILTERS,                                                                      \
		{ "--state", PARAM_CHOICE, false, false, 0, 0,                                     \
		  "unopened|started|stuck|sent|returned|accepted|annulled",                        \
		  HELP("estado", "state") },                                                       \
		{ "--by", PARAM_CHOICE, false, false, 0, 0, "chamber|department|sector",           \
		  HELP("contar por", "count by") }

#define REVIEWERS (ROLE_TEAM | ROLE_REVIEWER)
#define WATCHERS (ROLE_TEAM | ROLE_REVIEWER | ROLE_CHAMBER | ROLE_ADMINISTRATOR)
#define SPEAKERS (ROLE_TEAM | ROLE_REVIEWER | ROLE_CHAMBER | ROLE_MANAGER | ROLE_CONTRIBUTOR)
#define OWNERS (ROLE_TEAM | ROLE_REVIEWER | ROLE_CHAMBER | ROLE_MANAGER)

static bool prepare_own_accept(struct call *c, struct err *e)
{
	return prepare_accept(c, FORM_CLUSTER, e);
}

static bool prepare_own_return(struct call *c, struct err *e)
{
	return prepare_return(c, FORM_CLUSTER, e);
}

static bool prepare_own_annul(struct call *c, struct err *e)
{
	return prepare_annul(c, FORM_CLUSTER, e);
}

static const struct command rows[] = {
	/* ---- the queue: a chamber sees its own clusters in it ---- */
	{ .help = HELP("cola de revisión de la ronda en curso",
		       "review queue of the round that goes on"),
	  .roles = REVIEWERS | ROLE_CHAMBER,
	  .method = "GET",
	  .route = "/revision",
	  .own = true,
	  .run = page_review_now },
	{ .help = HELP("cola de revisión", "review queue"),
	  .roles = REVIEWERS | ROLE_CHAMBER,
	  .method = "GET",
	  .route = "/revision/{--round}",
	  .lane = LANE_HEAVY,
	  .own = true,
	  .param = { ROUND(true), FILTERS, QUEUE_STATE },
	  .run = page_review_queue },
	{ .help = HELP("cola de revisión, como CSV", "review queue, as CSV"),
	  .roles = REVIEWERS | ROLE_CHAMBER,
	  .method = "GET",
	  .route = "/revision/{--round}.csv",
	  .lane = LANE_HEAVY,
	  .own = true,
	  .param = { ROUND(true), FILTERS, QUEUE_STATE },
	  .run = page_review_csv },
	{ .help = HELP("el siguiente de la cola", "the next of the queue"),
	  .roles = REVIEWERS,
	  .method = "GET",
	  .route = "/revision/{--round}/siguiente",
	  .lane = LANE_HEAVY,
	  .param = { ROUND(true), FILTERS, QUEUE_STATE },
	  .run = page_review_next },

	/* ---- a second reading ---- */
	{ .help = HELP("acuerdo entre dos lecturas", "agreement of two readings"),
	  .roles = REVIEWERS,
	  .method = "GET",
	  .route = "/revision/{--round}/acuerdo",
	  .lane = LANE_HEAVY,
	  .param = { ROUND(true) },
	  .run = page_review_agreement },
	{ .help = HELP("sortear la muestra", "draw the sample"),
	  .roles = REVIEWERS,
	  .method = "POST",
	  .route = "/revision/{--round}/acuerdo",
	  .csrf = true,
	  .writes = true,
	  .param = { ROUND(true), NUMBER("--n", true, 1, 1000, "cuántos", "how many"),
		     NUMBER("--seed", true, 0, INT32_MAX, "semilla", "seed") },
	  .prepare = prepare_review_sample,
	  .run = write_review_sample },
	{ .help = HELP("segunda lectura de un clúster", "second reading of a cluster"),
	  .roles = REVIEWERS,
	  .method = "GET",
	  .route = "/revision/{--round}/acuerdo/{--cluster}",
	  .lane = LANE_HEAVY,
	  .param = { ROUND(true), CLUSTER },
	  .run = page_review_scoring },
	{ .help = HELP("guardar una segunda lectura", "keep a second reading"),
	  .roles = REVIEWERS,
	  .method = "POST",
	  .route = "/revision/{--round}/acuerdo/{--cluster}",
	  .csrf = true,
	  .writes = true,
	  .param = { ROUND(true),
		     CLUSTER,
		     { "POINTS", PARAM_PAIRS, false, false, 0, 8, NULL,
		       HELP("puntos: points.PREGUNTA=0 a 4, o none",
			    "points: points.QUESTION=0 to 4, or none") } },
	  .prepare = prepare_review_scoring,
	  .run = write_review_scoring },

	/* ---- one questionnaire; who answers it sees what is asked of it ---- */
	{ .help = HELP("revisar un cuestionario", "review a questionnaire"),
	  .roles = SPEAKERS,
	  .object = "--cluster",
	  .method = "GET",
	  .route = "/revision/{--round}/{--cluster}",
	  .lane = LANE_HEAVY,
	  .param = { ROUND(true), CLUSTER },
	  .run = page_review_sheet },
	{ .help = HELP("aceptar un cuestionario", "accept a questionnaire"),
	  .roles = REVIEWERS,
	  .method = "POST",
	  .route = "/revision/{--round}/{--cluster}/aceptar",
	  .csrf = true,
	  .lane = LANE_HEAVY,
	  .writes = true,
	  .param = { ROUND(true), CLUSTER },
	  .prepare = prepare_own_accept,
	  .run = write_review_accept },
	{ .help = HELP("devolver un cuestionario", "return a questionnaire"),
	  .roles = REVIEWERS,
	  .method = "POST",
	  .route = "/revision/{--round}/{--cluster}/devolver",
	  .csrf = true,
	  .lane = LANE_HEAVY,
	  .writes = true,
	  .param = { ROUND(true), CLUSTER, NOTE },
	  .prepare = prepare_own_return,
	  .run = write_review_return },
	{ .help = HELP("anular un cuestionario", "annul a questionnaire"),
	  .roles = ROLE_TEAM,
	  .method = "POST",
	  .route = "/revision/{--round}/{--cluster}/anular",
	  .csrf = true,
	  .lane = LANE_HEAVY,
	  .writes = true,
	  .param = { ROUND(true), CLUSTER, NOTE },
	  .prepare = prepare_own_annul,
	  .run = write_review_annul },
	{ .help = HELP("una respuesta y lo que se dice de ella",
		       "one answer and what is said of it"),
	  .roles = SPEAKERS,
	  .object = "--cluster",
	  .method = "GET",
	  .route = "/revision/{--round}/{--cluster}/pregunta/{--question}",
	  .param = { ROUND(true), CLUSTER, QUESTION,
		     NUMBER("--item", false, 0, REPEAT_ITEMS_MAX, "ítem", "item") },
	  .run = page_review_question },
	{ .help = HELP("preguntar, responder o resolver", "ask, answer or resolve"),
	  .roles = SPEAKERS,
	  .object = "--cluster",
	  .method = "POST",
	  .route = "/revision/{--round}/{--cluster}/pregunta/{--question}",
	  .csrf = true,
	  .writes = true,
	  .param = { ROUND(true), CLUSTER, QUESTION,
		     NUMBER("--item", false, 0, REPEAT_ITEMS_MAX, "ítem", "item"),
		     TEXT("--text", false, REVIEW_TEXT_BYTES_MAX, "mensaje", "message"),
		     { "--resolve", PARAM_FLAG, false, false, 0, 0, NULL,
		       HELP("dar por resuelta", "declare resolved") } },
	  .prepare = prepare_review_message,
	  .run = write_review_message },

	/* ---- the result before the close ---- */
	{ .help = HELP("resultado provisional", "provisional result"),
	  .roles = OWNERS,
	  .object = "--cluster",
	  .method = "GET",
	  .route = "/formulario/{--cluster}/resultado",
	  .lane = LANE_HEAVY,
	  .param = { CLUSTER, ROUND(false) },
	  .run = page_result },
	{ .help = HELP("borrador del informe del clúster", "draft of the cluster's report"),
	  .roles = OWNERS,
	  .object = "--cluster",
	  .method = "GET",
	  .route = "/formulario/{--cluster}/informe",
	  .lane = LANE_HEAVY,
	  .param = { CLUSTER, ROUND(false) },
	  .run = page_result_report },
	{ .help = HELP("borrador del informe del clúster, en PDF",
		       "draft of the cluster's report, as PDF"),
	  .roles = OWNERS,
	  .object = "--cluster",
	  .method = "GET",
	  .route = "/formulario/{--cluster}/informe.pdf",
	  .lane = LANE_HEAVY,
	  .param = { CLUSTER, ROUND(false) },
	  .run = page_result_report },

	/* ---- how far a round is, and its errata ---- */
	{ .help = HELP("avance de una ronda", "how far a round is"),
	  .roles = WATCHERS,
	  .method = "GET",
	  .route = "/rondas/{--round}/avance",
	  .lane = LANE_HEAVY,
	  .own = true,
	  .param = { BOARD },
	  .run = page_board },
	{ .help = HELP("avance de una ronda, como CSV", "how far a round is, as CSV"),
	  .roles = WATCHERS,
	  .method = "GET",
	  .route = "/rondas/{--round}/avance.csv",
	  .lane = LANE_HEAVY,
	  .own = true,
	  .param = { BOARD },
	  .run = page_board_csv },
	{ .help = HELP("erratas de una ronda", "errata of a round"),
	  .roles = REVIEWERS | ROLE_ADMINISTRATOR | ROLE_ANALYST | ROLE_PUBLISHER,
	  .method = "GET",
	  .route = "/rondas/{--round}/erratas",
	  .param = { ROUND(true) },
	  .run = page_errata },
	{ .help = HELP("publicar una errata", "publish an erratum"),
	  .roles = ROLE_TEAM,
	  .method = "POST",
	  .route = "/rondas/{--round}/erratas",
	  .csrf = true,
	  .lane = LANE_HEAVY,
	  .writes = true,
	  .param = { ROUND(true), CLUSTER, QUESTION,
		     NUMBER("--item", false, 0, REPEAT_ITEMS_MAX, "ítem", "item"),
		     TEXT("--value", true, ANSWER_BYTES_MAX, "respuesta correcta", "right answer"),
		     TEXT("--reason", true, ERRATUM_REASON_BYTES_MAX, "motivo", "reason") },
	  .prepare = prepare_erratum,
	  .run = write_erratum },
};

const struct command_rows table_review_page = { rows, sizeof(rows) / sizeof(*rows) };

static const struct page_form forms[] = {
	{ "/revision/{--round}/acuerdo", review_agreement_again },
	{ "/revision/{--round}/{--cluster}/devolver", review_sheet_again },
	{ "/revision/{--round}/{--cluster}/anular", review_sheet_again },
	{ "/revision/{--round}/{--cluster}/pregunta/{--question}", review_question_again },
	{ "/rondas/{--round}/erratas", errata_again },
};
const struct page_form_list review_forms = { forms, sizeof(forms) / sizeof(*forms) };
