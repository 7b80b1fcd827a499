/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/program.h"
#include "app/run.h"
#include "base/fold.h"

static struct str help_of(const struct label *l, enum lang lang)
{
	return label_in(l, lang);
}

static bool takes_option(const struct param *p)
{
	return p->name[0] == '-';
}

static void put_usage(struct buf *b, const struct command *cmd)
{
	buf_fmt(b, "ssme %s", cmd->verb);
	for (const struct param *p = cmd->param; p < cmd->param + PARAMS_MAX && p->name; p++) {
		buf_puts(b, p->required ? " " : " [");
		buf_puts(b, p->name);
		if (takes_option(p) && p->kind == PARAM_CHOICE)
			buf_fmt(b, " %s", p->choices);
		else if (takes_option(p) && p->kind != PARAM_FLAG)
			buf_puts(b,
				 p->kind == PARAM_INTEGER ? " N"
					 : p->kind == PARAM_PATH || p->kind == PARAM_FILE ||
						 p->kind == PARAM_SECRET
					 ? " FILE"
					 : p->kind == PARAM_DATE ? " DATE"
								 : " TEXT");
		buf_puts(b, p->required ? "" : "]");
		buf_puts(b, p->repeated ? "…" : "");
	}
	buf_putc(b, '\n');
}

void help_command(struct buf *b, const struct command *cmd, enum lang lang)
{
	buf_put(b, help_of(&cmd->help, lang));
	buf_puts(b, "\n\n  ");
	put_usage(b, cmd);
	buf_putc(b, '\n');
	for (const struct param *p = cmd->param; p < cmd->param + PARAMS_MAX && p->name; p++)
		buf_fmt(b, "  %-14s %.*s\n", p->name, STR_ARG(help_of(&p->help, lang)));
	buf_fmt(b, lang == LANG_ES ? "\nEjemplo:\n  %s\n" : "\nExample:\n  %s\n", cmd->example);
}

void help_overview(struct buf *b, enum lang lang)
{
	buf_puts(b,
		 lang == LANG_ES ? "ssme mide clústeres: de una hoja de preguntas y un archivo de "
				   "respuestas al boletín nacional.\n\n"
				   "  ssme [--data CARPETA] [--lang es|en] COMANDO …\n\n"
				 : "ssme measures clusters: from a sheet of questions and a file "
				   "of answers to the national bulletin.\n\n"
				   "  ssme [--data FOLDER] [--lang es|en] COMMAND …\n\n");
	for (size_t i = 0; i < command_count(); i++)
		buf_fmt(b, "  %-20s %.*s\n", command_at(i)->verb,
			STR_ARG(help_of(&command_at(i)->help, lang)));
	buf_puts(b,
		 lang == LANG_ES ? "\nssme help COMANDO muestra sus opciones y un ejemplo. La "
				   "carpeta de datos es --data, si no $SSME_DATA, "
				   "si no ./ssme-data.\nEstado de salida: 0 hecho, 1 hecho y algo "
				   "no está bien, 2 uso o datos rechazados, 3 falló el "
				   "sistema.\n"
				 : "\nssme help COMMAND shows its options and an example. The data "
				   "folder is --data, else $SSME_DATA, else "
				   "./ssme-data.\nExit status: 0 done, 1 done and something is not "
				   "right, 2 usage or data refused, 3 the system "
				   "failed.\n");
}

/* Words of the verbs by what stands before them, then the options of each verb. */
void help_completion(struct buf *b)
{
	buf_puts(b,
		 "# bash completion for ssme: source <(ssme help --completion)\n_ssme() {\n"
		 "\tlocal line=\"${COMP_WORDS[*]:1:COMP_CWORD-1}\" "
		 "word=\"${COMP_WORDS[COMP_CWORD]}\" words=\n"
		 "\tcase \"$line\" in\n");
	for (size_t i = 0; i < command_count(); i++) {
		buf_fmt(b, "\t'%s'*) words='", command_at(i)->verb);
		for (const struct param *p = command_at(i)->param;
		     p < command_at(i)->param + PARAMS_MAX && p->name; p++) {
			if (takes_option(p))
				buf_fmt(b, "%s ", p->name);
		}
		buf_puts(b, "' ;;\n");
	}
	buf_puts(b, "\tinstrument|register|round) words='");
	for (size_t i = 0; i < command_count(); i++) {
		struct str rest = str_of(command_at(i)->verb);
		(void)str_cut(&rest, ' ');
		if (rest.p)
			buf_fmt(b, "%.*s ", STR_ARG(rest));
	}
	buf_puts(b, "' ;;\n\t'') words='");
	for (size_t i = 0; i < command_count(); i++) {
		struct str rest = str_of(command_at(i)->verb), first = str_cut(&rest, ' ');
		buf_fmt(b, "%.*s ", STR_ARG(first));
	}
	buf_puts(b,
		 "' ;;\n\tesac\n\tCOMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
		 "\t[ ${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "
		 "\"$word\"))\n}\ncomplete -F _ssme ssme\n");
}

