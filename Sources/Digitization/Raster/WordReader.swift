import Files
import Foundation
import Imaging
import Processes

/// Reads the printed words of a straight page with tesseract in a child process.
///
/// Letters are small components of ink. Those next to each other form a word. All words of a page are drawn one below
/// another on a sheet, which one run of the program reads. Without the program a page has no words.
struct WordReader {
    /// A word in pixels of the straight page.
    struct Word {
        var text: String
        var left: Int
        var top: Int
        var right: Int
        var bottom: Int
        var confidence: Double
    }

    struct Box {
        var left: Int
        var top: Int
        var right: Int
        var bottom: Int
        /// Number of vertical strokes of a word that has no other letters; 0 for other words.
        var strokes = 0

        /// Whether this is one vertical stroke: the name I, or a dash of a separator.
        var isStroke: Bool { (right - left + 1) * 10 < (bottom - top + 1) * 3 }
    }

    /// Words on a sheet; the others are farther from the traces or longer.
    private static let mostWords = 60
    private static let mostStrokes = 8
    /// Confidence in percent of a name whose strokes were counted.
    private static let certaintyOfStrokes = 90.0
    /// Height of a line and of a letter on the sheet, and width of the sheet, in pixels.
    private static let line = 72
    private static let letter = 40
    private static let sheet = 640

    static func words(_ page: PageInk, runs: InkRuns, pixelsPerMillimeter scale: Double) -> [Word] {
        let boxes = boxes(runs, scale: scale)
        guard !boxes.isEmpty else { return [] }
        guard let folder = try? PrivateFolder() else { return [] }
        defer { withExtendedLifetime(folder) {} }
        let path = folder("words.png")
        var environment = ProcessInfo.processInfo.environment
        environment["OMP_THREAD_LIMIT"] = "1"
        environment.merge(HelperProgram.allocator) { _, new in new }
        guard (try? picture(page, boxes).writePNG(to: path)) != nil,
            let outcome = try? ChildProcess.run(
                "tesseract", [path, "stdout", "--dpi", "200", "--psm", "6", "tsv"], environment: environment,
                limits: ChildProcess.Limits(
                    seconds: 60, processorSeconds: 10, memoryBytes: 1 << 30, outputBytes: 1 << 20)),
            outcome.status == 0
        else { return [] }
        return parse(outcome.output, boxes)
    }

    /// Boxes of words: letters are 1.2 to 6 mm high.
    private static func boxes(_ runs: InkRuns, scale: Double) -> [Box] {
        let letters = runs.components.filter {
            let (width, height) = (Double($0.width) / scale, Double($0.height) / scale)
            return height >= 1.2 && height <= 6.5 && width >= 0.15 && width <= 9 && Double($0.area) > scale
        }.sorted { ($0.left, $0.top) < ($1.left, $1.top) }
        var words: [Box] = []
        for letter in letters {
            var box = Box(
                left: Int(letter.left), top: Int(letter.top), right: Int(letter.right), bottom: Int(letter.bottom))
            if box.isStroke { box.strokes = 1 }
            let height = box.bottom - box.top
            let word = words.lastIndex { word in
                let gap = Double(box.left - word.right)
                let overlap = min(word.bottom, box.bottom) - max(word.top, box.top)
                return gap < 1.1 * scale && gap > -2 * scale && overlap * 2 > min(height, word.bottom - word.top)
            }
            if let word {
                let isAlike = abs(words[word].bottom - words[word].top - height) * 6 <= height
                let isStrokes = isAlike && box.strokes > 0 && words[word].strokes > 0
                words[word].strokes = isStrokes ? words[word].strokes + 1 : 0
                words[word].right = max(words[word].right, box.right)
                words[word].top = min(words[word].top, box.top)
                words[word].bottom = max(words[word].bottom, box.bottom)
            } else {
                words.append(box)
            }
        }
        // Names of leads are short.
        words = words.filter { Double($0.right - $0.left) < 24 * scale }.sorted {
            ($0.right - $0.left, $0.top, $0.left) < ($1.right - $1.left, $1.top, $1.left)
        }
        let (strokes, texts) = (words.filter(\.isStroke), words.filter { !$0.isStroke })
        return Array(texts.prefix(mostWords)) + names(among: strokes, like: texts).prefix(mostStrokes)
    }

