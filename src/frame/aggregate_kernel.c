/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kernels for every machine, and the choice of the best. */
#define WIDTH 2
#define TABLE aggregate_kernels_default
#define TABLE_NAME "default"
#include "frame/aggregate_kernel_body.h"

#if defined(__x86_64__)
static int runs_v3(void)
{
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
		__builtin_cpu_supports("bmi2") && __builtin_cpu_supports("fma");
}

static int runs_v4(void)
{
	return runs_v3() && __builtin_cpu_supports("avx512f") &&
		__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") &&
		__builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}
#endif

size_t aggregate_kernels_all(const struct kernels *out[3])
{
	size_t n = 0;

	out[n++] = &aggregate_kernels_default;
#if defined(__x86_64__)
	__builtin_cpu_init();
	if (runs_v3())
		out[n++] = &aggregate_kernels_v3;
	if (runs_v4())
		out[n++] = &aggregate_kernels_v4;
#endif
	return n;
}

const struct kernels *aggregate_kernels(void)
{
	const struct kernels *all[3];

	return all[aggregate_kernels_all(all) - 1];
}
