#pragma once

/// Runs independent fused multiply-adds on registers for about `seconds` and returns billions of floating point
/// operations per second of one thread: what no kernel on this core can pass. Uses the widest vectors that the
/// processor has.
double machine_fma_limit(double seconds);
