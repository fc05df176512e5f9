import CDeflate
import Foundation

/// A PNG of a common kind, decoded with libdeflate: 8 bits, not interlaced, only common chunks.
///
/// It accepts a subset of the files that libpng accepts, with the same pixels. For any other file, damaged ones
/// included, it returns nil, and libpng decodes the file or reports the error.
struct OrdinaryPNG {
    let layout: PNGLayout
    let width: Int
    let height: Int
    private let data: [UnsafeRawBufferPointer]

    /// Memory limit for the decompressed rows; larger pictures are read row by row.
    private static let maximumBytes = 64 << 20
    /// libpng rejects longer chunks.
    private static let longestChunk = 8_000_000
    /// Chunks that do not change the pixels, as in `CPNG`'s `png_reader_open`. Only their CRC is checked.
    private static let passedOver = Set(
        [
            "bKGD", "cHRM", "eXIf", "gAMA", "hIST", "iCCP", "iTXt", "oFFs", "pCAL", "pHYs", "sBIT", "sCAL", "sPLT",
            "sRGB", "sTER", "tEXt", "tIME", "zTXt",
        ].map(code))

    /// Reads all chunks up to IEND and checks their CRCs.
    init?(bytes: UnsafeRawBufferPointer) {
        guard bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) else { return nil }
        var chunks = PNGChunkReader(bytes: bytes)
        guard let header = chunks.next(), header.name == Self.code("IHDR"), header.content.count == 13 else {
            return nil
        }
        // Bit depth, then compression, filter and interlacing.
        guard header.content[8] == 8, header.content[10...].allSatisfy({ $0 == 0 }),
            let channels = Self.channels[header.content[9]]
        else { return nil }
        width = PNGChunkReader.bigEndian(header.content, at: 0)
        height = PNGChunkReader.bigEndian(header.content, at: 4)
        let (size, overflow) = (width * channels.bytesPerPixel + 1).multipliedReportingOverflow(by: height)
        guard width >= 1, height >= 1, !overflow, size <= Self.maximumBytes else { return nil }

        var (palette, alphas): (UnsafeRawBufferPointer?, UnsafeRawBufferPointer?)
        var data: [UnsafeRawBufferPointer] = []
        var last = header.name
        while last != Self.code("IEND") {
            guard let chunk = chunks.next(), chunk.content.count <= Self.longestChunk else { return nil }
            let count = chunk.content.count
            switch chunk.name {
            case Self.code("IDAT"):
                guard data.isEmpty || last == chunk.name else { return nil }
                data.append(chunk.content)
            case Self.code("PLTE"):
                guard channels == .palette, palette == nil, data.isEmpty, count % 3 == 0, (3 ... 768).contains(count)
                else { return nil }
                palette = chunk.content
            case Self.code("tRNS"):
                guard let palette, alphas == nil, data.isEmpty, (1 ... palette.count / 3).contains(count)
                else { return nil }
                alphas = chunk.content
            case Self.code("IEND"):
                guard count == 0, !data.isEmpty else { return nil }
            default:
                guard Self.passedOver.contains(chunk.name) else { return nil }
            }
            last = chunk.name
        }
        guard channels != .palette || palette != nil else { return nil }
        self.data = data
        layout = PNGLayout(channels: channels, palette: palette, alphas: alphas)
    }

    /// Returns the pixels, height × width × 3; nil if the compressed data are invalid.
    func pixels() -> [UInt8]? {
        let step = layout.channels.bytesPerPixel
        let rowBytes = width * step
        let size = (rowBytes + 1) * height
        let raw = UnsafeMutablePointer<UInt8>.allocate(capacity: size + 1)
        let line = UnsafeMutablePointer<UInt8>.allocate(capacity: rowBytes + 1)
        defer {
            raw.deallocate()
            line.deallocate()
        }
        guard inflate(into: raw, count: size) else { return nil }
        raw[size] = 0
        line.initialize(repeating: 0, count: rowBytes + 1)
        var isWhole = true
        let pixels = [UInt8](unsafeUninitializedCapacity: 3 * width * height) { out, count in
            for y in 0 ..< height {
                let row = raw + y * (rowBytes + 1)
                guard let changed = PNGFilter.undo(row[0], row + 1, on: line, count: rowBytes, step: step) else {
                    isWhole = false
                    return
                }
                let shown = out.baseAddress! + 3 * width * y
                var places = 0 ..< width
                if y > 0 {
                    shown.update(from: shown - 3 * width, count: 3 * width)
                    places = changed.lowerBound / step ..< (changed.upperBound + step - 1) / step
                }
                isWhole = layout.convert(
                    line + step * places.lowerBound, to: shown + 3 * places.lowerBound, width: places.count)
                guard isWhole else { return }
            }
            count = 3 * width * height
        }
        return isWhole ? pixels : nil
    }

    /// Inflates all IDAT chunks, as one stream, to exactly `count` bytes.
    private func inflate(into out: UnsafeMutablePointer<UInt8>, count: Int) -> Bool {
        if data.count == 1 { return inflate(data[0], into: out, count: count) }
        var stream: [UInt8] = []
        stream.reserveCapacity(data.reduce(0) { $0 + $1.count })
        for part in data { stream.append(contentsOf: part) }
        return stream.withUnsafeBytes { inflate($0, into: out, count: count) }
    }

    private func inflate(
        _ stream: UnsafeRawBufferPointer, into out: UnsafeMutablePointer<UInt8>, count: Int
    ) -> Bool {
        // libdeflate always uses a window of 32 KiB; if a smaller declared window matters, libpng checks it.
        guard let first = stream.first, first & 0x0F == 8, first >> 4 <= 7 else { return false }
        let window = 256 << Int(first >> 4)
        guard window == 32_768 || count <= window else { return false }
        guard let decompressor = libdeflate_alloc_decompressor() else { return false }
        defer { libdeflate_free_decompressor(decompressor) }
        var (read, written) = (0, 0)
        let result = libdeflate_zlib_decompress_ex(
            decompressor, stream.baseAddress, stream.count, out, count, &read, &written)
        return result == LIBDEFLATE_SUCCESS && read == stream.count && written == count
    }

    private static let channels: [UInt8: Page.Source.Channels] = [
        0: .gray, 2: .rgb, 3: .palette, 4: .grayAlpha, 6: .rgba,
    ]

    private static func code(_ name: String) -> UInt32 { name.utf8.reduce(0) { $0 << 8 | UInt32($1) } }
}

extension Page.Source.Channels {
    /// Bytes per pixel at 8 bits per channel.
    fileprivate var bytesPerPixel: Int {
        switch self {
        case .gray, .palette: 1
        case .grayAlpha: 2
        case .rgb: 3
        case .rgba, .cmyk: 4
        }
    }
}
