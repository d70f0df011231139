/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/gsl_quiet.h"

#include <gsl/gsl_errno.h>

void mg_gsl_quiet(void)
{
    (void)gsl_set_error_handler_off();
}
