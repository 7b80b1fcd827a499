/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/serve.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/mail.h"
#include "app/upload.h"
#include "http/http.h"
#include "os/file.h"
#include "os/log.h"
#include "os/nursery.h"
#include "os/sandbox.h"
#include "os/supervise.h"
#include "os/thread.h"

enum {
	DESCRIPTORS_WANTED = 16384, /* connections, and three for each upload in flight */
	DRAIN_SLACK_MS = 5000,      /* after the server's own limit the supervisor still waits */
};

static const char DEFAULT_ADDRESS[] = "127.0.0.1:8080";

/* Which files a data folder has: a restore writes the secret anew, and what was moved away and made
 * again has others. */
struct folder_mark {
	struct timespec secret_time;
	ino_t secret, database;   /* database 0: in PostgreSQL */
};

struct serving {
	const struct call *c;
	const char *database; /* NULL: in the data folder */
	struct mail_server mail;
	bool has_mail;
	struct listening socket[LISTEN_SOCKETS_MAX];
	size_t n_sockets;
	/* in the serving process */
	const struct supervised *process;
	struct nursery *nursery;
	struct folder_mark mark;  /* as it was when this process began */
	bool told_gone;           /* that the folder is no longer in its place */
};

/* ---- the serving process ---- */

static bool say_ready(void *user, struct err *e)
{
	const struct serving *v = user;
	(void)e;
	supervised_ready(v->process);
	return true;
}

/* False: it is not there. */
static bool read_mark(const struct serving *v, struct folder_mark *out)
{
	ARENA_SCOPE(a, 1 << 16);
	struct stat secret, database = { 0 };
	if (stat(path_join(&a, v->c->folder, "ssme.key"), &secret) != 0 ||
	    (!v->database && stat(path_join(&a, v->c->folder, "ssme.db"), &database) != 0))
		return false;
	*out = (struct folder_mark){ .secret_time = secret.st_mtim,
				     .secret = secret.st_ino,
				     .database = database.st_ino };
	return true;
}

static bool same_mark(const struct folder_mark *x, const struct folder_mark *y)
{
	return x->secret == y->secret && x->database == y->database &&
	       x->secret_time.tv_sec == y->secret_time.tv_sec &&
	       x->secret_time.tv_nsec == y->secret_time.tv_nsec;
}

/* What was read from other data, and their secret, must not outlive them here. */
static void look_after_folder(struct serving *v)
{
	const bool english = v->c->said_lang == LANG_EN;
	struct folder_mark now;
	if (!read_mark(v, &now)) {
		if (!v->told_gone)
			log_event(english ? "%s: the data folder or a file of it has been moved or "
					    "deleted; put it back: what is written goes to the "
					    "files that are open"
					  : "%s: la carpeta de datos o un archivo suyo se movió o "
					    "se borró; devuélvalo a su sitio: lo que se escribe "
					    "va a los archivos abiertos",
				  v->c->folder);
		v->told_gone = true;
		return;
	}
	v->told_gone = false;
	if (same_mark(&now, &v->mark))
		return;
	log_event(english ? "%s: the data were restored or replaced; a new process takes over"
			  : "%s: los datos se recuperaron o se reemplazaron; los toma un proceso "
			    "nuevo",
		  v->c->folder);
	v->mark = now; /* said once */
	supervised_replace(v->process);
}

static void say_alive(void *user)
{
	struct serving *v = user;
	supervised_alive(v->process);
	look_after_folder(v);
	/* Confined, this process cannot make another nursery: its successor has one. */
	if (!nursery_alive(v->nursery))
		supervised_replace(v->process);
}

static bool parse_upload(void *user, struct arena *a, int fd, struct str *ret_packed, struct err *e)
{
	const struct serving *v = user;
	const struct nursery_job job = { .kind = UPLOAD_SHEETS };
	return nursery_run_file(v->nursery, a, &job, fd, ret_packed, e);
}

/* What libraries read while they serve: fonts, names of hosts, roots of trust, counts of
 * processors.  Whole folders only where they hold nothing secret. */
