import CPNG

/// The sample format of a PNG and its conversion to RGB.
///
/// - Samples of fewer than 8 bits are scaled to 0…255 exactly; 16-bit samples are rounded: ⌊v / 257 + ½⌋.
/// - Transparency (alpha channel, transparent palette entries or color) is composited over paper p in the stored values,
///   after conversion to 8 bits. The formula is ⌊(c·a + p·(255 − a)) / 255 + ½⌋. Paper is white (255), or black (0).
struct PNGLayout {
    let bitDepth: Int
    let channels: Page.Source.Channels
    let hasAlpha: Bool
    /// The level of the paper: 255, or 0.
    private let paper: UInt8
    /// Colors of the palette, composited over the paper; 3 bytes each.
    private var palette: [UInt8]
    /// The sample values of the transparent color in tRNS.
    private let transparent: (red: Int, green: Int, blue: Int)?

    var paletteCount: Int { palette.count / 3 }

    init(reader: UnsafeMutablePointer<png_reader>, paper: UInt8) {
        self.paper = paper
        let (png, info) = (reader.pointee.png, reader.pointee.info)
        bitDepth = Int(png_get_bit_depth(png, info))
        channels =
            switch Int32(png_get_color_type(png, info)) {
            case PNG_COLOR_TYPE_PALETTE: .palette
            case PNG_COLOR_TYPE_RGB: .rgb
            case PNG_COLOR_TYPE_RGB_ALPHA: .rgba
            case PNG_COLOR_TYPE_GRAY_ALPHA: .grayAlpha
            default: .gray
            }

        var alphas: png_bytep?
        var alphaCount: Int32 = 0
        var color: png_color_16p?
        let hasTransparency = png_get_tRNS(png, info, &alphas, &alphaCount, &color) & PNG_INFO_tRNS != 0
        hasAlpha = hasTransparency || channels == .rgba || channels == .grayAlpha
        transparent =
            switch channels {
            case .gray: hasTransparency ? color.map { (Int($0.pointee.gray), 0, 0) } : nil
            case .rgb:
                hasTransparency
                    ? color.map { (Int($0.pointee.red), Int($0.pointee.green), Int($0.pointee.blue)) } : nil
            default: nil
            }

        var colors: png_colorp?
        var count: Int32 = 0
        palette = []
        if channels == .palette, png_get_PLTE(png, info, &colors, &count) & PNG_INFO_PLTE != 0, let colors {
            for index in 0 ..< Int(count) {
                let alpha = index < Int(alphaCount) ? alphas.map { $0[index] } ?? 255 : 255
                palette.append(over(paper, colors[index].red, alpha))
                palette.append(over(paper, colors[index].green, alpha))
                palette.append(over(paper, colors[index].blue, alpha))
            }
        }
    }

    /// Creates the layout of an 8-bit PNG in which only palette entries can be transparent.
    ///
    /// - Parameters:
    ///   - palette: the content of PLTE.
    ///   - alphas: the content of tRNS.
    init(channels: Page.Source.Channels, palette: UnsafeRawBufferPointer?, alphas: UnsafeRawBufferPointer?) {
        bitDepth = 8
        paper = 255
        self.channels = channels
        hasAlpha = alphas != nil || channels == .rgba || channels == .grayAlpha
        transparent = nil
        self.palette = (palette ?? UnsafeRawBufferPointer(start: nil, count: 0)).enumerated().map { index, level in
            over(255, level, alphas.flatMap { index / 3 < $0.count ? $0[index / 3] : nil } ?? 255)
        }
    }

    /// Converts one row of stored samples to RGB.
    ///
    /// - Returns: false if an index is outside the palette.
    func convert(_ stored: UnsafePointer<UInt8>, to out: UnsafeMutablePointer<UInt8>, width: Int) -> Bool {
        switch (channels, bitDepth) {
        case (.palette, _): return expandPalette(stored, out, width)
        case (.gray, 16): expandGray16(stored, out, width)
        case (.gray, _): expandGray(stored, out, width)
        case (.grayAlpha, 16): expandWide(stored, out, width, colors: 1, hasAlpha: true)
        case (.grayAlpha, _): expandGrayAlpha(stored, out, width)
        case (.rgb, 16): expandWide(stored, out, width, colors: 3, hasAlpha: false)
        case (.rgb, _): expandRGB(stored, out, width)
        default:
            if bitDepth == 16 {
                expandWide(stored, out, width, colors: 3, hasAlpha: true)
            } else {
                expandRGBA(stored, out, width)
            }
        }
        return true
    }

    /// Returns sample `index` of a row with 1, 2, 4 or 8 bits per sample, the first in the highest bits.
    private func packed(_ stored: UnsafePointer<UInt8>, _ index: Int) -> Int {
        let bit = index * bitDepth
        return Int(stored[bit >> 3]) >> (8 - bitDepth - (bit & 7)) & ((1 << bitDepth) - 1)
    }

