import Foundation
import Testing

@testable import LinearAlgebra

@Suite struct CoresTests {
    /// A folder that stands for `/`, with files of a Linux system.
    private final class System {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("cores-\(UUID())").path

        init(_ files: [String: String]) throws {
            for (path, text) in files {
                let file = URL(fileURLWithPath: root + path)
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(text.utf8).write(to: file)
            }
        }

        deinit { try? FileManager.default.removeItem(atPath: root) }

        var quota: Double? { ControlGroups.quota(root: root) }
        var affinity: Int? { Cores.affinity(root: root) }
    }

    /// A line of `mountinfo` of a kind, whose root and mount point are given.
    private static func mount(_ root: String, _ point: String, _ kind: String) -> String {
        "34 25 0:30 \(root) \(point) rw,nosuid shared:9 - \(kind)\n"
    }

    private static let version2 = mount("/", "/sys/fs/cgroup", "cgroup2 cgroup2 rw,nsdelegate")

    @Test func `a quota is rounded up, and does not add cores`() {
        #expect(Cores.limited(8, quota: nil) == 8)
        #expect(Cores.limited(8, quota: 1.5) == 2)
        #expect(Cores.limited(8, quota: 2) == 2)
        #expect(Cores.limited(8, quota: 0.1) == 1)
        #expect(Cores.limited(2, quota: 3.5) == 2)
        #expect(Cores.limited(4, quota: 1e300) == 4)
        #expect(Cores.limited(0, quota: nil) == 1)
        #expect(Cores.count >= 1)
    }

    @Test(arguments: [
        ("0", 1), ("0-1", 2), ("0-3,8", 5), ("2,4-5,7-7", 4), ("0-1048576", 1_048_577), ("", nil), ("x", nil),
        ("3-1", nil), ("0-", nil), ("-1", nil), ("1-2-3", nil), ("0,,1", nil), ("0-1048577", nil),
        ("99999999999999999999", nil),
    ])
    func `the affinity is a list of cores and ranges of cores`(list: String, expected: Int?) throws {
        let system = try System([
            "/proc/self/status": "Name:\tx\nCpus_allowed:\tff\nCpus_allowed_list:\t\(list)\nMems_allowed:\t1\n"
        ])
        #expect(system.affinity == expected)
    }

    @Test func `without a list there is no affinity`() throws {
        #expect(try System([:]).affinity == nil)
        #expect(try System(["/proc/self/status": "Name:\tx\n"]).affinity == nil)
        #expect(try #require(Cores.affinity()) >= 1)
    }

    @Test func `a container of version 2 sees its own group at the mount point`() throws {
        let system = try System([
            "/proc/self/cgroup": "0::/\n",
            "/proc/self/mountinfo": Self.mount("/", "/proc", "proc proc rw") + Self.version2,
            "/sys/fs/cgroup/cpu.max": "150000 100000\n",
        ])
        #expect(system.quota == 1.5)
    }

    @Test func `the smallest quota of a group of version 2 and its parents counts`() throws {
        let pod = "/sys/fs/cgroup/kubepods.slice/pod7"
        let system = try System([
            "/proc/self/cgroup": "0::/kubepods.slice/pod7/container\n", "/proc/self/mountinfo": Self.version2,
            "/sys/fs/cgroup/kubepods.slice/cpu.max": "800000 100000\n", "\(pod)/cpu.max": "125000 50000\n",
            "\(pod)/container/cpu.max": "max 100000\n",
            // Another group.
            "/sys/fs/cgroup/system.slice/cpu.max": "1000 100000\n",
        ])
        #expect(system.quota == 2.5)
    }

    @Test func `version 1 has a hierarchy for processor time, which it may share with another controller`() throws {
        let system = try System([
            "/proc/self/cgroup": "9:cpuset:/\n4:cpu,cpuacct:/slurm/job_7\n1:name=systemd:/other\n0::/unified\n",
            "/proc/self/mountinfo": Self.mount("/", "/sys/fs/cgroup/cpuset", "cgroup cgroup rw,cpuset")
                + Self.mount("/", "/sys/fs/cgroup/cpu,cpuacct", "cgroup cgroup rw,cpu,cpuacct")
                + Self.mount("/", "/sys/fs/cgroup/unified", "cgroup2 cgroup2 rw"),
            "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "-1\n",
            "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
            "/sys/fs/cgroup/cpu,cpuacct/slurm/job_7/cpu.cfs_quota_us": "300000\n",
            "/sys/fs/cgroup/cpu,cpuacct/slurm/job_7/cpu.cfs_period_us": "100000\n",
            // A hierarchy without processor time has no such file. It would not count.
            "/sys/fs/cgroup/cpuset/cpu.cfs_quota_us": "1000\n",
        ])
        #expect(system.quota == 3)
    }

    @Test func `a container of version 1 sees its own group at the mount point, with the path of the host`() throws {
        for group in ["/docker/4f", "/docker/4f/inner", "/elsewhere", "/../.."] {
            let system = try System([
                "/proc/self/cgroup": "3:cpu:\(group)\n",
                "/proc/self/mountinfo": Self.mount("/docker/4f", "/sys/fs/cgroup/cpu", "cgroup cgroup rw,cpu"),
                "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "50000\n", "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
            ])
            #expect(system.quota == 0.5, "\(group)")
        }
    }

    @Test func `with both versions the smaller quota counts`() throws {
        let system = try System([
            "/proc/self/cgroup": "1:cpu:/a\n0::/b\n",
            "/proc/self/mountinfo": Self.mount("/", "/sys/fs/cgroup/cpu", "cgroup cgroup rw,cpu")
                + Self.mount("/", "/sys/fs/cgroup/unified", "cgroup2 cgroup2 rw"),
            "/sys/fs/cgroup/cpu/a/cpu.cfs_quota_us": "400000\n", "/sys/fs/cgroup/cpu/a/cpu.cfs_period_us": "100000\n",
            "/sys/fs/cgroup/unified/b/cpu.max": "200000 100000\n",
        ])
        #expect(system.quota == 2)
    }

    @Test(arguments: [
        "", "\n", "max", "max 100000", "-1 100000", "0 100000", "150000", "150000 0", "150000 -1", "1.5 1", "inf 1",
        "99999999999999999999 1", "150000 100000 1", "\0\u{FF}",
    ])
    func `a damaged or unlimited quota does not count`(text: String) throws {
        let system = try System([
            "/proc/self/cgroup": "0::/\n", "/proc/self/mountinfo": Self.version2, "/sys/fs/cgroup/cpu.max": text,
        ])
        #expect(system.quota == nil)
    }

    @Test func `damaged lists of groups and mounts do not count`() throws {
        #expect(try System([:]).quota == nil)
        for (groups, mounts) in [
            ("", Self.version2), ("0", Self.version2), ("0:", Self.version2), ("x::/", Self.version2), ("0::/", ""),
            ("0::/", "34 25 0:30 / /sys/fs/cgroup rw - cgroup2"), ("0::/", "- cgroup2 cgroup2 rw"),
            ("0::/", "34 25 0:30 / /sys/fs/cgroup rw cgroup2 cgroup2 rw"),
        ] {
            let system = try System([
                "/proc/self/cgroup": groups, "/proc/self/mountinfo": mounts, "/sys/fs/cgroup/cpu.max": "100000 100000",
            ])
            #expect(system.quota == nil, "\(groups) \(mounts)")
        }
    }
}
