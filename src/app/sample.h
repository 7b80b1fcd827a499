/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sample rounds that are compiled in: synthetic, and declared so wherever they appear. */
#ifndef SSME_APP_SAMPLE_H
#define SSME_APP_SAMPLE_H

#include "app/command.h"

bool sample_available(void);

/* Publishes the shipped instruments, registers the sample's clusters, opens its rounds and imports
 * their answers through the same checks as any file; the rounds are frozen and published.  One
 * transaction. */
bool sample_load(struct call *c, struct store *s, struct err *e) MUST_CHECK;

/* After it: the round 2024, open and half answered, its questionnaires in every state, made out of
 * the last published round.  One transaction. */
bool sample_open(struct call *c, struct store *s, struct err *e) MUST_CHECK;

#endif
