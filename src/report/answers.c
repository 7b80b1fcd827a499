/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/answers.h"

#include "base/hash.h"

enum { COLUMNS_N = 2, BLOCKS_A_PART = 2 };

static struct str say(const struct answers_request *in, const char *es, const char *en)
{
	return str_of(in->lang == LANG_ES ? es : en);
}

static struct str answer_words(struct arena *a, const struct answers_request *in,
			       const struct answers_line *line)
{
	const struct str said =
		line->answer.n ? line->answer : say(in, "sin respuesta", "no answer");
	return line->reason.n ? str_fmt(a, "%.*s %.*s %.*s", STR_ARG(said),
					STR_ARG(say(in, "· Motivo:", "· Reason:")),
					STR_ARG(line->reason))
			      : said;
}

static const struct table *table_of(struct arena *a, const struct answers_request *in,
				    const struct answers_part *part)
{
	struct table *t = NEW(a, 1, struct table);
	*t = (struct table){
		.head = NEW(a, COLUMNS_N, struct str),
		.is_number = NEW(a, COLUMNS_N, bool),
		.cell = NEW(a, part->n * COLUMNS_N, struct str),
		.n_columns = COLUMNS_N,
		.n_rows = part->n,
	};
	t->head[0] = say(in, "Pregunta", "Question");
	t->head[1] = say(in, "Respuesta", "Answer");
	for (size_t i = 0; i < part->n; i++) {
		t->cell[COLUMNS_N * i] =
			str_fmt(a, "%.*s %.*s", STR_ARG(part->line[i].code),
				STR_ARG(part->line[i].question));
		t->cell[COLUMNS_N * i + 1] = answer_words(a, in, &part->line[i]);
	}
	return t;
}

/* A heading and a table a part; inner parts stand in the section of the one before them. */
static void add_part(struct arena *a, const struct answers_request *in,
		     const struct answers_part *part, size_t number, struct document *out)
{
	if (!part->inner || !out->n_sections) {
		struct section *s = &out->section[out->n_sections++];
		*s = (struct section){ .id = str_fmt(a, "parte-%zu", number),
				       .title = part->title,
				       .block = NEW(a, BLOCKS_A_PART * in->n_parts, struct block) };
	}
	struct section *s = &out->section[out->n_sections - 1];
	s->block[s->n++] = (struct block){ .kind = BLOCK_HEADING,
					   .level = part->inner ? 3 : 2,
					   .text = part->title };
	if (part->n)
		s->block[s->n++] = (struct block){ .kind = BLOCK_TABLE,
						   .text = part->title,
						   .table = table_of(a, in, part) };
}

static struct str data_hash(struct arena *a, const struct answers_request *in)
{
	struct sha256_state s;
	sha256_start(&s);
	for (size_t i = 0; i < in->n_parts; i++) {
		for (size_t k = 0; k < in->part[i].n; k++) {
			sha256_add(&s, in->part[i].line[k].code);
			sha256_add(&s, in->part[i].line[k].answer);
			sha256_add(&s, in->part[i].line[k].reason);
		}
	}
	return sha256_hex(a, sha256_end(&s));
}

static struct str subtitle(struct arena *a, const struct answers_request *in)
{
	struct buf b;
	buf_init(&b, a, 4096);
	buf_fmt(&b, in->lang == LANG_ES ? "Clúster %.*s · ronda %.*s · %.*s"
					: "Cluster %.*s · round %.*s · %.*s",
		STR_ARG(in->cluster), STR_ARG(in->round), STR_ARG(in->state));
	if (in->signed_by.n)
		buf_fmt(&b, in->lang == LANG_ES ? " · firmado por %.*s, %.*s"
						: " · signed by %.*s, %.*s",
			STR_ARG(in->signed_by), STR_ARG(in->sent_on));
	if (in->evidence.n)
		buf_fmt(&b, " · %.*s", STR_ARG(in->evidence));
	return buf_str(&b);
}

void answers_document(struct arena *a, const struct answers_request *in, struct document *out)
{
	*out = (struct document){
		.lang = in->lang,
		.title = str_fmt(a, in->lang == LANG_ES ? "Respuestas de %.*s" : "Answers of %.*s",
				 STR_ARG(in->cluster_name)),
		.kicker = STR("SSME · Red Cluster Colombia"),
		.subtitle = subtitle(a, in),
		.round = in->round,
		.method = in->method,
		.method_sha256 = in->method_sha256,
		.data_sha256 = data_hash(a, in),
		.program = in->program,
		.notice = in->notice,
		.date = in->date,
		.section = NEW(a, in->n_parts + 1, struct section),
		.mark = str_fmt(a, "answers/%s/%.*s/%.*s", lang_code(in->lang), STR_ARG(in->round),
				STR_ARG(in->cluster)),
	};
	for (size_t i = 0; i < in->n_parts; i++)
		add_part(a, in, &in->part[i], i + 1, out);
}
