import Foundation

/// The resources that this process uses, as the kernel counts them. Their metrics have the usual names: `process_…`.
package struct ProcessUsage: Equatable, Sendable {
    /// The processor time of all threads.
    package var processorSeconds: Double
    /// Seconds since 1970.
    package var startSeconds: Double
    package var residentBytes: Int
    package var virtualBytes: Int
    package var openFiles: Int
    package var openFilesLimit: Int
    package var threads: Int

    /// Reads the usage of this process; nil without `/proc`.
    package static func current() -> ProcessUsage? {
        guard let stat = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8),
            let system = try? String(contentsOfFile: "/proc/stat", encoding: .utf8),
            let boot = system.split(separator: "\n").first(where: { $0.hasPrefix("btime ") })?.dropFirst(6),
            let bootSeconds = Double(boot)
        else { return nil }
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let files = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
        return ProcessUsage(
            stat: stat, bootSeconds: bootSeconds, ticksPerSecond: Double(sysconf(Int32(_SC_CLK_TCK))),
            pageBytes: Int(getpagesize()), openFiles: files,
            openFilesLimit: Int(clamping: UInt64(limit.rlim_cur)))
    }

    /// Parses `/proc/PID/stat`; nil for another format.
    ///
    /// - Source: proc(5). The name of the program, in parentheses, can contain spaces and parentheses.
    init?(
        stat: String, bootSeconds: Double, ticksPerSecond: Double, pageBytes: Int, openFiles: Int, openFilesLimit: Int
    ) {
        guard let end = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[stat.index(after: end)...].split(whereSeparator: \.isWhitespace).map { Double($0) }
        // The first field here is the third one of the file.
        func field(_ number: Int) -> Double? { fields.indices.contains(number - 3) ? fields[number - 3] : nil }
        guard let user = field(14), let kernel = field(15), let threads = field(20), let start = field(22),
            let virtual = field(23), let pages = field(24)
        else { return nil }
        processorSeconds = (user + kernel) / ticksPerSecond
        startSeconds = bootSeconds + start / ticksPerSecond
        residentBytes = Int(pages) * pageBytes
        virtualBytes = Int(virtual)
        self.threads = Int(threads)
        (self.openFiles, self.openFilesLimit) = (openFiles, openFilesLimit)
    }
}
