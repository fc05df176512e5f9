import CPNG

/// Decodes a PNG: common kinds with libdeflate, all others with libpng, which returns the samples as stored.
struct PNGDecoder {
    let bytes: UnsafeRawBufferPointer
    let file: String
    let limits: Page.Limits

    /// - Throws: `ImageError.damaged`, `tooLarge`.
    func page() throws -> Page {
        let page = try ordinaryPage() ?? pageByLibpng()
        guard page.source?.hasAlpha == true, page.pixels.allSatisfy({ 255 - $0 < InkMask.minimumContrast }) else {
            return page
        }
        // White paper hides a light drawing on a transparent background.
        let dark = try pageByLibpng(paper: 0)
        let showsDrawing = dark.pixels.contains { $0 >= 128 } && dark.pixels.contains { $0 < 128 }
        return showsDrawing ? dark : page
    }

    /// Decodes with libdeflate; returns nil if libpng has to decode the file.
    ///
    /// - Throws: `ImageError.tooLarge`.
    func ordinaryPage() throws -> Page? {
        guard let ordinary = OrdinaryPNG(bytes: bytes) else { return nil }
        try limits.check(width: ordinary.width, height: ordinary.height, file: file)
        guard let pixels = ordinary.pixels() else { return nil }
        return upright(
            width: ordinary.width, height: ordinary.height, pixels: pixels, layout: ordinary.layout,
            isInterlaced: false)
    }

    /// - Parameter paper: the level below transparent parts.
    /// - Throws: `ImageError.damaged`, `tooLarge`.
    func pageByLibpng(paper: UInt8 = 255) throws -> Page {
        guard let reader = png_reader_make(bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count) else {
            throw ImageError.damaged(file: file, format: "PNG", reason: "out of memory")
        }
        defer { png_reader_free(reader) }
        try check(png_reader_open(reader), reader)

        let (png, info) = (reader.pointee.png, reader.pointee.info)
        let width = Int(png_get_image_width(png, info))
        let height = Int(png_get_image_height(png, info))
        try limits.check(width: width, height: height, file: file)
        try check(png_reader_start(reader), reader)

        let layout = PNGLayout(reader: reader, paper: paper)
        let isInterlaced = png_get_interlace_type(png, info) != UInt8(PNG_INTERLACE_NONE)
        let rowBytes = png_get_rowbytes(png, info)
        let pixels = try [UInt8](unsafeUninitializedCapacity: 3 * width * height) { out, count in
            let passes = isInterlaced ? 7 : 1
            let rowsKept = isInterlaced ? height : 1  // the passes of an interlaced picture add to the same rows
            // Zeros, because libpng does not set the unused bits of a row's last byte.
            let samples = UnsafeMutablePointer<UInt8>.allocate(capacity: rowsKept * rowBytes)
            samples.initialize(repeating: 0, count: rowsKept * rowBytes)
            defer { samples.deallocate() }
            for pass in 0 ..< passes {
                for row in 0 ..< height {
                    let stored = samples + (isInterlaced ? row * rowBytes : 0)
                    try check(png_reader_row(reader, stored), reader)
                    guard pass == passes - 1 else { continue }
                    let shown = out.baseAddress! + 3 * width * row
                    guard layout.convert(stored, to: shown, width: width) else {
                        throw ImageError.damaged(
                            file: file, format: "PNG",
                            reason: "a pixel in row \(row) is outside its palette of \(layout.paletteCount) colors")
                    }
                }
            }
            count = 3 * width * height
        }
        try check(png_reader_finish(reader), reader)
        return upright(
            width: width, height: height, pixels: pixels, layout: layout, isInterlaced: isInterlaced)
    }

    private func upright(width: Int, height: Int, pixels: [UInt8], layout: PNGLayout, isInterlaced: Bool) -> Page {
        let chunks = PNGChunks(bytes: bytes)
        let source = Page.Source(
            format: .png, bitDepth: layout.bitDepth, channels: layout.channels, hasAlpha: layout.hasAlpha,
            isProgressive: isInterlaced, orientation: chunks.orientation.rawValue, metadata: chunks.metadata,
            byteCount: bytes.count)
        return chunks.orientation.upright(width: width, height: height, pixels: pixels, source: source)
    }

    private func check(_ done: Int32, _ reader: UnsafeMutablePointer<png_reader>) throws {
        guard done == 0 else { return }
        let message = withUnsafeBytes(of: reader.pointee.message) { text in
            String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
        }
        throw ImageError.damaged(file: file, format: "PNG", reason: message)
    }
}
