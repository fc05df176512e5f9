import Foundation
import Logging
import Scratch
import Testing

@testable import Mail
@testable import Serving
@testable import Storage

struct RetentionSweeperTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func `files of mail go when results of their age do, and others stay`() async throws {
        let now = Date(timeIntervalSince1970: 2_000_000)
        let path = scratch("mail")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for (name, age) in [(MailName.contact(1), 200.0), (MailName.contact(2), 50), ("mine", 200)] {
            try Data("x".utf8).write(to: URL(fileURLWithPath: "\(path)/\(name).eml"))
            try FileManager.default.setAttributes([.modificationDate: now - age], ofItemAtPath: "\(path)/\(name).eml")
        }
        try await RetentionSweeper(
            storage: try ServerDatabase(path: scratch("a.sqlite")), resultSeconds: 100, pictureSeconds: 100,
            mail: MailFolder(path: path), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        ).sweep(now: now)
        #expect(try FileManager.default.contentsOfDirectory(atPath: path).sorted() == ["contact-2.eml", "mine.eml"])
    }
}
