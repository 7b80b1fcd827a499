/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What SQLite alone can do: rows of one document each, N of them in a transaction, on the disk
 * before the next begins.  The yardstick for what the server accepts from N connections at once.
 *
 *   group_commit FILE N BYTES SECONDS
 *
 * Prints "rows/s p50_ms p99_ms" of a transaction.  Same journal, same care for the disk as the
 * store's. */
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TIMES_MAX = 1 << 20 };

static double now_s(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void must(sqlite3 *db, int code)
{
	if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW)
		return;
	fprintf(stderr, "group_commit: %s\n", sqlite3_errmsg(db));
	exit(1);
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static sqlite3 *open_file(const char *path)
{
	sqlite3 *db;
	must(NULL, sqlite3_open(path, &db));
	must(db,
	     sqlite3_exec(db,
			  "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous "
			  "= FULL;"
			  "PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -32768;"
			  "CREATE TABLE row (id integer PRIMARY KEY, cluster text, document text)",
			  NULL, NULL, NULL));
	return db;
}

int main(int argc, char **argv)
{
	if (argc != 5) {
		fprintf(stderr, "usage: group_commit FILE N BYTES SECONDS\n");
		return 2;
	}
	size_t n = strtoul(argv[2], NULL, 10), bytes = strtoul(argv[3], NULL, 10);
	double seconds = strtod(argv[4], NULL), *took = calloc(TIMES_MAX, sizeof(*took));
	char *document = malloc(bytes + 1);
	sqlite3 *db = open_file(argv[1]);
	sqlite3_stmt *put;
	size_t n_took = 0, rows = 0;
	if (!took || !document)
		return 1;
	for (size_t i = 0; i < bytes; i++)
		document[i] = (char)('a' + i * 7 % 26);
	must(db,
	     sqlite3_prepare_v2(db, "INSERT INTO row (cluster, document) VALUES (?1, ?2)", -1, &put,
				NULL));
	double begin = now_s(), end = begin + seconds;
	for (double at = begin; at < end && n_took < TIMES_MAX; at = now_s()) {
		must(db, sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL));
		for (size_t i = 0; i < n; i++, rows++) {
			must(db, sqlite3_bind_text(put, 1, "C001", 4, SQLITE_STATIC));
			must(db, sqlite3_bind_text(put, 2, document, (int)bytes, SQLITE_STATIC));
			must(db, sqlite3_step(put));
			must(db, sqlite3_reset(put));
		}
		must(db, sqlite3_exec(db, "COMMIT", NULL, NULL, NULL));
		took[n_took++] = (now_s() - at) * 1e3;
	}
	double whole = now_s() - begin;
	qsort(took, n_took, sizeof(*took), by_size);
	printf("%.0f %.2f %.2f\n", (double)rows / whole, took[n_took / 2], took[n_took * 99 / 100]);
	sqlite3_finalize(put);
	sqlite3_close(db);
	return 0;
}