static const char *const library_paths[] = {
	"/usr/lib",
	"/usr/share",
	"/usr/local/share",
	"/lib",
	"/lib64",
	"/etc/fonts",
	"/etc/ssl/certs",
	"/etc/ssl/openssl.cnf",
	"/etc/gnutls",
	"/etc/ld.so.cache",
	"/etc/nsswitch.conf",
	"/etc/hosts",
	"/etc/host.conf",
	"/etc/gai.conf",
	"/etc/resolv.conf",
	"/run/systemd/resolve",
	"/etc/passwd",
	"/etc/services",
	"/etc/localtime",
	"/etc/machine-id",
	"/var/cache/fontconfig",
	"/sys/devices/system/cpu",
	"/proc/self",
	"/proc/meminfo",
	"/proc/sys/vm",
	"/proc/sys/crypto",
	"/dev/urandom",
};
/* libpq's files of whoever runs the server. */
static const char *const database_paths[] = { ".pgpass", ".postgresql", ".pg_service.conf" };
static const char *const database_variables[] = {
	"PGPASSFILE", "PGSSLROOTCERT", "PGSSLCERT", "PGSSLKEY", "PGSERVICEFILE", "PGSYSCONFDIR",
};

#define N_OF(array) (sizeof(array) / sizeof(*(array)))

static void add(const char **list, size_t *n, const char *path)
{
	if (path && *path && *n < SANDBOX_PATHS_MAX)
		list[(*n)++] = path;
}

static void add_database(struct arena *a, const char **list, size_t *n)
{
	const char *home = getenv("HOME");
	for (size_t i = 0; home && i < N_OF(database_paths); i++)
		add(list, n, path_join(a, home, database_paths[i]));
	for (size_t i = 0; i < N_OF(database_variables); i++)
		add(list, n, getenv(database_variables[i]));
}

static bool confine(const struct serving *v, struct err *e)
{
	const struct call *c = v->c;
	const char *read_only[SANDBOX_PATHS_MAX];
	const char *const own[] = { c->folder, "/dev/null" };
	size_t n = 0;
	for (size_t i = 0; i < N_OF(library_paths); i++)
		add(read_only, &n, library_paths[i]);
	add(read_only, &n, call_path(c, "--certificate"));
	add(read_only, &n, call_path(c, "--key"));
	if (v->has_mail)
		add(read_only, &n, v->mail.roots);
	if (v->database)
		add_database(c->a, read_only, &n);
	const struct sandbox_paths paths = { .write = own,
					     .n_write = N_OF(own),
					     .read = read_only,
					     .n_read = n,
					     .connects = v->database != NULL || v->has_mail };
	return sandbox_serve(&paths, e);
}

/* Temporary files lie in the data folder too: nothing else can be written. */
static void keep_temporary_files_inside(const struct call *c)
{
	const char *folder = path_join(c->a, c->folder, "tmp");
	(void)!mkdir(folder,
		     0700); /* one that is there will do; its lack is seen by who needs it */
	setenv("TMPDIR", folder, 1);
	setenv("SQLITE_TMPDIR", folder, 1);
}

static bool serve_requests(const struct serving *v, const struct runner *runner, struct err *e)
{
	const struct call *c = v->c;
	struct str url = call_text(c, "--public-url"), proxy = call_text(c, "--proxy");
	int socket[LISTEN_SOCKETS_MAX];
	for (size_t i = 0; i < v->n_sockets; i++)
		socket[i] = v->socket[i].fd;
	const struct http_settings settings = {
		.folder = c->folder,
		.database = v->database,
		.socket = socket,
		.n_sockets = v->n_sockets,
		.stop = v->process->stop_fd,
		.certificate = call_path(c, "--certificate"),
		.key = call_path(c, "--key"),
		.proxy = proxy.n ? str_c(c->a, proxy) : NULL,
		.public_url = url.n ? str_c(c->a, url) : NULL,
		.request_threads = (unsigned)call_integer(c, "--threads", 0),
		.metrics_open = call_given(c, "--open-metrics"),
		.access_log = !call_given(c, "--quiet"),
		.runner = runner,
		.mail = v->has_mail ? &v->mail : NULL,
		.parse = parse_upload,
		.parse_user = (void *)(uintptr_t)v,
		.ready = say_ready,
		.ready_user = (void *)(uintptr_t)v,
		.alive = say_alive,
		.alive_user = (void *)(uintptr_t)v,
	};
	return http_serve(&settings, e);
}

