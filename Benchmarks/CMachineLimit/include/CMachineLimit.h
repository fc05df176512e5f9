#pragma once

/// Runs independent fused multiply-adds on registers for about `seconds`, with the widest vectors of the processor.
///
/// Returns the rate of one thread in GFLOP/s, the upper limit of any kernel on this core.
double machine_fma_limit(double seconds);
