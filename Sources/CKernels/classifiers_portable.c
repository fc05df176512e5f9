#define LEVEL portable
#define LEVEL_BITS 0
#include "classifier_kernels.inc"
