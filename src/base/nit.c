/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/nit.h"

#include <assert.h>

int nit_check_digit(struct str digits)
{
	static const int weight[NIT_DIGITS_MAX] = { 3,	7,  13, 17, 19, 23, 29, 37,
						    41, 43, 47, 53, 59, 67, 71 };
	assert(digits.n >= 1 && digits.n <= NIT_DIGITS_MAX);
	int sum = 0;
	for (size_t i = 0; i < digits.n; i++)
		sum += (digits.p[digits.n - 1 - i] - '0') * weight[i];
	int r = sum % 11;
	return r < 2 ? r : 11 - r;
}

bool nit_read(struct str s, struct buf *out, int *ret_check, struct err *e)
{
	char digit[NIT_DIGITS_MAX];
	size_t n = 0;
	int check = -1;
	s = str_trim(s);
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool last_two = i + 2 == s.n;
		if (c == '-' && last_two && s.p[i + 1] >= '0' && s.p[i + 1] <= '9') {
			check = s.p[i + 1] - '0';
			break;
		}
		if (c == '.' || c == ' ')
			continue;
		if (c < '0' || c > '9')
			return err_set(
				e, ERR_INPUT,
				"«%.*s»: un NIT lleva solo dígitos, puntos y el "
				"dígito de verificación tras un guion (a NIT has digits, dots "
				"and the check digit after a hyphen)",
				(int)(s.n < 60 ? s.n : 60), s.p);
		if (n == NIT_DIGITS_MAX)
			return err_set(e, ERR_INPUT,
				       "un NIT tiene como máximo %d dígitos (a NIT has at "
				       "most %d digits)",
				       NIT_DIGITS_MAX, NIT_DIGITS_MAX);
		digit[n++] = c;
	}
	if (!n)
		return err_set(e, ERR_INPUT, "el NIT no tiene dígitos (the NIT has no digits)");
	buf_put(out, (struct str){ digit, n });
	*ret_check = check;
	return true;
}

static bool ends_in_check_digit(struct str digits)
{
	return digits.n == 10 && (digits.p[0] == '8' || digits.p[0] == '9') &&
	       nit_check_digit(str_sub(digits, 0, 9)) == digits.p[9] - '0';
}

bool nit_holder(struct arena *a, struct str s, struct str *ret, struct err *e)
{
	struct buf b;
	int check;
	buf_init(&b, a, NIT_DIGITS_MAX + 1);
	if (!nit_read(s, &b, &check, e))
		return false;
	struct str digits = buf_str(&b);
	while (digits.n > 1 && digits.p[0] == '0')
		digits = str_sub(digits, 1, digits.n);
	*ret = check < 0 && ends_in_check_digit(digits) ? str_sub(digits, 0, 9) : digits;
	return true;
}
