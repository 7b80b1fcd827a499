/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/cache.h"

#include <pthread.h>
#include <stdlib.h>

#include "app/catalogue.h"
#include "app/measure.h"

/* 1. An entry is complete before n counts it, and is not touched again.
 * 2. Whatever is reached from an entry lives in a and is only read.
 * 3. lock is held while looking and while loading: who comes second waits for the first. */
struct cache {
	pthread_mutex_t lock;
	struct arena a;
	const struct catalogues *catalogues[LANG_N];
	struct str sha256[CACHE_INSTRUMENTS_MAX];
	struct known_instrument item[CACHE_INSTRUMENTS_MAX];
	size_t n;
};

bool cache_make(struct cache **out, struct err *e)
{
	struct cache *k = calloc(1, sizeof(*k));
	if (!k || pthread_mutex_init(&k->lock, NULL) != 0) {
		free(k);
		return err_say(e, ERR_IO, "no hay memoria", "out of memory");
	}
	arena_init(&k->a, (size_t)1 << CACHE_ARENA_BYTES_MAX_SHIFT);
	*out = k;
	return true;
}

void cache_free(struct cache *k)
{
	if (!k)
		return;
	arena_drop(&k->a);
	pthread_mutex_destroy(&k->lock);
	free(k);
}

/* ---- loading ---- */

static bool load_known(const struct call *c, struct arena *a, struct store *s, struct str id,
		       struct str version, const struct catalogues *const catalogues[LANG_N],
		       struct known_instrument *out, struct err *e)
{
	struct call inside = *c;
	struct known_instrument known = { .instrument = NULL };
	inside.a = a;
	if (!measure_instrument(&inside, s, id, version, &known.instrument, e))
		return false;
	for (int form = 0; form < 2; form++) {
		const struct form *f = known.instrument->form[form];
		for (int lang = 0; f && lang < LANG_N; lang++)
			known.plan[form][lang] = response_plan_make(a, f, catalogues[lang]);
	}
	*out = known;
	return true;
}

static bool load_catalogues(struct arena *a, const struct catalogues *out[LANG_N], struct err *e)
{
	for (int lang = 0; lang < LANG_N; lang++) {
		if (!out[lang] && !catalogues_load(a, (enum lang)lang, &out[lang], e))
			return false;
	}
	return true;
}

/* ---- the shared ones ---- */

static const struct known_instrument *find(const struct cache *k, struct str sha256)
{
	for (size_t i = 0; i < k->n; i++) {
		if (str_eq(k->sha256[i], sha256))
			return &k->item[i];
	}
	return NULL;
}

/* *out NULL: there is no room for it.  Under the lock. */
static bool add(const struct call *c, struct store *s, struct str id, struct str version,
		struct str sha256, const struct known_instrument **out, struct err *e)
{
	struct cache *k = c->cache;
	struct arena_mark before = arena_mark(&k->a);
	*out = NULL;
	if (k->n == CACHE_INSTRUMENTS_MAX)
		return true;
	if (!load_known(c, &k->a, s, id, version, k->catalogues, &k->item[k->n], e)) {
		arena_rewind(&k->a, before);
		return false;
	}
	k->sha256[k->n] = str_dup(&k->a, sha256);
	*out = &k->item[k->n++];
	return true;
}

static bool shared(const struct call *c, struct store *s, struct str id, struct str version,
		   const struct known_instrument **out, struct err *e)
{
	struct cache *k = c->cache;
	struct str sha256;
	bool good = true;
	if (!store_get_instrument_hash(s, c->a, id, version, &sha256, e))
		return false;
	pthread_mutex_lock(&k->lock);
	*out = find(k, sha256);
	if (!*out)
		good = load_catalogues(&k->a, k->catalogues, e) &&
			add(c, s, id, version, sha256, out, e);
	pthread_mutex_unlock(&k->lock);
	return good;
}

bool cache_known(struct call *c, struct store *s, struct str id, struct str version,
		 const struct known_instrument **out, struct err *e)
{
	const struct catalogues *catalogues[LANG_N] = { NULL };
	const struct known_instrument *found = NULL;
	if (c->cache && !shared(c, s, id, version, &found, e))
		return false;
	if (!found) {
		struct known_instrument *own = NEW(c->a, 1, struct known_instrument);
		if (!load_catalogues(c->a, catalogues, e) ||
		    !load_known(c, c->a, s, id, version, catalogues, own, e))
			return false;
		found = own;
	}
	*out = found;
	return true;
}

bool cache_instrument(struct call *c, struct store *s, struct str id, struct str version,
		      const struct instrument **out, struct err *e)
{
	const struct known_instrument *known;
	if (!c->cache)
		return measure_instrument(c, s, id, version, out, e);
	if (!cache_known(c, s, id, version, &known, e))
		return false;
	*out = known->instrument;
	return true;
}

bool cache_catalogues(struct call *c, const struct catalogues **out, struct err *e)
{
	struct cache *k = c->cache;
	if (!k)
		return catalogues_load(c->a, c->lang, out, e);
	pthread_mutex_lock(&k->lock);
	bool good = load_catalogues(&k->a, k->catalogues, e);
	if (good)
		*out = k->catalogues[c->lang];
	pthread_mutex_unlock(&k->lock);
	return good;
}
