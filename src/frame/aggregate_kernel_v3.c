/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kernels for level v3 of the x86-64 instruction set. */
#if defined(__x86_64__)
/* Headers first: what they define must not need this instruction set. */
#include <immintrin.h>
#include <string.h>

#include "frame/aggregate_kernel.h"

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,bmi,bmi2,fma,f16c,lzcnt,movbe"))), \
			     apply_to = function)
#else
#pragma GCC target("avx2,bmi,bmi2,fma,f16c,lzcnt,movbe")
#endif

#define WIDTH 4
#define TABLE aggregate_kernels_v3
#define TABLE_NAME "x86-64-v3"
#include "frame/aggregate_kernel_body.h"

#if defined(__clang__)
#pragma clang attribute pop
#endif
#else
/* A file may not be empty. */
extern const int aggregate_kernel_v3_absent;
#endif
