/// Marks over and under the traces of a page.
struct PageMarks: Sendable {
    static let none = PageMarks()

    func background(style: PageStyle, panels: [PagePanel]) -> [DrawingShape] { [] }
    func foreground(style: PageStyle, panels: [PagePanel]) -> [DrawingShape] { [] }
}
