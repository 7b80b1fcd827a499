// SPDX-License-Identifier: GPL-3.0-or-later
// Answers for the pages of the form while there is no line.
