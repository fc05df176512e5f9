import Foundation
import TestSupport
import Testing

@testable import RecordingFormats

/// A shell in the place of the programs.
struct ConverterTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func output(_ script: String, program: String = "sh", seconds: Double = 20) throws -> String {
        var converter = Converter(program: program, package: "some-package", kind: .dicom)
        converter.limits = .init(seconds: seconds, memoryBytes: 100_000_000, outputBytes: 100_000)
        let path = try scratch.write("in put", "content")
        let data = try converter.output(of: path) { input, output in
            script.contains("$2") ? ["-c", script, "sh", input, output] : ["-c", script, "sh", input]
        }
        return String(decoding: data, as: UTF8.self)
    }

    @Test func `the output is what the program prints, or the file that it writes`() throws {
        #expect(try output("cat \"$1\"") == "content")
        #expect(try output("echo noise; cat \"$1\" > \"$2\"") == "content")
    }

    @Test func `every way to fail has its own code`() throws {
        let cases: [(script: String, code: String)] = [
            ("exit 1", "unreadable"), ("true", "unreadable"), ("kill -SEGV $$", "unreadable"),
            ("cat /dev/zero", "output_limit"), ("tail /dev/zero", "memory_limit"),
        ]
        for (script, code) in cases {
            let failure = #expect(throws: RecordingFormatError.self) { try output(script) }
            #expect(failure?.code == code, "\(script)")
        }
        let late = #expect(throws: RecordingFormatError.self) { try output("sleep 100", seconds: 0.1) }
        #expect(late?.code == "timeout")
        let absent = #expect(throws: RecordingFormatError.self) { try output("", program: "no-such-program") }
        #expect(absent?.code == "not_installed")
        #expect(absent?.description.contains("apt-get install some-package") == true)
    }

    @Test func `the program's last line explains the error`() throws {
        let failure = #expect(throws: RecordingFormatError.self) { try output("echo one >&2; echo two >&2; exit 3") }
        #expect(
            failure?.description
                == "\(scratch("in put")): sh cannot read the DICOM file (two). The file is damaged: export it again.")
    }
}
