#pragma once
// LAPACKE's default type for complex numbers cannot be imported by Swift.
#define lapack_complex_float float _Complex
#define lapack_complex_double double _Complex
#include <cblas.h>
#include <lapacke.h>
