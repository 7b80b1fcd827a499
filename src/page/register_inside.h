/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pages of the register (register.c). */
#ifndef SSME_PAGE_REGISTER_INSIDE_H
#define SSME_PAGE_REGISTER_INSIDE_H

#include "page/desk_inside.h"

bool page_register(struct call *c, struct err *e);
bool page_register_csv(struct call *c, struct err *e);
bool page_register_cluster(struct call *c, struct err *e);
bool write_register_cluster(struct call *c, struct err *e);
bool write_register_lineage(struct call *c, struct err *e);
bool page_register_file(struct call *c, struct err *e);
bool prepare_register_file(struct call *c, struct err *e);
bool write_register_file(struct call *c, struct err *e);
form_again register_cluster_again, register_file_again;

#endif
