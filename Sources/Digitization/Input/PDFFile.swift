import Files
import Foundation
import Imaging
import LinearAlgebra

/// A PDF file, read by poppler's programs in child processes under limits.
struct PDFFile {
    /// More pages than any ECG report has.
    static let pageLimit = 100

    let pageCount: Int
    private let folder: PrivateFolder
    private let name = "input.pdf"
    private let helper: HelperProgram

    /// - Throws: `PageFileError`, `DigitizationError`, `FileError`.
    init(_ path: String, helper: HelperProgram) throws {
        self.helper = helper
        folder = try PrivateFolder()
        // The programs see a plain name: a file's own name may look like an option.
        let absolute = URL(fileURLWithPath: path).path
        try FileManager.default.createSymbolicLink(atPath: folder(name), withDestinationPath: absolute)
        let text = try helper.run("pdfinfo", [name], in: folder.path)
        let line = text.split(separator: "\n").first { $0.hasPrefix("Pages:") }
        guard let count = line.flatMap({ Int($0.dropFirst(6).trimmingCharacters(in: .whitespaces)) }), count > 0 else {
            throw PageFileError(reason: .unreadable)
        }
        guard count <= Self.pageLimit else { throw PageFileError(reason: .tooManyPages) }
        pageCount = count
    }

    /// Lines and words of a page. The two programs run at the same time.
    func content(ofPage page: Int) throws -> (drawing: VectorDrawing, words: [PageWord]) {
        enum Part: Sendable {
            case drawing(VectorDrawing)
            case words([PageWord])
        }
        let folder = folder.path
        let (name, helper) = (name, helper)
        let parts = try Workers(count: 2).map(2) { index, _ -> Part in
            index == 0
                ? .drawing(try Self.drawing(name, page, in: folder, helper))
                : .words(try Self.words(name, page, in: folder, helper))
        }
        guard case .drawing(let drawing) = parts[0], case .words(let words) = parts[1] else {
            throw PageFileError(reason: .unreadable)
        }
        return (drawing, words)
    }

    private static func drawing(
        _ name: String, _ page: Int, in folder: String, _ helper: HelperProgram
    ) throws -> VectorDrawing {
        let output = "page-\(page).svg"
        let path = "\(folder)/\(output)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        _ = try helper.run(
            // Without these options, pages whose size is not a whole number of points are scaled by 0.1 %.
            "pdftocairo", ["-svg", "-noshrink", "-nocenter", "-f", "\(page)", "-l", "\(page)", name, output], in: folder
        )
        do {
            return try VectorDrawing(svg: Array(FileContent.bytes(of: path, limit: Int(helper.outputBytes))))
        } catch VectorDrawingError.tooLarge {
            throw PageFileError(reason: .memoryLimit)
        } catch is VectorDrawingError {
            throw PageFileError(reason: .unreadable)
        }
    }

    private static func words(
        _ name: String, _ page: Int, in folder: String, _ helper: HelperProgram
    ) throws -> [PageWord] {
        let output = "page-\(page).html"
        let path = "\(folder)/\(output)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        _ = try helper.run(
            "pdftotext", ["-bbox", "-f", "\(page)", "-l", "\(page)", name, output], in: folder)
        return PDFWords.words(
            in: try String(decoding: FileContent.bytes(of: path, limit: Int(helper.outputBytes)), as: UTF8.self))
    }

    /// A picture of a page.
    ///
    /// - Parameter resolution: dots per inch; lower where the page would exceed the limit of pixels.
    func picture(ofPage page: Int, resolution: Double, size: (width: Double, height: Double)) throws -> Page {
        let pixels = size.width * size.height * resolution * resolution / (72 * 72)
        let limit = Double(PageFile.limits.pixels) / 2
        let used = max(1, Int(resolution * min(1, (limit / max(pixels, 1)).squareRoot())))
        let output = "picture-\(page)"
        let path = folder("\(output).ppm")
        defer { try? FileManager.default.removeItem(atPath: path) }
        // PPM, because the program takes 11 s of processor time to write a scan of 300 dpi as PNG.
        _ = try helper.run(
            "pdftoppm", ["-r", "\(used)", "-f", "\(page)", "-l", "\(page)", "-singlefile", name, output],
            in: folder.path)
        guard let picture = Self.picture(ppm: try FileContent.bytes(of: path, limit: Int(helper.outputBytes))) else {
            throw PageFileError(reason: .unreadable)
        }
        return picture
    }

    /// Reads a binary PPM file of 8 bits: `P6`, width, height and 255, each followed by a white space, then RGB.
    ///
    /// - Returns: nil for other content, and for one that is not as long as its header says.
    static func picture(ppm data: Data) -> Page? {
        let header = data.prefix(40).split(maxSplits: 4, omittingEmptySubsequences: false) { $0 == 0x20 || $0 == 0x0A }
        guard header.count == 5 else { return nil }
        let words = header[..<4].map { String(decoding: $0, as: UTF8.self) }
        guard words[0] == "P6", words[3] == "255", let width = Int(words[1]), let height = Int(words[2]),
            (1 ... PageFile.limits.side).contains(width), (1 ... PageFile.limits.side).contains(height)
        else { return nil }
        let pixels = data[header[4].startIndex...]
        guard pixels.count == 3 * width * height else { return nil }
        return Page(width: width, height: height, pixels: Array(pixels))
    }

    /// Resolution of the largest picture on a page in dots per inch, limited to 200…300; 300 for a page without any.
    func pictureResolution(ofPage page: Int) throws -> Double {
        let text = try helper.run(
            "pdfimages", ["-list", "-f", "\(page)", "-l", "\(page)", name], in: folder.path)
        let rows = text.split(separator: "\n").dropFirst(2).map { $0.split(separator: " ") }
        let pictures = rows.compactMap { row -> (area: Double, resolution: Double)? in
            guard row.count >= 14, let width = Double(row[3]), let height = Double(row[4]), let x = Double(row[12])
            else { return nil }
            return (width * height, x)
        }
        guard let largest = pictures.max(by: { $0.area < $1.area }) else { return 300 }
        return min(300, max(200, largest.resolution))
    }
}

/// Words with their boxes, as `pdftotext -bbox` writes them.
enum PDFWords {
    /// More words than any page has.
    static let limit = 20_000

    /// Reads lines of the form `<word xMin="1" yMin="2" xMax="3" yMax="4">text</word>`. Others are skipped.
    static func words(in text: String) -> [PageWord] {
        var words: [PageWord] = []
        for line in text.split(separator: "\n") {
            guard words.count < limit else { break }
            guard let tag = line.range(of: "<word "), let close = line[tag.upperBound...].firstIndex(of: ">"),
                let end = line.range(of: "</word>"), close < end.lowerBound
            else { continue }
            let parts = line[tag.upperBound ..< close].split(separator: "\"")
            guard parts.count >= 8, let left = Double(parts[1]), let top = Double(parts[3]),
                let right = Double(parts[5]), let bottom = Double(parts[7]),
                [left, top, right, bottom].allSatisfy({ abs($0) < 1e5 })
            else { continue }
            words.append(
                PageWord(
                    text: decoded(line[line.index(after: close) ..< end.lowerBound]), left: min(left, right),
                    top: min(top, bottom), right: max(left, right), bottom: max(top, bottom), confidence: 1))
        }
        return words
    }

    private static func decoded(_ text: Substring) -> String {
        guard text.contains("&") else { return String(text) }
        return String(text).replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
            .replacing("&#39;", with: "'").replacing("&amp;", with: "&")
    }
}
