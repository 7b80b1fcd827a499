/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A word to the service manager, in the protocol of sd_notify(3): one datagram to $NOTIFY_SOCKET.
 * Without that variable nothing happens; what cannot be sent is dropped. */
#ifndef SSME_OS_NOTIFY_H
#define SSME_OS_NOTIFY_H

#include <stdint.h>

#include "base/text.h"

/* "READY=1", "STOPPING=1", "STATUS=..."; several lines are parted by line ends. */
void notify_send(const char *lines);
/* How often the manager wants "WATCHDOG=1", in milliseconds; 0: it does not. */
int64_t notify_watchdog_ms(void);

#endif
