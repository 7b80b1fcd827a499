/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Amounts in letters, so that who typed one sees a zero too many. */
#ifndef SSME_BASE_SPELL_H
#define SSME_BASE_SPELL_H

#include "base/lang.h"

/* es «mil doscientos millones cuatro mil un pesos» (long scale), «un millón de pesos»;
 * en "one billion two hundred million four thousand one pesos" (short scale).  Any int64. */
void spell_pesos(struct buf *b, enum lang lang, int64_t pesos);

#endif
