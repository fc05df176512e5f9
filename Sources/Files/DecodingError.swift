extension DecodingError {
    /// What is wrong, with the place in the document.
    package var sentence: String {
        func place(_ context: Context) -> String {
            let path = context.codingPath.map(\.stringValue).joined(separator: ".")
            // It goes on in the middle of a sentence.
            var text = context.debugDescription
            if text.hasSuffix(".") { text.removeLast() }
            return path.isEmpty ? text : "\(path): \(text)"
        }
        switch self {
        case .dataCorrupted(let context), .keyNotFound(_, let context), .typeMismatch(_, let context),
            .valueNotFound(_, let context):
            return place(context)
        @unknown default: return localizedDescription
        }
    }
}
