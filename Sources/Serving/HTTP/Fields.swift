import APIErrors
import Foundation
import Hummingbird
import Mail

/// The text fields of a request body: a form of a page, or JSON of a program.
struct Fields: Sendable {
    /// Whether a form has sent the fields. Forms must contain the token of their page.
    let isForm: Bool
    private let values: [String: String]
    /// The fields that JSON has as booleans, which are not texts.
    private let truths: Set<String>

    static let byteLimit = 64 << 10
    /// Fields of forms in addition to those of the route.
    static let ofForms = ["csrf"]

    /// - Parameter known: The names of the fields that the route accepts.
    /// - Throws: `APIError`.
    init(of request: Request, known: [String]) async throws {
        let body = try await Self.body(of: request)
        let type = request.headers[.contentType].flatMap { HeaderParameters($0.utf8) }?.value
        switch type {
        case "application/x-www-form-urlencoded":
            (isForm, truths) = (true, [])
            values = try Self.form(body)
        case "application/json":
            let fields = try Self.jsonValues(body)
            (isForm, truths) = (false, Set(fields.filter(\.value.isTruth).keys))
            values = fields.mapValues(\.text)
        case nil where body.isEmpty && request.headers[.contentType] == nil:
            (isForm, truths, values) = (false, [], [:])
        default:
            throw APIError(
                .unsupportedMediaType,
                "Send JSON (Content-Type: application/json) or a form (Content-Type: application/x-www-form-urlencoded).",
                headers: [.accept: "application/json, application/x-www-form-urlencoded"])
        }
        let known = known + (isForm ? Self.ofForms : [])
        guard values.keys.allSatisfy(known.contains) else {
            throw APIError(
                .unknownField, "The request has an unknown field. Known fields: \(known.joined(separator: ", ")).")
        }
    }

    init(_ values: [String: String], isForm: Bool) { (self.values, self.isForm, truths) = (values, isForm, []) }

    private static func body(of request: Request) async throws -> Data {
        func tooLarge() -> APIError {
            APIError(.bodyTooLarge, "The body is larger than \(byteLimit) bytes.", endsConnection: true)
        }
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > byteLimit { throw tooLarge() }
        var body = Data()
        var iterator = request.body.makeAsyncIterator()
        while true {
            let piece: ByteBuffer?
            do { piece = try await iterator.next() } catch { throw APIError(ofConnectionError: error) }
            guard let piece else { return body }
            guard body.count + piece.readableBytes <= byteLimit else { throw tooLarge() }
            body.append(contentsOf: piece.readableBytesView)
        }
    }

    /// Decodes a form strictly. Hummingbird's decoder replaces invalid UTF-8, so that different passwords could become
    /// equal, and ignores a field without `=`.
    ///
    /// - Source: WHATWG URL, section 5.1.
    static func form(_ body: Data) throws -> [String: String] {
        func broken(_ what: String) -> APIError { APIError(.invalidField, "The form \(what).") }
        var values: [String: String] = [:]
        for pair in body.split(separator: UInt8(ascii: "&")) {
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = decoded(parts[0]), let value = parts.count == 2 ? decoded(parts[1]) : "" else {
                throw broken("is not valid percent-encoded UTF-8")
            }
            guard values.updateValue(value, forKey: name) == nil else { throw broken("contains a field twice") }
        }
        return values
    }

    private static func decoded(_ bytes: Data.SubSequence) -> String? {
        var result: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): result.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
                    return nil
                }
                result.append(high << 4 | low)
            default: result.append(byte)
            }
        }
        return String(validating: result, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        Character(Unicode.Scalar(byte)).hexDigitValue.map(UInt8.init)
    }

    static func json(_ body: Data) throws -> [String: String] { try jsonValues(body).mapValues(\.text) }

    private static func jsonValues(_ body: Data) throws -> [String: Value] {
        guard let values = try? JSONDecoder().decode([String: Value].self, from: body) else {
            throw APIError(.malformedJSON, "The body must be a JSON object of strings, booleans and lists of strings.")
        }
        return values
    }

    /// A string, a boolean (as forms send it) or a list of codes (joined as in manifests).
    private struct Value: Decodable {
        let text: String
        var isTruth = false

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let truth = try? container.decode(Bool.self) {
                isTruth = true
                text = truth ? "true" : "false"
            } else if let list = try? container.decode([String].self) {
                text = list.joined(separator: "|")
            } else {
                text = try container.decode(String.self)
            }
        }
    }
}

extension Fields {
    /// Returns the value of a field; nil if it is missing or empty.
    func optional(_ name: String) -> String? { values[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// - Throws: `APIError` with `invalidField`.
    func required(_ name: String) throws -> String {
        guard let value = optional(name) else {
            throw APIError(.invalidField, "The field \(name) is missing or empty.")
        }
        guard !truths.contains(name) else { throw APIError(.invalidField, "The field \(name) must be a string.") }
        return value
    }

    /// - Throws: `APIError` with `invalidField` if the field is not an e-mail address.
    func address(_ name: String) throws -> MailAddress {
        let text = try required(name).trimmingCharacters(in: CharacterSet(charactersIn: " "))
        // Validated first, because the lower case of the Kelvin sign (U+212A) is the ASCII letter k.
        guard let address = MailAddress(text).flatMap({ MailAddress($0.description.lowercased()) }) else {
            throw APIError(.invalidField, "The field \(name) must be an e-mail address, such as name@example.org.")
        }
        return address
    }

    /// Returns the value of a field that is a whole number; nil if it is missing or empty.
    ///
    /// - Throws: `APIError` with `invalidField`.
    func number(_ name: String) throws -> Int64? {
        try optional(name).map { text in
            guard let number = Int64(text), number >= 0 else {
                throw APIError(.invalidField, "The field \(name) must be a whole number.")
            }
            return number
        }
    }

    /// - Throws: `APIError` with `invalidField`.
    func truth(_ name: String) throws -> Bool {
        switch values[name] {
        case "true", "on": return true
        case "false", "", nil: return false
        default: throw APIError(.invalidField, "The field \(name) must be true or false.")
        }
    }
}

/// Checks of free text.
enum PlainText {
    /// Whether the text is one line, without control characters and HTML.
    static func isLine(_ text: String) -> Bool {
        let hasControls = text.unicodeScalars.contains { scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: true
            default: false
            }
        }
        return !hasControls && text.firstMatch(of: /<[A-Za-z!\/]/) == nil
    }
}
