import Foundation
import TestSupport
import Testing

@testable import Mail

struct MailFolderTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func put(_ name: String, age: Double, now: Date) throws {
        let path = scratch(name)
        try Data("x".utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.modificationDate: now - age], ofItemAtPath: path)
    }

    private func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: scratch.path).sorted()
    }

    @Test func `old messages are deleted, and other files stay`() throws {
        let now = Date()
        let report = String(repeating: "0f", count: 16)
        let ours =
            MailName.Kind.allCases.map(MailName.account) + [
                MailName.contact(12), MailName.confirmation(ofReport: report), report,
            ]
        let unfinished = ".\(report).123-456.tmp"
        let others = [
            "notes.eml", "report.eml", "\(report)0.eml", "\(report).eml.bak", "\(report).txt", "x\(report).eml",
            "contact-a.eml", "verify-1.eml", "contact-1.eml\n", ".123-456.tmp.eml",
        ]
        for name in (ours + [unfinished]).map({ "\($0).eml" }) + others { try put(name, age: 100, now: now) }
        try put("\(MailName.contact(13)).eml", age: 10, now: now)
        // Folders and links are not messages, whatever their names.
        try FileManager.default.createDirectory(
            atPath: scratch("contact-14.eml"), withIntermediateDirectories: false,
            attributes: [.modificationDate: now - 100])
        try FileManager.default.createSymbolicLink(
            atPath: scratch("contact-15.eml"), withDestinationPath: "notes.eml")

        let mail = MailFolder(path: scratch.path)
        #expect(try mail.removeAll(writtenBefore: now - 1000) == 0)
        #expect(try mail.removeAll(writtenBefore: now - 50) == ours.count + 1)
        #expect(try names() == (others + ["contact-13.eml", "contact-14.eml", "contact-15.eml"]).sorted())
        #expect(try mail.removeAll(writtenBefore: now - 50) == 0)
    }

    @Test func `only the user of the server can read messages`() throws {
        let address = try #require(MailAddress("a@b.org"))
        try MailFolder(path: scratch("mail")).deliver(
            MailMessage(id: "one", from: address, to: address, subject: "s", text: "t", date: Date()))
        #expect(try scratch.mode(of: "mail") == 0o700)
        #expect(try scratch.mode(of: "mail/one.eml") == 0o600)
    }

    @Test func `a missing folder is empty, and an unreadable one is an error`() throws {
        #expect(try MailFolder(path: scratch("none")).removeAll(writtenBefore: Date()) == 0)
        try put("file", age: 0, now: Date())
        #expect(throws: (any Error).self) {
            try MailFolder(path: scratch("file")).removeAll(writtenBefore: Date())
        }
    }
}
