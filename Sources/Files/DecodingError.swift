extension DecodingError {
    /// The problem and its place in the document.
    package var sentence: String {
        func place(_ context: Context) -> String {
            let path = context.codingPath.map(\.stringValue).joined(separator: ".")
            // The text is used inside a sentence.
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
