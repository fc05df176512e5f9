#pragma once
// LAPACKE's own default spells complex numbers in a way that Swift's importer refuses.
#define lapack_complex_float float _Complex
#define lapack_complex_double double _Complex
#include <cblas.h>
#include <lapacke.h>
