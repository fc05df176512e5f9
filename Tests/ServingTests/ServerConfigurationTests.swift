import Foundation
import TestSupport
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

    @Test func `the server warns about a configuration that others can read`() throws {
        let scratch = try Scratch()
        let file = try scratch.write("server.yaml", "mail: {password: blue door}\n")
        for (mode, isExposed) in [(mode_t(0o644), true), (mode_t(0o600), false)] {
            chmod(file, mode)
            let server = try RunningServer(arguments: ["--config", file])
            #expect(server.log.contains("other users can read a file of the configuration") == isExposed)
            #expect(!server.log.contains("blue door"))
        }
    }

    @Test func `the printed defaults read back as the defaults`() throws {
        #expect(try configuration(ServerConfiguration.commentedDefaults) == ServerConfiguration())
        #expect(try configuration("# nothing\n") == ServerConfiguration())
    }

    @Test func `cookies without TLS are accepted on a loopback address only`() throws {
        func check(_ host: String, _ url: String = "off") throws -> ServerConfiguration {
            try configuration(
                "host: '\(host)'\ndatabase: a.sqlite\naccounts: {secure_cookies: false, public_url: '\(url)'}")
        }
        for host in ["127.0.0.1", "127.0.0.2", "::1", "localhost"] {
            #expect(try check(host).accounts?.secureCookies == false, "\(host)")
        }
        #expect(try check("127.0.0.1", "http://localhost:8080").accounts?.secureCookies == false)
        for (host, url) in [
            ("0.0.0.0", "off"), ("192.0.2.1", "off"), ("::", "off"), ("ecg.example.org", "off"),
            ("127.0.0.1", "http://ecg.example.org"), ("127.0.0.1", "https://ecg.example.org"),
        ] {
            #expect("\(host) \(url)") { try check(host, url) } throws: {
                ($0 as? Message)?.text.contains("accounts.secure_cookies must be true, because host or ") ?? false
            }
        }
    }

    @Test func `networks of clinicians are parsed or rejected`() throws {
        func networks(_ text: String) throws -> Int? {
            try configuration("database: a.sqlite\naccounts: {clinician_networks: '\(text)'}").accounts?
                .clinicianNetworks?.count
        }
        #expect(try networks("off") == nil && networks("10.0.0.0/8, 2001:db8::/32") == 2)
        for text in ["10.0.0.0/40", "10.0.0.0/8;", "clinic"] {
            #expect(throws: Message.self, "\(text)") { try networks(text) }
        }
    }

    @Test func `by default no pictures are stored and only this machine can connect`() throws {
        let standard = try ServerConfiguration()
        #expect(standard.retention == nil)
        #expect(standard.host == "127.0.0.1")
        #expect(standard.limits.files == 12)
    }

    @Test func `settings that are probably not meant give a warning`() throws {
        func warnings(_ environment: [String: String]) throws -> [ServerConfiguration.Warning] {
            try configuration("", environment).warnings
        }
        #expect(try warnings([:]) == [])
        #expect(try warnings(["HEARTSENSE_HOST": "0.0.0.0"]) == [.noPublicURL(host: "0.0.0.0")])
        #expect(try warnings(["HEARTSENSE_HOST": "::"]) == [.noPublicURL(host: "::")])
        #expect(try warnings(["HEARTSENSE_HOST": "192.0.2.1"]) == [])
        let proxy = [
            "HEARTSENSE_HOST": "0.0.0.0", "HEARTSENSE_DATABASE": "a.sqlite",
            "HEARTSENSE_ACCOUNTS_PUBLIC_URL": "https://ecg.example.org",
        ]
        #expect(try warnings(proxy) == [.noClientHeader(publicURL: "https://ecg.example.org")])
        let header = ["HEARTSENSE_ACCOUNTS_CLIENT_HEADER": "X-Forwarded-For"]
        #expect(try warnings(proxy.merging(header) { $1 }) == [])
        #expect(ServerConfiguration.Warning.noPublicURL(host: "::").description.contains("Set accounts.public_url"))
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
