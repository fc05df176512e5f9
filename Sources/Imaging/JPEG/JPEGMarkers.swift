/// The metadata and structure of a JPEG file.
struct JPEGMarkers {
    private(set) var metadata: [String] = []
    private(set) var orientation = Orientation.upright
    private(set) var isProgressive = false
    /// Whether the file has Adobe's marker: inks are stored inverted.
    private(set) var hasAdobe = false
    /// The number of scans.
    private(set) var scans = 0

    init(bytes: UnsafeRawBufferPointer) {
        var offset = 2
        while offset + 4 <= bytes.count, bytes[offset] == 0xFF {
            let marker = bytes[offset + 1]
            if marker == 0xFF {  // a fill byte
                offset += 1
                continue
            }
            if marker == 0x01 || (0xD0 ... 0xD7).contains(marker) {  // these have no content
                offset += 2
                continue
            }
            if marker == 0xDA { scans = JPEGScans.count(in: bytes, from: offset) }
            if marker == 0xD9 || marker == 0xDA { break }  // the end marker or the first scan
            let length = Int(bytes[offset + 2]) << 8 | Int(bytes[offset + 3])
            guard length >= 2, offset + 2 + length <= bytes.count else { break }
            note(marker, UnsafeRawBufferPointer(rebasing: bytes[offset + 4 ..< offset + 2 + length]))
            offset += 2 + length
        }
        // The last end marker, because embedded thumbnails have end markers too.
        let end = stride(from: bytes.count - 2, through: 0, by: -1).first {
            bytes[$0] == 0xFF && bytes[$0 + 1] == 0xD9
        }
        if let end, end + 2 < bytes.count { add("trailing bytes") }
    }

    private mutating func note(_ marker: UInt8, _ content: UnsafeRawBufferPointer) {
        switch marker {
        case 0xC2, 0xC6, 0xCA, 0xCE:
            isProgressive = true
        case 0xFE:
            add("comment")
        case 0xE0 ... 0xEF:
            noteApplication(Int(marker - 0xE0), content)
        default:
            break
        }
    }

    private mutating func noteApplication(_ number: Int, _ content: UnsafeRawBufferPointer) {
        func begins(_ text: String) -> Bool { content.starts(with: text.utf8) }
        if number == 0, begins("JFIF\0") {
            add("JFIF")
        } else if number == 1, begins("Exif\0") {
            add("EXIF")
            orientation = Orientation(tiff: UnsafeRawBufferPointer(rebasing: content.dropFirst(6))) ?? orientation
        } else if number == 1, begins("http://ns.adobe.com/xap/") {
            add("XMP")
        } else if number == 2, begins("ICC_PROFILE\0") {
            add("ICC profile")
        } else if number == 13, begins("Photoshop 3.0\0") {
            add("Photoshop")
        } else if number == 14, begins("Adobe"), content.count >= 12 {
            hasAdobe = true
            add("Adobe")
        } else {
            add("APP\(number)")
        }
    }

    private mutating func add(_ name: String) {
        if !metadata.contains(name) { metadata.append(name) }
    }
}
