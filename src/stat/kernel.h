/* SPDX-License-Identifier: GPL-3.0-or-later */
/* KERNEL marks a hot loop that is built several times, for older and newer processors; the loader
 * takes the best.  All versions give the same bits: eight explicit lanes, no contraction to fused
 * operations (-ffp-contract=off), no reassociation.  A test compares them. */
#ifndef SSME_STAT_KERNEL_H
#define SSME_STAT_KERNEL_H

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) &&                             \
	!defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && !defined(KERNEL_DEFAULT)
#define KERNEL                                                                                     \
	__attribute__((noinline, target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define KERNEL __attribute__((noinline))
#endif

#endif
