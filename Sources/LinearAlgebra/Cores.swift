import Foundation

/// The cores that this process may use.
public enum Cores {
    /// The cores of the process's affinity, which `taskset` and cpusets set, limited by the quotas of its control groups.
    ///
    /// A quota of 1.5 cores counts as 2. With one thread, a third of the quota would be unused. The price of two threads is
    /// that the kernel pauses both when they have used the quota of a period. HEARTSENSE_THREADS overrides this.
    public static let count = limited(
        min(ProcessInfo.processInfo.activeProcessorCount, affinity() ?? .max), quota: ControlGroups.quota())

    static func limited(_ cores: Int, quota: Double?) -> Int {
        guard let quota else { return max(1, cores) }
        return max(1, Int(min(Double(cores), quota.rounded(.up))))
    }

    /// Returns the number of cores in the process's affinity, which Foundation does not consider.
    ///
    /// The kernel may list cores that are off or do not exist.
    ///
    /// - Parameter root: a folder that is read instead of `/`.
    /// - Returns: nil if the list cannot be read.
    static func affinity(root: String = "") -> Int? {
        let name = "Cpus_allowed_list:"
        guard let status = try? String(contentsOfFile: "\(root)/proc/self/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix(name) })
        else { return nil }
        var count = 0
        // Such as 0-3,8.
        for part in line.dropFirst(name.count).split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.trimmingCharacters(in: .whitespaces)
                .split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard (1 ... 2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
                0 ... 1 << 20 ~= first, first ... 1 << 20 ~= last
            else { return nil }
            count += last - first + 1
        }
        return count
    }
}

/// The quotas of processor time that containers, Kubernetes, Slurm and systemd set.
///
/// Source: Linux, Documentation/admin-guide/cgroup-v2.rst (`cpu.max`) and Documentation/scheduler/sched-bwc.rst
/// (`cpu.cfs_quota_us`).
enum ControlGroups {
    /// Returns the smallest quota of the process's groups and their parents, in cores.
    ///
    /// - Parameter root: a folder that is read instead of `/`.
    /// - Returns: nil if there is no quota, or if the files cannot be read.
    static func quota(root: String = "") -> Double? {
        guard let groups = lines("\(root)/proc/self/cgroup"), let mounts = lines("\(root)/proc/self/mountinfo") else {
            return nil
        }
        var quotas: [Double] = []
        for mount in mounts.compactMap(Mount.init) {
            guard let group = groups.lazy.compactMap(mount.folder).first else { continue }
            // A parent may have a smaller quota than its groups.
            for depth in 0 ... group.count {
                let folder = ([Substring(root + mount.point)] + group.prefix(depth)).joined(separator: "/")
                if let quota = limit(folder) { quotas.append(quota) }
            }
        }
        return quotas.min()
    }

    /// The quota of one group; nil if it has none. Version 2 has it in one file, version 1 in two.
    private static func limit(_ folder: String) -> Double? {
        let words =
            lines("\(folder)/cpu.max")?.first?.split(separator: " ")
            ?? ["quota", "period"].compactMap { lines("\(folder)/cpu.cfs_\($0)_us")?.first }
        guard words.count == 2, let quota = Int(words[0]), let period = Int(words[1]), quota > 0, period > 0 else {
            return nil
        }
        return Double(quota) / Double(period)
    }

    private static func lines(_ path: String) -> [Substring]? {
        try? String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    }

    /// A line of `/proc/self/mountinfo` for a hierarchy of groups that can limit processor time.
    private struct Mount {
        let point: String
        private let root: [Substring]
        private let isVersion2: Bool

        init?(_ line: Substring) {
            let words = line.split(separator: " ")
            // The number of words before the dash varies.
            guard let dash = words.firstIndex(of: "-"), dash >= 6, words.count >= dash + 4 else { return nil }
            isVersion2 = words[dash + 1] == "cgroup2"
            guard isVersion2 || words[dash + 1] == "cgroup" && words[dash + 3].split(separator: ",").contains("cpu")
            else { return nil }
            root = words[3].split(separator: "/")
            point = String(words[4])
        }

        /// Returns the process's group as names of folders below the mount point.
        ///
        /// - Parameter line: a line of `/proc/self/cgroup`, such as `0::/a/b` or `4:cpu,cpuacct:/a/b`.
        /// - Returns: nil if the line belongs to another hierarchy.
        func folder(of line: Substring) -> [Substring]? {
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3, isVersion2 ? fields[0] == "0" : fields[1].split(separator: ",").contains("cpu")
            else { return nil }
            let path = fields[2].split(separator: "/")
            // A container sees its own group at the mount point, but the path may be that of the host.
            guard path.starts(with: root), !path.contains("..") else { return [] }
            return Array(path.dropFirst(root.count))
        }
    }
}
