// Classifier kernels for any processor.

#pragma STDC FP_CONTRACT OFF

#define LEVEL portable
#define LEVEL_BITS 0
#include "classifier_kernels.inc"