    private func expandPalette(_ stored: UnsafePointer<UInt8>, _ out: UnsafeMutablePointer<UInt8>, _ width: Int) -> Bool
    {
        palette.withUnsafeBufferPointer { palette in
            for x in 0 ..< width {
                let entry = 3 * packed(stored, x)
                guard entry < palette.count else { return false }
                out[3 * x] = palette[entry]
                out[3 * x + 1] = palette[entry + 1]
                out[3 * x + 2] = palette[entry + 2]
            }
            return true
        }
    }

    private func expandGray(_ stored: UnsafePointer<UInt8>, _ out: UnsafeMutablePointer<UInt8>, _ width: Int) {
        let scale = 255 / ((1 << bitDepth) - 1)  // 255, 85, 17 or 1, without remainder
        for x in 0 ..< width {
            let sample = packed(stored, x)
            set(out + 3 * x, gray: sample == transparent?.red ? paper : UInt8(sample * scale))
        }
    }

    private func expandGray16(_ stored: UnsafePointer<UInt8>, _ out: UnsafeMutablePointer<UInt8>, _ width: Int) {
        for x in 0 ..< width {
            let sample = wide(stored + 2 * x)
            set(out + 3 * x, gray: sample == transparent?.red ? paper : narrowed(sample))
        }
    }

    private func expandGrayAlpha(_ stored: UnsafePointer<UInt8>, _ out: UnsafeMutablePointer<UInt8>, _ width: Int) {
        for x in 0 ..< width { set(out + 3 * x, gray: over(paper, stored[2 * x], stored[2 * x + 1])) }
    }

    private func expandRGB(_ stored: UnsafePointer<UInt8>, _ out: UnsafeMutablePointer<UInt8>, _ width: Int) {
        out.update(from: stored, count: 3 * width)
        guard let transparent else { return }
        for x in 0 ..< width {
            let pixel = stored + 3 * x
            if Int(pixel[0]) == transparent.red, Int(pixel[1]) == transparent.green, Int(pixel[2]) == transparent.blue {
                set(out + 3 * x, gray: paper)
            }
        }
    }

    private func expandRGBA(_ stored: UnsafePointer<UInt8>, _ out: UnsafeMutablePointer<UInt8>, _ width: Int) {
        // Two pixels at a time, stored with two extra bytes that the next pair overwrites.
        var opacity: UInt64 = .max
        var done = 0
        while done + 3 <= width {
            let pair = UInt64(
                littleEndian: UnsafeRawPointer(stored).loadUnaligned(fromByteOffset: 4 * done, as: UInt64.self))
            opacity &= pair
            let colors = pair & 0xFF_FFFF | pair >> 8 & 0xFFFF_FF00_0000
            UnsafeMutableRawPointer(out).storeBytes(of: colors.littleEndian, toByteOffset: 3 * done, as: UInt64.self)
            done += 2
        }
        var isOpaque = opacity >> 24 & 0xFF == 255 && opacity >> 56 == 255
        for x in done ..< width {
            for channel in 0 ..< 3 { out[3 * x + channel] = stored[4 * x + channel] }
            isOpaque = isOpaque && stored[4 * x + 3] == 255
        }
        guard !isOpaque else { return }
        for x in 0 ..< width {
            let alpha = stored[4 * x + 3]
            for channel in 0 ..< 3 { out[3 * x + channel] = over(paper, stored[4 * x + channel], alpha) }
        }
    }

    /// Converts 16-bit samples of 1 or 3 colors, with or without alpha.
    private func expandWide(
        _ stored: UnsafePointer<UInt8>, _ out: UnsafeMutablePointer<UInt8>, _ width: Int, colors: Int, hasAlpha: Bool
    ) {
        let samples = colors + (hasAlpha ? 1 : 0)
        for x in 0 ..< width {
            let pixel = stored + 2 * samples * x
            if let transparent, !hasAlpha, wide(pixel) == transparent.red, wide(pixel + 2) == transparent.green,
                wide(pixel + 4) == transparent.blue
            {
                set(out + 3 * x, gray: paper)
                continue
            }
            let alpha = hasAlpha ? narrowed(wide(pixel + 2 * colors)) : 255
            for channel in 0 ..< 3 {
                let value = narrowed(wide(pixel + (colors == 3 ? 2 * channel : 0)))
                out[3 * x + channel] = over(paper, value, alpha)
            }
        }
    }
}

private func set(_ pixel: UnsafeMutablePointer<UInt8>, gray: UInt8) {
    pixel[0] = gray
    pixel[1] = gray
    pixel[2] = gray
}

/// Reads a big-endian 16-bit sample.
private func wide(_ bytes: UnsafePointer<UInt8>) -> Int { Int(bytes[0]) << 8 | Int(bytes[1]) }

/// Rounds a 16-bit sample to 8 bits; 257 steps become one.
private func narrowed(_ sample: Int) -> UInt8 { UInt8((sample + 128) / 257) }

private func over(_ paper: UInt8, _ value: UInt8, _ alpha: UInt8) -> UInt8 {
    let shown = Int(value) * Int(alpha) + Int(paper) * (255 - Int(alpha))
    return UInt8((shown + 127) / 255)
}
