extension DecodingError {
    /// The problem and its place in the document, without the decoder's own words.
    package var sentence: String {
        switch self {
        case .keyNotFound(let key, let context):
            return "\(Self.place(context.codingPath + [key])) is missing"
        case .typeMismatch(let type, let context):
            let found = context.debugDescription.firstMatch(of: /but found (.+) instead/).map {
                ", found \(Self.plain($0.1))"
            }
            return Self.place(context, "expected \(Self.phrase(type))\(found ?? "")")
        case .valueNotFound(let type, let context):
            return Self.place(context, "expected \(Self.phrase(type)), found null")
        case .dataCorrupted(let context):
            if context.codingPath.isEmpty, context.debugDescription.contains("not valid JSON") {
                return "it is not valid JSON, or a number has a fraction or more digits than allowed"
            }
            // The text is used inside a sentence.
            let text = context.debugDescription
            return Self.place(context, text.hasSuffix(".") ? String(text.dropLast()) : text)
        @unknown default: return localizedDescription
        }
    }

    private static func place(_ context: Context, _ problem: String) -> String {
        context.codingPath.isEmpty ? problem : "\(place(context.codingPath)): \(problem)"
    }

    /// Writes a path as `metrics.f1_macro.value` or `labels[2].code`.
    private static func place(_ path: [any CodingKey]) -> String {
        path.reduce("") { place, key in
            if let index = key.intValue { return "\(place)[\(index)]" }
            return place.isEmpty ? key.stringValue : "\(place).\(key.stringValue)"
        }
    }

    private static func phrase(_ type: Any.Type) -> String {
        switch type {
        case is String.Type: "a text"
        case is Bool.Type: "true or false"
        case is any BinaryInteger.Type: "a whole number"
        case is any BinaryFloatingPoint.Type: "a number"
        default: "\(type)".hasPrefix("Array") ? "a list" : "an object in braces"
        }
    }

    /// Replaces the decoder's name of a JSON value.
    private static func plain(_ found: Substring) -> String {
        switch found {
        case "a string": "a text"
        case "number": "a number"
        case "bool": "true or false"
        case "an array": "a list"
        case "a dictionary": "an object in braces"
        default: String(found)
        }
    }
}
