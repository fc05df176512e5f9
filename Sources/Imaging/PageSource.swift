extension Page {
    /// How a file held a picture. None of it is seen in the pixels, all of it can give a label away: the leakage
    /// audit asks for it.
    public struct Source: Equatable, Hashable, Codable, Sendable {
        public enum Format: String, Codable, Sendable {
            case png, jpeg
        }

        /// What a stored pixel is made of.
        public enum Channels: String, Codable, Sendable {
            case grey, palette, rgb, cmyk
            case greyAlpha = "grey-alpha"
            case rgba
        }

        public let format: Format
        /// Bits per channel, or per palette index: 1, 2, 4, 8 or 16.
        public let bitDepth: Int
        public let channels: Channels
        /// There is an alpha channel, or a colour or palette entries are declared transparent.
        public let hasAlpha: Bool
        /// Interlaced (PNG) or progressive (JPEG).
        public let isProgressive: Bool
        /// EXIF orientation 1…8, already applied to the page; 1 where the file says nothing.
        public let orientation: Int
        /// Names of what the file says beside its pixels, in file order, each once: `text Software`, `pHYs`, `JFIF`,
        /// `EXIF`, `ICC profile`, `comment`, `trailing bytes`…
        public let metadata: [String]
        /// The size of the file.
        public let byteCount: Int
    }
}