/* Text of a manual page: backslashes and dots at the start of a line mean something to roff. */
static void put_roff(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\\' || (s.p[i] == '.' && i == 0))
			buf_puts(b, s.p[i] == '.' ? "\\&" : "\\");
		if (s.p[i] == '-')
			buf_putc(b, '\\');
		buf_putc(b, s.p[i]);
	}
}

static void put_manual_command(struct buf *b, const struct command *cmd)
{
	struct buf usage;
	ARENA_SCOPE(a, 1 << 16);
	buf_init(&usage, &a, 1 << 15);
	put_usage(&usage, cmd);
	buf_puts(b, ".SS ");
	put_roff(b, str_trim(buf_str(&usage)));
	buf_putc(b, '\n');
	put_roff(b, help_of(&cmd->help, LANG_EN));
	buf_puts(b, ".\n");
	for (const struct param *p = cmd->param; p < cmd->param + PARAMS_MAX && p->name; p++) {
		buf_puts(b, ".TP\n.B ");
		put_roff(b, str_of(p->name));
		buf_putc(b, '\n');
		put_roff(b, help_of(&p->help, LANG_EN));
		buf_puts(b, "\n");
	}
	buf_puts(b, ".PP\nExample:\n.PP\n.RS\n.B ");
	put_roff(b, str_of(cmd->example));
	buf_puts(b, "\n.RE\n");
}

void help_manual(struct buf *b)
{
	buf_puts(b,
		 ".\\\" SPDX-License-Identifier: GPL-3.0-or-later\n"
		 ".TH SSME 1 \"\" \"" PROGRAM_NAME "\"\n"
		 ".SH NAME\nssme \\- measure clusters: from a sheet of questions and a file of "
		 "answers to the national "
		 "bulletin\n"
		 ".SH SYNOPSIS\n.B ssme\n[\\-\\-data FOLDER] [\\-\\-lang es|en] COMMAND ...\n"
		 ".SH DESCRIPTION\nThe state lies in one data folder: \\-\\-data, else $SSME_DATA, "
		 "else ./ssme\\-data.  "
		 "Results go to standard output, words for people and progress to standard error.\n"
		 ".SH COMMANDS\n");
	for (size_t i = 0; i < command_count(); i++)
		put_manual_command(b, command_at(i));
	buf_puts(b,
		 ".SH EXIT STATUS\n.TP\n0\ndone, warnings too\n.TP\n1\ndone, and something is not "
		 "right\n"
		 ".TP\n2\nwrong usage or refused input; nothing changed\n.TP\n3\nthe system "
		 "failed; nothing half done\n"
		 ".SH ENVIRONMENT\n.TP\n.B SSME_DATA\nthe data folder\n"
		 ".TP\n.B SSME_DB\npostgresql://... : the tables are at that server instead; the "
		 "folder keeps the secret\n");
}

static bool refuse_verb(struct call *c, struct str verb, struct err *e)
{
	struct str *known = NEW(c->a, command_count(), struct str);
	for (size_t i = 0; i < command_count(); i++)
		known[i] = str_of(command_at(i)->verb);
	struct str near = fold_nearest(c->a, verb, known, command_count());
	return err_say(e, ERR_INPUT, "no hay comando %.*s%s%.*s%s", "no command %.*s%s%.*s%s",
		       STR_ARG(verb), near.n ? " → " : "", STR_ARG(near),
		       near.n ? "" : " (ssme help)");
}

bool run_help(struct call *c, struct err *e)
{
	const struct values *words = call_values(c, "COMMAND");
	const char *word[8];
	size_t n = words->n < 8 ? words->n : 8, used;
	struct buf verb;
	if (call_given(c, "--completion") || call_given(c, "--manual")) {
		if (call_given(c, "--manual"))
			help_manual(&c->out);
		else
			help_completion(&c->out);
		return true;
	}
	if (!n) {
		help_overview(&c->out, c->lang);
		return true;
	}
	buf_init(&verb, c->a, 1024);
	for (size_t i = 0; i < n; i++) {
		word[i] = str_c(c->a, words->text[i]);
		buf_fmt(&verb, "%s%s", i ? " " : "", word[i]);
	}
	const struct command *cmd = command_find(word, n, &used);
	if (cmd) {
		help_command(&c->out, cmd, c->lang);
		return true;
	}
	size_t before = c->out.n;
	/* "ssme help round": every verb that begins so */
	for (size_t i = 0; i < command_count(); i++) {
		struct str v = str_of(command_at(i)->verb);
		struct str first = str_cut(&v, ' ');
		if (str_is(first, word[0]) && n == 1)
			help_command(&c->out, command_at(i), c->lang);
	}
	return c->out.n > before || refuse_verb(c, buf_str(&verb), e);
}

bool run_version(struct call *c, struct err *e)
{
	(void)e;
	buf_puts(&c->out, PROGRAM_NAME "\n");
	return true;
}
