/// The part of content negotiation that distinguishes browsers from programs.
enum AcceptHeader {
    /// Whether the client prefers HTML to JSON. Clients without a preference get JSON.
    ///
    /// - Source: RFC 9110, section 12.5.1. The most specific matching range determines the weight of a type.
    static func prefersHTML(_ value: String?) -> Bool {
        guard let value else { return false }
        return weight(of: ("text", "html"), in: value) > weight(of: ("application", "json"), in: value)
    }

    private static func weight(of type: (String, String), in value: String) -> Double {
        var best = (specificity: -1, weight: 0.0)
        for range in value.lowercased().split(separator: ",") {
            let parts = range.split(separator: ";").map { $0.filter { !$0.isWhitespace } }
            guard let name = parts.first else { continue }
            let specificity =
                switch name {
                case "\(type.0)/\(type.1)": 2
                case "\(type.0)/*": 1
                case "*/*": 0
                default: -1
                }
            guard specificity > best.specificity else { continue }
            let quality = parts.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
            best = (specificity, min(max(quality, 0), 1))
        }
        return best.weight
    }
}
