import Foundation
import Testing

@testable import Serving

struct ServerConfigurationTests {
    private func configuration(_ yaml: String, _ environment: [String: String] = [:]) throws -> ServerConfiguration {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("server-\(UUID()).yaml")
        try Data(yaml.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        do { return try ServerConfiguration(file: file.path, environment: environment) } catch {
            throw Message(text: "\(error)".replacing(file.path, with: "FILE"))
        }
    }

    private struct Message: Error { let text: String }

    @Test func `the environment overrides the file, and the file the defaults`() throws {
        let yaml = "port: 9000\nlimits:\n  files: 3\n  seconds: 2.5\nretention: {folder: kept, hours: 1}\n"
        let found = try configuration(yaml, ["HEARTSENSE_LIMITS_FILES": "5", "HEARTSENSE_THREADS": "3", "OTHER": "x"])
        #expect(found.port == 9000)
        #expect(found.limits.files == 5)
        #expect(found.limits.seconds == 2.5)
        #expect(found.connections.requestSeconds == 2.5)
        #expect(found.threads == 3)
        #expect(found.retention == .init(folder: "kept", hours: 1))
        #expect(found.host == "127.0.0.1")
    }

    @Test func `the printed defaults read back as the defaults`() throws {
        #expect(try configuration(ServerConfiguration.commentedDefaults) == ServerConfiguration())
        #expect(try configuration("# nothing\n") == ServerConfiguration())
    }

    @Test func `by default no pictures are stored and only this machine can connect`() throws {
        let standard = try ServerConfiguration()
        #expect(standard.retention == nil)
        #expect(standard.host == "127.0.0.1")
        #expect(standard.limits.files == 12)
    }

    @Test func `by default slow clients, large pictures and one address are limited, and metrics have no own port`()
        throws
    {
        let standard = try ServerConfiguration(environment: ["HEARTSENSE_THREADS": "2"])
        #expect(standard.connections.responseSeconds == 30 && standard.connections.stopSeconds == 30)
        #expect(standard.connections.perAddress < standard.connections.count)
        #expect(standard.queue.largePixels == 16_000_000 && standard.largeThreads == 1)
        // Four requests of twelve pictures of 40 megapixels fit.
        #expect(standard.queue.waitingPixels >= 4 * 12 * standard.limits.pixels)
        #expect(standard.operations == nil)
        let found = try configuration("operations: {port: 9100}\nthreads: 9\n")
        #expect(found.operations == .init(host: "127.0.0.1", port: 9100) && found.largeThreads == 2)
    }

    @Test func `invalid settings are rejected with their place and the expected value`() {
        let mistakes: [(yaml: String, environment: [String: String], sentence: String)] = [
            ("limits: {fils: 3}", [:], "FILE: unknown key limits.fils. Did you mean limits.files?"),
            ("files: 3", [:], "FILE: unknown key files. Did you mean limits.files?"),
            ("port: many", [:], "FILE: port must be a whole number from 0 to 65535, found many."),
            ("port: 70000", [:], "FILE: port must be a whole number from 0 to 65535, found 70000."),
            ("", ["HEARTSENSE_PORT": "x"], "HEARTSENSE_PORT: port must be a whole number from 0 to 65535, found x."),
            ("port: [1]", [:], "FILE: port must be a single value, found a list."),
            ("limits: 3", [:], "FILE: limits must contain keys with values, such as `key: value`, found 3."),
            ("- a", [:], "FILE: the file must contain keys with values, such as `key: value`, found a list."),
            ("a: [", [:], "FILE: invalid YAML: line 2: "),
            ("log_level: loud", [:], "log_level must be trace, debug"),
            ("host: ''", [:], "host must be an address such as 127.0.0.1, found nothing."),
            ("operations: {port: 0}", [:], "operations.port must be off or a whole number from 1 to 65535, found 0."),
            ("queue: {pictures: 3}", [:], "queue.pictures must be a whole number from 12 to 100000, found 3."),
        ]
        for (yaml, environment, sentence) in mistakes {
            #expect("\(yaml) \(environment)") { try configuration(yaml, environment) } throws: {
                let text = ($0 as? Message)?.text ?? ""
                return text.contains(sentence)
                    || {
                        Issue.record("found: \(text)")
                        return false
                    }()
            }
        }
    }
}
