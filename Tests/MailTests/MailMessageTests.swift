import Foundation
import TestSupport
import Testing

@testable import Mail

/// Messages that Python's email package reads back.
struct MailMessageTests {
    private static let address = MailAddress("reports@example.org")!

    private func message(
        subject: String = "Result", fromName: String = "HeartSense", text: String = "a\n", html: String? = nil,
        attachments: [MailMessage.Attachment] = []
    ) -> MailMessage {
        MailMessage(
            id: "abc-1", from: Self.address, fromName: fromName, to: MailAddress("anna.o'neil+ecg@example.org")!,
            subject: subject, text: text, html: html, attachments: attachments,
            date: Date(timeIntervalSince1970: 1_700_000_000))
    }

    @Test func `a short message has these bytes`() throws {
        let expected = [
            "Date: Tue, 14 Nov 2023 22:13:20 +0000", "From: \"HeartSense\"", " <reports@example.org>",
            "To: <anna.o'neil+ecg@example.org>", "Message-ID: <abc-1@example.org>", "Subject: Result",
            "Auto-Submitted: auto-generated", "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: quoted-printable", "", "one =3D 1=20", "gr=C3=BCn", "",
        ].joined(separator: "\r\n")
        #expect(String(decoding: try message(text: "one = 1 \ngrün").data(), as: UTF8.self) == expected)
    }

    @Test func `text that is not plain ASCII reads back unchanged`() throws {
        let texts = [
            "Ergebnis für Öttö 🫀 – eine sehr lange Betreffzeile, die in mehrere Wörter zerlegt werden muss, mit 漢字",
            String(repeating: "🫀", count: 40), "=?UTF-8?Q?nothing_of_the_sort?=", "a \"quoted\\\" one", " blanks ",
            String(repeating: "a", count: 300),
        ]
        for text in texts {
            let data = try message(subject: text, fromName: text).data()
            let read = try PythonMail.read(data)
            #expect(read?.headers["Subject"] ?? text == text)
            // Python puts a blank between the encoded words of a name, which RFC 2047 (6.2) does not.
            let bare = { (name: String) in name.replacing(" ", with: "") }
            #expect(bare(read?.sender ?? text) == bare(text), "\(read?.headers["From"] ?? "")")
            #expect(read?.root.defects ?? [] == [])
            #expect(Self.longestLine(data) <= 78)
        }
    }

    @Test func `text, HTML, picture and file have their parts`() throws {
        let picture = Data((0 ..< 5000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        let text = ".\n..dots\nlong " + String(repeating: "wörter ", count: 60) + "\n\nFrom here\n-- \nend"
        let html = "<p title=\"=_\">" + String(repeating: "<b>ä</b>", count: 90) + "</p><img src=\"cid:figure\">\n"
        let data = try message(
            text: text, html: html,
            attachments: [
                .init(name: "bild grün.png", type: "image/png", data: picture, contentID: "figure"),
                .init(
                    name: "Bericht – " + String(repeating: "lang ", count: 30) + ".json", type: "application/json",
                    data: Data("{}".utf8)),
            ]
        ).data()
        #expect(Self.longestLine(data) <= 78)
        #expect(data.allSatisfy { $0 < 0x80 })
        guard let read = try PythonMail.read(data) else { return }
        #expect(read.date == 1_700_000_000)
        #expect(read.root.type == "multipart/mixed")
        let alternative = try #require(read.root.parts?.first)
        #expect(alternative.type == "multipart/alternative")
        #expect(alternative.parts?.first?.text == text + "\n")
        let related = try #require(alternative.parts?.last)
        #expect(related.type == "multipart/related")
        #expect(related.parts?.first?.text == html)
        let figure = try #require(related.parts?.last)
        #expect(figure.type == "image/png" && figure.id == "<figure>" && figure.disposition == "inline")
        #expect(figure.base64.flatMap { Data(base64Encoded: $0) } == picture)
        #expect(figure.name == "bild grün.png")
        let file = try #require(read.root.parts?.last)
        #expect(file.disposition == "attachment" && file.name?.hasSuffix("lang .json") ?? false)
        #expect(read.root.allDefects == [])
    }

    @Test(arguments: ["a\r\nBcc: b@example.org", "a\nb", "a\rb", "a\0b", "a\u{2028}b", "a\u{85}b", "a\u{1B}b"])
    func `a header with a line break or control character is rejected`(text: String) {
        #expect(throws: MailError.controlCharacter(field: "subject")) { try message(subject: text).data() }
        #expect(throws: MailError.controlCharacter(field: "sender's name")) { try message(fromName: text).data() }
        #expect(throws: MailError.controlCharacter(field: "file name")) {
            try message(attachments: [.init(name: text, type: "image/png", data: Data())]).data()
        }
        #expect(throws: MailError.badIdentifier) {
            try message(attachments: [.init(name: "a", type: text, data: Data())]).data()
        }
        var other = message()
        other.id = text
        #expect(throws: MailError.badIdentifier) { try other.data() }
    }

    private static func longestLine(_ data: Data) -> Int {
        String(decoding: data, as: UTF8.self).components(separatedBy: "\r\n").map(\.utf8.count).max() ?? 0
    }
}
