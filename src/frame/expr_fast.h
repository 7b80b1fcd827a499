/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first include of files whose loops run over blocks: gcc at -O2 leaves such loops scalar
 * unless it knows their length, clang does not.  Values are not touched by this: no loop here adds
 * up in another order, and contraction stays off. */
#ifndef SSME_FRAME_EXPR_FAST_H
#define SSME_FRAME_EXPR_FAST_H

#if defined(__GNUC__) && !defined(__clang__) && defined(__OPTIMIZE__)
#pragma GCC optimize("tree-vectorize", "vect-cost-model=dynamic")
#endif

#endif
