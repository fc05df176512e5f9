import Files
import Foundation
import Imaging

/// The pages of a file, whatever its format. The content determines the format, not the file name.
enum PageFile {
    /// Limits of a picture of a page.
    static let limits = Page.Limits(pixels: 60_000_000, side: 30_000, bytes: 256 << 20)

    /// The kind of a file by its content.
    ///
    /// - Throws: `FileError` if the file cannot be opened.
    static func kind(of path: String) throws -> FileKind {
        try FileContent.checkIsStored(path)
        guard let file = FileHandle(forReadingAtPath: path) else { throw FileError.lastError(reading: path) }
        defer { try? file.close() }
        do {
            return FileKind(of: try file.read(upToCount: FileKind.bytes) ?? Data())
        } catch {
            throw FileError.lastError(reading: path)
        }
    }

    /// Reads a PNG or JPEG file.
    ///
    /// - Throws: `PageFileError`, `FileError`.
    static func page(_ path: String) throws -> Page {
        do {
            return try Page(contentsOf: path, limits: limits)
        } catch let error as ImageError {
            switch error {
            case .tooLarge, .tooManyBytes: throw PageFileError(reason: .memoryLimit)
            default: throw PageFileError(reason: .unreadable)
            }
        } catch FileError.tooLarge {
            throw PageFileError(reason: .memoryLimit)
        }
    }
}

/// A file in a format that `vips` reads: TIFF, BMP, WebP, HEIC, GIF and others.
struct ConvertedPictures {
    let pageCount: Int
    private let folder: PrivateFolder
    private let name = "input"
    private let helper: HelperProgram

    /// - Throws: `PageFileError`, `DigitizationError`, `FileError`.
    init(_ path: String, helper: HelperProgram) throws {
        self.helper = helper
        folder = try PrivateFolder()
        try FileManager.default.createSymbolicLink(
            atPath: folder(name), withDestinationPath: URL(fileURLWithPath: path).path)
        let text = try helper.run("vipsheader", ["-a", name], in: folder.path)
        var fields: [Substring: String] = [:]
        for line in text.split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            fields[line[..<colon]] = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        }
        // `vips` also reads drawings and documents, which are refused here.
        let loader = fields["vips-loader"] ?? ""
        guard Self.loaders.contains(where: loader.hasPrefix), let width = fields["width"].flatMap(Int.init),
            let height = fields["height"].flatMap(Int.init), width > 0, height > 0
        else { throw PageFileError(reason: .unreadable) }
        // `vips` needs 306 MB for a WebP of 35 MP and 261 MB for such a HEIC, which it keeps in memory as a whole.
        let limit = loader.hasPrefix("webp") ? 40_000_000 : 50_000_000
        guard width <= PageFile.limits.side, height <= PageFile.limits.side, width * height <= limit
        else { throw PageFileError(reason: .memoryLimit) }
        // The pages of a GIF are an animation.
        let count = loader.hasPrefix("tiff") ? fields["n-pages"].flatMap(Int.init) ?? 1 : 1
        guard count <= PDFFile.pageLimit else { throw PageFileError(reason: .tooManyPages) }
        pageCount = max(1, count)
    }

    private static let loaders = ["tiff", "webp", "heif", "gif", "magick", "jp2k", "jxl", "ppm"]

    /// - Parameter page: from 1 on.
    func page(_ page: Int) throws -> Page {
        let output = folder("page-\(page).png")
        defer { try? FileManager.default.removeItem(atPath: output) }
        let input = pageCount > 1 ? "\(name)[page=\(page - 1)]" : name
        _ = try helper.run(
            "vips", ["colourspace", input, "page-\(page).png[compression=1]", "srgb"], in: folder.path)
        return try PageFile.page(output)
    }
}
