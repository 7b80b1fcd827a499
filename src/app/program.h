/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the program calls itself, in outputs and in --version. */
#ifndef SSME_APP_PROGRAM_H
#define SSME_APP_PROGRAM_H

#define PROGRAM_VERSION "0.1.0"
#define PROGRAM_NAME "ssme " PROGRAM_VERSION

#endif
