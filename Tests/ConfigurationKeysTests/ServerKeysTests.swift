import Foundation
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

    @Test func `a secret is read from the file that a variable names, without the line break at its end`() throws {
        let scratch = try Scratch()
        let file = try scratch.write("password", "blue door \n")
        func password(_ environment: [String: String]) throws -> String {
            try Settings(environment: environment).text("mail.password")
        }
        let variable = "HEARTSENSE_MAIL_PASSWORD"
        #expect(try password(["\(variable)_FILE": file]) == "blue door ")
        #expect(try password(["\(variable)_FILE": "", variable: "given"]) == "given")
        #expect(throws: (any Error).self) {
            try password(["\(variable)_FILE": scratch("none")])
        }
        let error = #expect(throws: ConfigurationError.self) {
            try password(["\(variable)_FILE": file, variable: "given"])
        }
        #expect(
            error?.description
                == "\(variable)_FILE: mail.password must be set by one variable, found \(variable) too.")
        #expect(ServerKeys.table.keys.filter(\.isSecret).map(\.path) == ["mail.password"])
    }

    @Test(arguments: [(0o600, false), (0o640, true), (0o604, true), (0o644, true)])
    func `files of the configuration that others can read are known`(mode: Int, isExposed: Bool) throws {
        let scratch = try Scratch()
        let files = [try scratch.write("server.yaml", "port: 1\n"), try scratch.write("password", "x")]
        for file in files { chmod(file, mode_t(mode)) }
        let settings = try Settings(file: files[0], environment: ["HEARTSENSE_MAIL_PASSWORD_FILE": files[1]])
        #expect(settings.exposedFiles == (isExposed ? files : []))
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
