/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kernels for level v4 of the x86-64 instruction set. */
#if defined(__x86_64__)
/* Headers first: what they define must not need this instruction set. */
#include <immintrin.h>
#include <string.h>

#include "frame/aggregate_kernel.h"

#if defined(__clang__)
#define LEVEL "avx2,bmi,bmi2,fma,f16c,lzcnt,movbe,avx512f,avx512bw,avx512cd,avx512dq,avx512vl"
#pragma clang attribute push(__attribute__((target(LEVEL))), apply_to = function)
#else
#pragma GCC target("avx2,bmi,bmi2,fma,f16c,lzcnt,movbe,avx512f,avx512bw,avx512cd,avx512dq,avx512vl")
#endif

#define WIDTH 8
#define TABLE aggregate_kernels_v4
#define TABLE_NAME "x86-64-v4"
#include "frame/aggregate_kernel_body.h"

#if defined(__clang__)
#pragma clang attribute pop
#endif
#else
/* A file may not be empty. */
extern const int aggregate_kernel_v4_absent;
#endif
