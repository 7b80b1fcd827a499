// SPDX-License-Identifier: GPL-3.0-or-later
// The form on a telephone and a poor line.
