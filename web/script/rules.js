// SPDX-License-Identifier: GPL-3.0-or-later
// The form's own rules in the browser.
export async function rules_load() {
	return null;
}
