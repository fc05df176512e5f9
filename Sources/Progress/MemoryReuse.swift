import CMalloc

/// A setting of the C library's allocator for programs that allocate and free large arrays in turn.
package enum MemoryReuse {
    /// Keeps up to 256 MiB of freed memory in the process.
    ///
    /// By default the allocator returns freed arrays to the system, which clears their pages again for the next one.
    /// Beats of two leads take half the time without that.
    package static func enable() {
        mallopt(M_TOP_PAD, 16 << 20)
        mallopt(M_MMAP_THRESHOLD, 32 << 20)
        mallopt(M_TRIM_THRESHOLD, 256 << 20)
    }
}
