import Files
import Foundation

/// An e-mail: plain text, optionally HTML with pictures, and optionally attached files.
///
/// ```
/// multipart/mixed            with files
///   multipart/alternative    with HTML
///     text/plain
///     multipart/related      with pictures
///       text/html
///       image/png …
/// ```
///
/// - Source: RFC 5322 (headers), 2045 to 2047 (MIME), 2231 (file names), 2387 (related), 2392 (`cid:`), 3834 (automatic
///   messages).
public struct MailMessage: Equatable, Sendable {
    /// An attached file. With a content id, the HTML shows it as `<img src="cid:…">`.
    public struct Attachment: Codable, Equatable, Sendable {
        public var name: String
        /// The media type, such as `image/png`.
        public var type: String
        public var data: Data
        /// Letters, digits, `-` and `_`.
        public var contentID: String?

        public init(name: String, type: String, data: Data, contentID: String? = nil) {
            (self.name, self.type, self.data, self.contentID) = (name, type, data, contentID)
        }
    }

    /// The id in the outbox. In the message it is `<id@domain>`.
    public var id: String
    public var from: MailAddress
    public var fromName: String
    public var to: MailAddress
    public var subject: String
    public var text: String
    public var html: String?
    public var attachments: [Attachment]
    public var date: Date

    public init(
        id: String, from: MailAddress, fromName: String = "HeartSense", to: MailAddress, subject: String, text: String,
        html: String? = nil, attachments: [Attachment] = [], date: Date
    ) {
        (self.id, self.from, self.fromName, self.to, self.subject) = (id, from, fromName, to, subject)
        (self.text, self.html, self.attachments, self.date) = (text, html, attachments, date)
    }

    /// Returns the message in the form for transport: ASCII with CRLF line ends, and lines of at most 78 bytes except with
    /// a `cid`.
    ///
    /// Equal messages give equal bytes.
    ///
    /// - Throws: `MailError` for a header that contains a control character.
    public func data() throws -> Data {
        guard Self.isIdentifier(id) else { throw MailError.badIdentifier }
        let headers = [
            MailHeader.line("Date", Self.dateText(date)),
            MailHeader.line("From", try MailHeader.phrase(fromName, field: "sender's name") + "\r\n <\(from)>"),
            MailHeader.line("To", "<\(to)>"),
            MailHeader.line("Message-ID", "<\(id)@\(from.domain)>"),
            MailHeader.line("Subject", try MailHeader.unstructured(subject, field: "subject")),
            MailHeader.line("Auto-Submitted", "auto-generated"),
            MailHeader.line("MIME-Version", "1.0"),
        ]
        return Data((headers.joined() + (try body().text)).utf8)
    }

    private func body() throws -> MIMEPart {
        let boundary = String(Digest(of: id).description.prefix(24))
        var body = MIMEPart.text(text, subtype: "plain")
        if let html {
            let shown = try attachments.filter { $0.contentID != nil }.map(MIMEPart.file)
            let page = MIMEPart.text(html, subtype: "html")
            let related =
                shown.isEmpty
                ? page
                : .multipart("related", [page] + shown, boundary: boundary + "r", parameters: ["type=\"text/html\""])
            body = .multipart("alternative", [body, related], boundary: boundary + "a")
        }
        let attached = attachments.filter { html == nil || $0.contentID == nil }
        guard !attached.isEmpty else { return body }
        return .multipart("mixed", [body] + (try attached.map(MIMEPart.file)), boundary: boundary + "m")
    }

    package static func isIdentifier(_ text: String) -> Bool {
        (1 ... 64).contains(text.utf8.count)
            && text.utf8.allSatisfy { MailHeader.isTokenByte($0) && !"!#$%&'*+.^`|~".utf8.contains($0) }
    }

    /// - Source: RFC 5322, section 3.3.
    static func dateText(_ date: Date) -> String {
        var seconds = time_t(date.timeIntervalSince1970.rounded(.down))
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        return days[Int(parts.tm_wday)]
            + String(format: ", %02d ", parts.tm_mday) + months[Int(parts.tm_mon)]
            + String(
                format: " %d %02d:%02d:%02d +0000", 1900 + parts.tm_year, parts.tm_hour, parts.tm_min, parts.tm_sec)
    }
}
