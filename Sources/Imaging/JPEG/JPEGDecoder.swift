import CTurboJPEG

/// Decodes a JPEG with libjpeg-turbo: accurate integer DCT and smooth chroma upsampling, as most programs do.
struct JPEGDecoder {
    let bytes: UnsafeRawBufferPointer
    let file: String
    let limits: Page.Limits

    /// - Throws: `ImageError.damaged`, `unsupported`, `tooLarge`.
    func page() throws -> Page {
        guard let turbo = tjInitDecompress() else {
            throw ImageError.damaged(file: file, format: "JPEG", reason: "out of memory")
        }
        defer { tjDestroy(turbo) }
        let start = bytes.bindMemory(to: UInt8.self).baseAddress
        var (width, height, subsampling, colors): (Int32, Int32, Int32, Int32) = (0, 0, -1, -1)
        let header = tjDecompressHeader3(turbo, start, UInt(bytes.count), &width, &height, &subsampling, &colors)
        // This call also fails for a chroma subsampling without a name, which decoding does not need.
        guard header == 0 || (width > 0 && height > 0 && colors >= 0 && subsampling < 0) else {
            throw failure(turbo)
        }
        try limits.check(width: Int(width), height: Int(height), file: file)

        let markers = JPEGMarkers(bytes: bytes)
        guard markers.scans <= JPEGScans.limit else {
            throw ImageError.unsupported(
                file: file, format: "JPEG", found: "\(markers.scans) scans, the limit is \(JPEGScans.limit)")
        }
        let isCMYK = colors == Int32(TJCS_CMYK.rawValue) || colors == Int32(TJCS_YCCK.rawValue)
        let channels = isCMYK ? 4 : 3
        let format = isCMYK ? TJPF_CMYK : TJPF_RGB
        let count = Int(width) * Int(height)
        let samples = try [UInt8](unsafeUninitializedCapacity: channels * count) { out, initialized in
            // Warnings mean missing or invalid data; they are errors here, so that no partly decoded picture passes.
            let done = tjDecompress2(
                turbo, start, UInt(bytes.count), out.baseAddress, width, 0, height, Int32(format.rawValue),
                TJFLAG_ACCURATEDCT | TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS)
            guard done == 0 else { throw failure(turbo) }
            initialized = channels * count
        }
        let source = Page.Source(
            format: .jpeg, bitDepth: 8,
            channels: isCMYK ? .cmyk : colors == Int32(TJCS_GRAY.rawValue) ? .gray : .rgb, hasAlpha: false,
            isProgressive: markers.isProgressive, orientation: markers.orientation.rawValue,
            metadata: markers.metadata, byteCount: bytes.count)
        return markers.orientation.upright(
            width: Int(width), height: Int(height),
            pixels: isCMYK ? rgb(cmyk: samples, areInverted: markers.hasAdobe || Self.showLight(samples)) : samples,
            source: source)
    }

    /// Whether samples without Adobe's marker are light, as with the marker, and not ink.
    ///
    /// Paper has no black ink, and most of a page is paper. Its black sample is 255 as light and 0 as ink.
    private static func showLight(_ cmyk: [UInt8]) -> Bool {
        let blackSum = stride(from: 3, to: cmyk.count, by: 4).reduce(0) { $0 + Int(cmyk[$1]) }
        return blackSum > 127 * (cmyk.count / 4)
    }

    /// Converts CMYK to RGB without a color profile. Each of R, G, B is the light that its ink and black let through,
    /// ⌊c·k / 255 + ½⌋.
    ///
    /// Adobe stores the light (255 is no ink) and marks it. Files without the marker store the ink, or the light if the
    /// marker was removed.
    private func rgb(cmyk: [UInt8], areInverted: Bool) -> [UInt8] {
        let flip: UInt8 = areInverted ? 0 : 255
        return [UInt8](unsafeUninitializedCapacity: cmyk.count / 4 * 3) { out, count in
            cmyk.withUnsafeBufferPointer { cmyk in
                for pixel in 0 ..< cmyk.count / 4 {
                    let black = Int(cmyk[4 * pixel + 3] ^ flip)
                    for channel in 0 ..< 3 {
                        out[3 * pixel + channel] = UInt8((Int(cmyk[4 * pixel + channel] ^ flip) * black + 127) / 255)
                    }
                }
            }
            count = cmyk.count / 4 * 3
        }
    }

    private func failure(_ turbo: tjhandle) -> ImageError {
        let message = String(cString: tjGetErrorStr2(turbo))
        let isUnsupported = message.contains("Unsupported") || message.contains("not supported")
        return isUnsupported
            ? .unsupported(file: file, format: "JPEG", found: message)
            : .damaged(file: file, format: "JPEG", reason: message)
    }
}
