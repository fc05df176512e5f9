/// The EXIF orientation: how the stored rows and columns map to the upright picture.
///
/// - Source: CIPA DC-008 (Exif 2.32), tag 0x0112.
enum Orientation: Int {
    case upright = 1
    case mirrored
    case turned180
    case flipped
    case transposed
    case turned90
    case transversed
    case turned270

    /// Reads the orientation from EXIF data, a small TIFF file.
    ///
    /// - Returns: nil if there is no valid orientation; the picture is still accepted.
    init?(tiff: UnsafeRawBufferPointer) {
        guard tiff.count >= 8 else { return nil }
        let isLittleEndian: Bool
        switch (tiff[0], tiff[1]) {
        case (0x49, 0x49): isLittleEndian = true
        case (0x4D, 0x4D): isLittleEndian = false
        default: return nil
        }
        func integer(_ offset: Int, bytes: Int) -> Int? {
            guard offset >= 0, offset + bytes <= tiff.count else { return nil }
            let value = tiff[offset ..< offset + bytes]
            return isLittleEndian
                ? value.reversed().reduce(0) { $0 << 8 | Int($1) } : value.reduce(0) { $0 << 8 | Int($1) }
        }
        guard integer(2, bytes: 2) == 42, let directory = integer(4, bytes: 4),
            let entries = integer(directory, bytes: 2)
        else { return nil }
        for entry in 0 ..< entries {
            let offset = directory + 2 + 12 * entry
            guard let tag = integer(offset, bytes: 2) else { return nil }
            guard tag == 0x0112 else { continue }
            guard integer(offset + 2, bytes: 2) == 3, let value = integer(offset + 8, bytes: 2) else { return nil }
            self.init(rawValue: value)
            return
        }
        return nil
    }

    /// Returns the upright page of stored pixels.
    ///
    /// - Parameter pixels: height × width × 3, as stored.
    func upright(width: Int, height: Int, pixels: [UInt8], source: Page.Source) -> Page {
        guard self != .upright else { return Page(width: width, height: height, pixels: pixels, source: source) }
        // One step to the right or down in the upright page is this step in the stored pixels, from this start.
        let (last, bottom) = (width - 1, (height - 1) * width)
        let (start, right, down, isTurned) =
            switch self {
            case .upright: (0, 1, width, false)
            case .mirrored: (last, -1, width, false)
            case .turned180: (bottom + last, -1, -width, false)
            case .flipped: (bottom, 1, -width, false)
            case .transposed: (0, width, 1, true)
            case .turned90: (bottom, -width, 1, true)
            case .transversed: (bottom + last, -width, -1, true)
            case .turned270: (last, width, -1, true)
            }
        let (newWidth, newHeight) = isTurned ? (height, width) : (width, height)
        let turned = [UInt8](unsafeUninitializedCapacity: pixels.count) { out, count in
            pixels.withUnsafeBufferPointer { stored in
                var next = 0
                for y in 0 ..< newHeight {
                    for x in 0 ..< newWidth {
                        let pixel = 3 * (start + x * right + y * down)
                        out[next] = stored[pixel]
                        out[next + 1] = stored[pixel + 1]
                        out[next + 2] = stored[pixel + 2]
                        next += 3
                    }
                }
            }
            count = pixels.count
        }
        return Page(width: newWidth, height: newHeight, pixels: turned, source: source)
    }
}
