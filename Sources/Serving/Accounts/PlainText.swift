/// What people write in free words.
enum PlainText {
    /// Whether the text is one line without control characters, such as the end of a line, and without HTML.
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
