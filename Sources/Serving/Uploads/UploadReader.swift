import APIErrors
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Uploads

/// Reads the pictures of a request body while it arrives, within the limits.
struct UploadReader: Sendable {
    let limits: UploadLimits
    let budget: ByteBudget

    /// Returns the pictures in order, and an object that reserves their memory.
    ///
    /// - Throws: `APIError`.
    func pictures(of request: Request) async throws -> (pictures: [UploadedPicture], memory: ByteBudget.Share) {
        let share = ByteBudget.Share(of: budget)
        try refuseDeclaredLength(of: request)
        let type = request.headers[.contentType].flatMap { HeaderParameters($0.utf8) }
        let pictures =
            switch type?.value {
            case "multipart/form-data":
                // The form of the web page also has the fields of uploads, which mean nothing here.
                try await form(
                    request.body, boundary: type?.parameters["boundary"], share: share, texts: UploadOptions.fields
                ).pictures
            // The content determines the format. `curl --data-binary` sends the third type by default.
            case nil where request.headers[.contentType] == nil,
                "application/octet-stream", "application/x-www-form-urlencoded":
                [try await single(request.body, share: share)]
            case let kind? where kind.hasPrefix("image/"):
                [try await single(request.body, share: share)]
            default:
                throw APIError(
                    .unsupportedMediaType,
                    "Send pictures as multipart/form-data in fields named files, or one picture as the body with "
                        + "Content-Type: image/png, image/jpeg or application/octet-stream.",
                    headers: [.accept: "multipart/form-data, image/png, image/jpeg, application/octet-stream"],
                    endsConnection: true)
            }
        return (pictures, share)
    }

    /// Returns the pictures and text fields of a multipart form, which may have none of them.
    ///
    /// - Parameter texts: The names of the accepted text fields.
    /// - Throws: `APIError`.
    func form(
        of request: Request, texts: [String]
    ) async throws -> (pictures: [UploadedPicture], texts: [String: String], memory: ByteBudget.Share) {
        let share = ByteBudget.Share(of: budget)
        try refuseDeclaredLength(of: request)
        let type = request.headers[.contentType].flatMap { HeaderParameters($0.utf8) }
        let form = try await form(
            request.body, boundary: type?.parameters["boundary"], share: share, texts: texts, needsPicture: false)
        return (form.pictures, form.texts, share)
    }

    /// Returns a JSON body.
    ///
    /// - Parameter types: The accepted content types; nil for a request without one.
    /// - Throws: `APIError`.
    func json(
        of request: Request, types: [String?] = ["application/json"]
    ) async throws -> (body: Data, memory: ByteBudget.Share) {
        let share = ByteBudget.Share(of: budget)
        try refuseDeclaredLength(of: request)
        let type = request.headers[.contentType].map { HeaderParameters($0.utf8)?.value ?? "" }
        guard types.contains(type) else {
            throw APIError(
                .unsupportedMediaType, "Send JSON with Content-Type: application/json.",
                headers: [.accept: "application/json"], endsConnection: true)
        }
        var body = Data()
        try await pieces(of: request.body, share: share) { piece in
            piece.withUnsafeReadableBytes { body.append(contentsOf: $0) }
        }
        return (body, share)
    }

    /// Rejects a body with too large a `Content-Length` before reading it.
    private func refuseDeclaredLength(of request: Request) throws {
        guard let text = request.headers[.contentLength], let length = Int(text), length > limits.bodyBytes else {
            return
        }
        throw tooLargeBody()
    }

    private func single(_ body: RequestBody, share: ByteBudget.Share) async throws -> UploadedPicture {
        var bytes = Data()
        try await pieces(of: body, share: share) { piece in
            guard bytes.count + piece.readableBytes <= limits.fileBytes else { throw tooLargeFile() }
            piece.withUnsafeReadableBytes { bytes.append(contentsOf: $0) }
        }
        return UploadedPicture(name: "picture", bytes: bytes)
    }

    private func form(
        _ body: RequestBody, boundary: String?, share: ByteBudget.Share, texts: [String] = [], needsPicture: Bool = true
    ) async throws -> UploadForm {
        guard let boundary, (1 ... 70).contains(boundary.utf8.count), boundary.utf8.allSatisfy(Self.isBoundaryByte)
        else {
            throw MultipartParser.malformed("its content type has no boundary of 1 to 70 allowed characters")
        }
        var parser = MultipartParser(
            boundary: boundary, headerLimit: limits.partHeaderBytes, partLimit: limits.parts)
        var form = UploadForm(limits: limits, texts: texts)
        try await pieces(of: body, share: share) { piece in
            try parser.feed(piece.readableBytesView) { try form.handle($0) }
        }
        try parser.finish()
        guard !needsPicture || !form.pictures.isEmpty else {
            throw APIError(.noFiles, "Please choose at least one PNG or JPEG picture.")
        }
        return form
    }

    private func pieces(
        of body: RequestBody, share: ByteBudget.Share, _ use: (ByteBuffer) throws -> Void
    ) async throws {
        var total = 0
        var iterator = body.makeAsyncIterator()
        while true {
            let piece: ByteBuffer?
            do { piece = try await iterator.next() } catch { throw APIError(ofConnectionError: error) }
            guard let piece else { return }
            total += piece.readableBytes
            guard total <= limits.bodyBytes else { throw tooLargeBody() }
            try share.take(piece.readableBytes)
            try use(piece)
        }
    }

    private func tooLargeBody() -> APIError {
        APIError(
            .bodyTooLarge,
            "The request is larger than \(UploadLimits.words(bytes: limits.bodyBytes)). Please upload fewer or smaller "
                + "pictures.",
            endsConnection: true)
    }

    private func tooLargeFile() -> APIError { .tooLargeFile(limit: limits.fileBytes) }

    /// The characters of a boundary.
    ///
    /// - Source: RFC 2046, section 5.1.1.
    private static func isBoundaryByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a") ... UInt8(ascii: "z"), UInt8(ascii: "A") ... UInt8(ascii: "Z"),
            UInt8(ascii: "0") ... UInt8(ascii: "9"):
            true
        default: "'()+_,-./:=? ".utf8.contains(byte)
        }
    }
}

extension APIError {
    static func tooLargeFile(limit: Int) -> APIError {
        APIError(
            .fileTooLarge, "A file is larger than \(UploadLimits.words(bytes: limit)). Please use a smaller picture.",
            endsConnection: true)
    }
}