static bool serve_in_process(void *user, const struct supervised *process, struct err *e)
{
	struct serving *v = user;
	struct thread_pool *pool = NULL;
	v->process = process;
	(void)read_mark(v, &v->mark); /* its lack is seen when the store is opened */
	keep_temporary_files_inside(v->c);
	/* The nursery before the confinement, which lets no process be made, and both before
	 * threads, which would not be bound by it. */
	if (!nursery_start(upload_work, NULL, &v->nursery, e))
		return false;
	bool done = confine(v, e) && thread_pool_make(0, &pool, e) &&
		serve_requests(v, thread_pool_runner(pool), e);
	thread_pool_free(pool);
	nursery_stop(v->nursery);
	return done;
}

/* ---- the supervisor ---- */

static bool check_options(const struct call *c, struct err *e)
{
	if (call_given(c, "--certificate") != call_given(c, "--key"))
		return err_say(e, ERR_INPUT,
			       "--certificate y --key van juntos: dé los dos archivos PEM",
			       "--certificate and --key go together: give both PEM files");
	if (!file_is_folder(c->folder))
		return err_say(e, ERR_ABSENT,
			       "%s: no hay carpeta de datos; créela con «ssme init» o indique otra "
			       "con --data",
			       "%s: there is no data folder; make it with \"ssme init\" or name "
			       "another one with --data", c->folder);
	return true;
}

static bool open_sockets(struct serving *v, struct err *e)
{
	const struct values *wanted = call_values(v->c, "--listen");
	if (!listen_inherit(v->socket, &v->n_sockets, e))
		return false;
	if (v->n_sockets)
		return true; /* systemd has them; its unit says where */
	if (!wanted->n)
		return listen_open(DEFAULT_ADDRESS, v->socket, &v->n_sockets, e);
	for (size_t i = 0; i < wanted->n; i++)
		if (!listen_open(str_c(v->c->a, wanted->text[i]), v->socket, &v->n_sockets, e))
			return false;
	return true;
}

static void say_where(const struct serving *v)
{
	const struct call *c = v->c;
	bool english = c->said_lang == LANG_EN, tls = call_given(c, "--certificate");
	struct str cage = sandbox_words(c->a, sandbox_state(), english);
	for (size_t i = 0; i < v->n_sockets; i++) {
		const struct listening *l = &v->socket[i];
		log_event("%s %s://%s", english ? "listening on" : "escucha en",
			  tls ? "https" : "http", l->address);
		if (!tls && !l->local)
			log_event(
				"%s",
				english ? "warning: other machines can reach it without TLS; give "
					  "--certificate and --key, or put nginx in front"
					: "aviso: otras máquinas llegan sin TLS; dé --certificate "
					  "y --key, o "
					  "ponga nginx delante");
	}
	log_event("%s: %.*s", english ? "confinement" : "encierro", STR_ARG(cage));
}

/* As many descriptors as connections may need, and no image of the memory on the disk, where it
 * would leave secrets. */
static void set_limits(void)
{
	const struct rlimit none = { 0, 0 };
	struct rlimit files;
	(void)!setrlimit(RLIMIT_CORE, &none);
	if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= DESCRIPTORS_WANTED)
		return;
	files.rlim_cur = files.rlim_max < DESCRIPTORS_WANTED ? files.rlim_max : DESCRIPTORS_WANTED;
	(void)!setrlimit(RLIMIT_NOFILE, &files);
}

bool serve(struct call *c, struct err *e)
{
	const char *database = getenv("SSME_DB");
	struct serving v = { .c = c, .database = database && *database ? database : NULL };
	umask(077); /* what a server writes is nobody else's to read */
	set_limits();
	if (!check_options(c, e) || !mail_settings(c, &v.has_mail, &v.mail, e) ||
	    !open_sockets(&v, e)) {
		listen_close(v.socket, v.n_sockets);
		return false;
	}
	say_where(&v);
	const struct supervise_settings settings = { .socket = v.socket,
						     .n_sockets = v.n_sockets,
						     .serve = serve_in_process,
						     .user = &v,
						     .drain_ms = DRAIN_DEADLINE_MS + DRAIN_SLACK_MS,
						     .english = c->said_lang == LANG_EN };
	bool done = supervise(&settings, e);
	listen_close(v.socket, v.n_sockets);
	return done;
}
