import Files
import Imaging

/// Turns pages with ECGs into recordings.
///
/// ```swift
/// let digitized = PageDigitizer().digitize(page)
/// for lead in digitized.recording.leads { print(lead.name, lead.samples.count { !$0.isNaN }, "samples") }
/// print(digitized.isUsable, digitized.reasons.map(\.sentence))
/// ```
///
/// `digitize(contentsOf:)` reads files of several formats, also PDF files with several pages.
public struct PageDigitizer: Sendable {
    /// Whether digitized pages have their `picture`, from which `overlay` draws.
    public var keepsPictures = false
    /// Facts about the pages.
    public var hints = PageHints()
    /// Called before each page of a file. An error that it throws ends the digitization.
    package var checkpoint: @Sendable () throws -> Void = {}

    /// Limits of the helper programs; the deadline of a file counts from its start.
    var programSeconds = 20.0
    var fileSeconds = 120.0

    /// Dots per inch of pictures of vector pages.
    static let pictureResolution = 150.0

    public init() {}

    /// Digitizes a picture of a page, also of one that lies on its side or stands upside down.
    ///
    /// - Returns: the recording with a check of it. Problems are in `reasons`.
    public func digitize(_ page: Page) -> DigitizedPage {
        let read = RasterPageReader().read(page)
        var digitized = PageAssembly.digitized(read, hints: hints)
        var upright = PageTurn.none
        if !hints.isPart, PageTurn.evidence(read) < PageTurn.leastEvidence {
            for turn in PageTurn.candidates(for: page) {
                let turned = RasterPageReader().read(page, turn: turn)
                guard PageTurn.evidence(turned, certainty: PageTurn.clear) >= PageTurn.clearEvidence else { continue }
                let other = PageAssembly.digitized(turned, hints: hints)
                if other.isUsable {
                    (digitized, upright) = (other, turn)
                    break
                }
            }
        }
        if Self.canHaveThinPen(digitized) {
            var reader = RasterPageReader()
            reader.hasThinPen = true
            let other = PageAssembly.digitized(reader.read(page, turn: upright), hints: hints)
            let isBetter = other.recording.leads.count > (digitized.isUsable ? digitized.recording.leads.count : 0)
            if other.isUsable, isBetter, other.estimatedSNR != nil, other.layout == digitized.layout {
                digitized = other
            }
        }
        if !digitized.isUsable {
            var thorough = RasterPageReader()
            thorough.isThorough = true
            let second = thorough.read(page)
            let other = PageAssembly.digitized(second, hints: hints)
            // A second try must be confirmed: by the limb leads, and by text or several pulses.
            if other.isUsable, other.estimatedSNR != nil,
                [.text, .stated].contains(other.gainEvidence) || second.pulses.count(where: \.isWhole) > 1
            {
                digitized = other
            }
        }
        if keepsPictures { digitized.picture = page }
        return digitized
    }

    /// Whether a page may have lost steep strokes because its pen is thinner than a pixel.
    private static func canHaveThinPen(_ page: DigitizedPage) -> Bool {
        page.reasons.contains(.strokesMissing) || !page.isUsable && page.reasons.contains(.leadsInconsistent)
    }

    /// Digitizes a file: PNG, JPEG, PDF, TIFF, BMP, WebP, HEIC, GIF. The content determines the format.
    ///
    /// Other formats than PNG and JPEG need the programs of the packages `poppler-utils` and `libvips-tools`. They run
    /// in child processes with limits of time and memory.
    ///
    /// - Returns: the pages with ECGs, at least one. A file that cannot be read gives one page with the reason.
    /// - Throws: `FileError` if the file cannot be opened; `DigitizationError` if a program is not installed.
    public func digitize(contentsOf path: String) throws -> DigitizedFile {
        try checkpoint()
        var pages: [DigitizedPage] = []
        var kind = DigitizedPage.Kind.raster
        let helper = HelperProgram(seconds: programSeconds, deadline: .now + .seconds(fileSeconds))
        do {
            switch try PageFile.kind(of: path) {
            case .png, .jpeg: pages = [digitize(try PageFile.page(path))]
            case .otherPicture:
                let file = try ConvertedPictures(path, helper: helper)
                for number in 1 ... file.pageCount {
                    try pages.append(page(number) { digitize(try file.page(number)) })
                }
            case .pdf:
                kind = .vector
                let file = try PDFFile(path, helper: helper)
                for number in 1 ... file.pageCount { try pages.append(page(number) { try digitize(number, of: file) }) }
            default: throw PageFileError(reason: .unreadable)
            }
        } catch let error as PageFileError {
            return DigitizedFile(pages: [DigitizedPage(kind: kind, reason: error.reason)], skippedPages: [])
        }
        // A file with an ECG may have other pages, for example a letter.
        let withECG = pages.filter { !$0.isWithoutECG }
        guard !withECG.isEmpty else { return DigitizedFile(pages: [pages[0]], skippedPages: []) }
        return DigitizedFile(pages: withECG, skippedPages: pages.filter(\.isWithoutECG).map(\.number))
    }

    /// Whether a file has the signature of a picture or a PDF. Not every such file can be read.
    public static func isPage(_ path: String) -> Bool {
        switch try? PageFile.kind(of: path) {
        case .png, .jpeg, .otherPicture, .pdf: true
        default: false
        }
    }

    private func page(_ number: Int, _ body: () throws -> DigitizedPage) throws -> DigitizedPage {
        try checkpoint()
        var page: DigitizedPage
        do {
            page = try body()
        } catch let error as PageFileError {
            page = DigitizedPage(kind: .raster, reason: error.reason)
        }
        page.number = number
        return page
    }

    /// Reads the lines of a PDF page, or its picture if it only has a scan.
    private func digitize(_ number: Int, of file: PDFFile) throws -> DigitizedPage {
        let (drawing, words) = try file.content(ofPage: number)
        var vector: DigitizedPage?
        if let page = VectorPageReader(drawing: drawing, words: words).page() {
            var digitized = PageAssembly.digitized(page, hints: hints)
            if keepsPictures {
                digitized.picture = try file.picture(
                    ofPage: number, resolution: Self.pictureResolution, size: (drawing.width, drawing.height))
                digitized.pictureScale = Self.pictureResolution / 72
            }
            if digitized.isUsable { return digitized }
            vector = digitized
        }
        // Without traces among the lines, a page can be a scan, or have traces that are drawn as areas.
        guard drawing.pictureShare > 0.2 || (vector == nil && drawing.lines.count > 100) else {
            return vector ?? DigitizedPage(kind: .vector, reason: .noPageFound)
        }
        let resolution = try file.pictureResolution(ofPage: number)
        let picture = try file.picture(
            ofPage: number, resolution: resolution, size: (drawing.width, drawing.height))
        let raster = digitize(picture)
        return raster.isUsable || vector == nil ? raster : vector!
    }
}

/// The pages of a file.
public struct DigitizedFile: Sendable {
    /// The pages with ECGs; a single page with a reason if there is none.
    public let pages: [DigitizedPage]
    /// Numbers of the pages without an ECG, in a file with several pages.
    public let skippedPages: [Int]
}

extension DigitizedPage {
    /// Whether nothing on the page looks like an ECG.
    var isWithoutECG: Bool {
        reasons.contains(.noPageFound) || (reasons.contains(.noGrid) && reasons.contains(.unknownLayout))
    }
}
