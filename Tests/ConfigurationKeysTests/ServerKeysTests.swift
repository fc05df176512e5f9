import TestSupport
import Testing

@testable import ConfigurationKeys

struct ServerKeysTests {
    @Test func `every default is a value of its form`() {
        for key in ServerKeys.table.keys {
            #expect(key.standard.map(key.form.accepts) == true, "\(key.path)")
            #expect(key.readers == [.server], "\(key.path)")
        }
    }

    @Test func `a list, a deeper block and an empty block are errors in a file of the server`() throws {
        let scratch = try Scratch()
        for yaml in ["port: [1]", "limits: {files: {a: 1}}", "limits:", "limits: {files: [1]}"] {
            let file = try scratch.write("server.yaml", yaml)
            #expect(throws: ConfigurationError.self, "\(yaml)") { try Settings(file: file, environment: [:]) }
        }
    }

    @Test func `words that mean off name no file or folder`() throws {
        let scratch = try Scratch()
        let file = try scratch.write("server.yaml", "database: false\nretention: {folder: none}\n")
        let settings = try Settings(file: file, environment: ["HEARTSENSE_MAIL_SERVER": "no"])
        for key in ["database", "retention.folder", "mail.server"] { #expect(settings.text(key) == "off", "\(key)") }
    }

    @Test func `the environment replaces values of the file, and is named in errors`() throws {
        let scratch = try Scratch()
        let file = try scratch.write("server.yaml", "port: 1\nlimits: {files: 3}\n")
        let settings = try Settings(file: file, environment: ["HEARTSENSE_PORT": "x", "HEARTSENSE_THREADS": "auto"])
        #expect(try settings.integer("limits.files") == 3 && settings.integer("threads", or: "auto") == nil)
        #expect(
            throws: ConfigurationError.badValue(
                source: "HEARTSENSE_PORT", key: "port", found: "x", expected: "a whole number from 0 to 65535")
        ) { try settings.integer("port") }
    }
}
