// The classifiers' kernels for any processor.
#define LEVEL portable
#define LEVEL_BITS 0
#include "classifier_kernels.inc"
