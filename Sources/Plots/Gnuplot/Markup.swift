/// Splits XML into tags and text.
enum Markup {
    enum Piece: Equatable {
        /// The text between `<` and `>`.
        case tag(String)
        case text(String)

        /// The name of an opening tag's element.
        var tagName: Substring? {
            guard case .tag(let tag) = self else { return nil }
            return tag.prefix { !$0.isWhitespace }
        }
    }

    static func pieces(of document: String) -> [Piece] {
        var pieces: [Piece] = []
        for (index, part) in document.utf8.split(separator: UInt8(ascii: "<"), omittingEmptySubsequences: false)
            .enumerated()
        {
            // gnuplot writes every `<` of a text as `&lt;`, so each part but the first starts with a tag.
            guard index > 0, let end = part.firstIndex(of: UInt8(ascii: ">")) else {
                pieces.append(.text((index > 0 ? "<" : "") + String(Substring(part))))
                continue
            }
            pieces.append(.tag(String(Substring(part[..<end]))))
            pieces.append(.text(String(Substring(part[part.index(after: end)...]))))
        }
        return pieces
    }

    static func joined(_ pieces: some Sequence<Piece>) -> String {
        var document = ""
        for piece in pieces {
            switch piece {
            case .tag(let tag): document += "<\(tag)>"
            case .text(let text): document += text
            }
        }
        return document
    }
}
