import Foundation
import TestSupport
import Testing

@Suite(.serialized) struct ConfigurationCheckTests {
    @Test func `check-config prints models, database and warnings, and changes nothing`() throws {
        let scratch = try Scratch()
        try scratch.write("server.yaml", "host: 0.0.0.0\ndatabase: accounts.sqlite\n")
        let outcome = try Program.run(
            "heartsense-server", ["check-config", "--config", "server.yaml", "--model", SmallModel.path],
            in: scratch.path)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("model 'small' of kind picture, SHA-256 "))
        #expect(outcome.output.contains("accounts.sqlite: database, created at the first start"))
        #expect(outcome.output.hasSuffix("The configuration is valid.\n"))
        #expect(outcome.errors.hasPrefix("Warning: host is 0.0.0.0, but accounts.public_url is off."))
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

    @Test func `a server starts with the same warnings`() throws {
        let server = try RunningServer(environment: ["HEARTSENSE_HOST": "0.0.0.0"])
        let lines = server.log.split(separator: "\n").filter { $0.contains("\"warning\"") }
        #expect(lines.count == 1 && lines[0].contains("accounts.public_url is off"), "\(lines)")
    }
}
