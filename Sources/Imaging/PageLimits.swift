extension Page {
    /// What is refused before anything is decoded, so that a small file cannot ask for all the memory.
    public struct Limits: Equatable, Sendable {
        /// The most pixels, width × height.
        public var pixels: Int
        /// The longest side.
        public var side: Int
        /// The largest file.
        public var bytes: Int

        /// - Precondition: all are at least 1.
        public init(pixels: Int = 100_000_000, side: Int = 65_535, bytes: Int = 512 << 20) {
            precondition(pixels >= 1 && side >= 1 && bytes >= 1, "limits of \(pixels), \(side) and \(bytes)")
            self.pixels = pixels
            self.side = side
            self.bytes = bytes
        }

        /// - Throws: `ImageError.tooLarge`.
        func check(width: Int, height: Int, file: String) throws {
            let (area, overflow) = width.multipliedReportingOverflow(by: height)
            guard !overflow, area <= pixels, max(width, height) <= side else {
                throw ImageError.tooLarge(file: file, width: width, height: height, limits: self)
            }
        }
    }
}
