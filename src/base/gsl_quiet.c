/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/gsl_quiet.h"

#include <gsl/gsl_errno.h>

void gsl_quiet(void)
{
    (void)gsl_set_error_handler_off();
}
