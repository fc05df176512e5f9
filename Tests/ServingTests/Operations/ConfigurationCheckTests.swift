import Foundation
import TestSupport
import Testing

@Suite(.serialized) struct ConfigurationCheckTests {
    @Test func `check-config prints models, database and warnings, and changes nothing`() throws {
        let scratch = try Scratch()
        chmod(try scratch.write("server.yaml", "host: 0.0.0.0\ndatabase: accounts.sqlite\n"), 0o644)
        let outcome = try Program.run(
            "heartsense-server", ["check-config", "--config", "server.yaml", "--model", SmallModel.path],
            in: scratch.path)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("model 'small' of kind picture, SHA-256 "))
        #expect(outcome.output.contains("accounts.sqlite: database, created at the first start"))
        #expect(outcome.output.hasSuffix("The configuration is valid.\n"))
        #expect(outcome.errors.hasPrefix("Warning: host is 0.0.0.0, but accounts.public_url is off."))
        #expect(outcome.errors.contains("Warning: server.yaml: other users can read this file of the configuration."))
        #expect(scratch.everything() == ["server.yaml"])
    }

    @Test func `check-config reports every error, with status 1`() throws {
        let scratch = try Scratch()
        try scratch.write("model.h5", "no model")
        try scratch.write(
            "accounts.sqlite", "no database, but a text that is long enough to be read as the header of one")
        let outcome = try Program.run(
            "heartsense-server", ["check-config", "--model", "model.h5", "--model", "none/model.h5"], in: scratch.path,
            environment: ["HEARTSENSE_DATABASE": "accounts.sqlite"])
        #expect(outcome.status == 1)
        let errors = outcome.errors.split(separator: "\n")
        #expect(errors.count == 3 && errors.allSatisfy { $0.hasPrefix("Error: ") }, "\(outcome.errors)")
        #expect(outcome.errors.contains("none/model.h5: there is no such file"))
        #expect(outcome.errors.contains("accounts.sqlite: not a valid SQLite database"))
        #expect(!outcome.output.contains("valid"))
        let unknown = try Program.run(
            "heartsense-server", ["check-config"], in: scratch.path, environment: ["HEARTSENSE_PORT": "x"])
        #expect(unknown.status == 1 && unknown.errors.contains("HEARTSENSE_PORT: port must be a whole number"))
    }

    /// Prints the threads of a server that a shell starts after some commands.
    private static func threads(after commands: String, environment: [String: String] = [:]) throws -> String {
        let outcome = try Child.run(
            "sh",
            [
                "-ec", commands + " \"$0\" check-config --model \"$1\"", Program.path("heartsense-server"),
                SmallModel.path,
            ],
            environment: Program.environment.merging(environment) { $1 }
        ).succeeded()
        return outcome.output.split(separator: "\n").first { $0.hasPrefix("threads: ") }.map(String.init) ?? ""
    }

    @Test func `auto threads follow the affinity, and a setting overrides it`() throws {
        let core = try Child.run("sh", ["-c", "taskset -pc $$ | sed 's/.*: //; s/[-,].*//'"]).output
            .trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(try Self.threads(after: "exec taskset -c \(core)") == "threads: 1")
        #expect(
            try Self.threads(after: "exec taskset -c \(core)", environment: ["HEARTSENSE_THREADS": "3"]) == "threads: 3"
        )
    }

    /// The folder for new groups, if this system lets the tests create some with a quota.
    private static let groups = ["/sys/fs/cgroup/cpu", "/sys/fs/cgroup"].first {
        let group = "\($0)/heartsense-\(getpid())"
        defer { rmdir(group) }
        return mkdir(group, 0o755) == 0
            && ["cpu.max", "cpu.cfs_quota_us"].contains { access("\(group)/\($0)", W_OK) == 0 }
    }

    @Test(
        .enabled(if: groups != nil, "needs write access to control groups with processor quotas"),
        arguments: [(50_000, "threads: 1"), (100_000, "threads: 1"), (150_000, "threads: 2")])
    func `auto threads follow the quota of a control group`(microseconds: Int, expected: String) throws {
        // A machine with one core has one thread in any case.
        guard ProcessInfo.processInfo.activeProcessorCount > 1 else { return }
        let group = try #require(Self.groups) + "/heartsense-\(UUID())"
        #expect(mkdir(group, 0o755) == 0)
        defer { rmdir(group) }
        let commands = """
            if [ -e \(group)/cpu.max ]; then echo '\(microseconds) 100000' > \(group)/cpu.max
            else echo 100000 > \(group)/cpu.cfs_period_us; echo \(microseconds) > \(group)/cpu.cfs_quota_us; fi
            echo $$ > \(group)/cgroup.procs; exec
            """
        #expect(try Self.threads(after: commands) == expected)
    }

    @Test func `a server starts with the same warnings`() throws {
        let server = try RunningServer(environment: ["HEARTSENSE_HOST": "0.0.0.0"])
        let lines = server.log.split(separator: "\n").filter { $0.contains("\"warning\"") }
        #expect(lines.count == 1 && lines[0].contains("accounts.public_url is off"), "\(lines)")
    }
}