    /// Returns the strokes that can be the name I: as high as the other letters, and not a dash of a separator.
    private static func names(among strokes: [Box], like texts: [Box]) -> [Box] {
        let heights = texts.map { $0.bottom - $0.top }.sorted()
        guard !heights.isEmpty else { return [] }
        return strokes.filter { stroke in
            let height = stroke.bottom - stroke.top
            let alike = heights.count { abs($0 - height) * 8 <= height }
            let chain = strokes.count { other in
                abs(other.left - stroke.left) * 4 <= height && abs(other.top - stroke.top) < 4 * height
            }
            return alike * 8 >= heights.count && chain <= 2
        }
    }

    private static func picture(_ page: PageInk, _ boxes: [Box]) -> GrayImage {
        var image = GrayImage(
            width: sheet, height: boxes.count * line + 20,
            pixels: [UInt8](repeating: 255, count: sheet * (boxes.count * line + 20)))
        for (number, box) in boxes.enumerated() {
            let factor = Double(letter) / Double(box.bottom - box.top + 1)
            let width = min(sheet - 60, Int(Double(box.right - box.left + 1) * factor))
            for row in 0 ..< letter {
                let y = Double(box.top) + (Double(row) + 0.5) / factor - 0.5
                let top = max(0, min(page.height - 2, Int(y)))
                let down = max(0, min(1, y - Double(top)))
                for column in 0 ..< width {
                    let x = Double(box.left) + (Double(column) + 0.5) / factor - 0.5
                    let left = max(0, min(page.width - 2, Int(x)))
                    let right = max(0, min(1, x - Double(left)))
                    func ink(_ x: Int, _ y: Int) -> Double { Double(page.ink[y * page.width + x]) }
                    let upper = ink(left, top) * (1 - right) + ink(left + 1, top) * right
                    let lower = ink(left, top + 1) * (1 - right) + ink(left + 1, top + 1) * right
                    let value = upper * (1 - down) + lower * down
                    image.pixels[(number * line + 16 + row) * sheet + 30 + column] = UInt8(255 - value)
                }
            }
        }
        return image
    }

    /// Reads the words of a table of tesseract, with the boxes from which the lines of the sheet were drawn.
    ///
    /// Tesseract loses strokes of II and III, so their strokes are counted.
    static func parse(_ table: String, _ boxes: [Box]) -> [Word] {
        var words: [Int: (text: String, confidence: Double)] = [:]
        for row in table.split(separator: "\n") {
            let cells = row.split(separator: "\t", omittingEmptySubsequences: false)
            guard cells.count == 12, cells[0] == "5", let top = Int(cells[7]), let height = Int(cells[9]),
                let confidence = Double(cells[10]), [top, height].allSatisfy((0 ..< 1 << 20).contains)
            else { continue }
            let text = cells[11].trimmingCharacters(in: .whitespaces)
            let number = (top + height / 2 - 4) / line
            guard boxes.indices.contains(number), text.contains(where: { $0.isLetter || $0.isNumber }) else { continue }
            if let known = words[number] {
                words[number] = (known.text + text, min(known.confidence, confidence))
            } else {
                words[number] = (text, confidence)
            }
        }
        for (number, box) in boxes.enumerated() where (2 ... 3).contains(box.strokes) {
            words[number] = (String(repeating: "I", count: box.strokes), Self.certaintyOfStrokes)
        }
        return words.sorted { $0.key < $1.key }.map { number, word in
            let box = boxes[number]
            return Word(
                text: word.text, left: box.left, top: box.top, right: box.right + 1, bottom: box.bottom + 1,
                confidence: max(0, min(1, word.confidence / 100)))
        }
    }
}
