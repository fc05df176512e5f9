/// A page of small gray pictures with captions, such as the most confident errors or samples of a class.
public struct ContactSheet: Figure {
    public struct Picture: Sendable {
        public var width: Int
        public var height: Int
        /// height × width, row-major, 0 black to 255 white.
        public var pixels: [UInt8]
        /// A short line, for example `V → N 0.98`.
        public var caption: String

        /// - Precondition: `pixels.count == width * height`, both at least 1.
        public init(width: Int, height: Int, pixels: [UInt8], caption: String) {
            precondition(width >= 1 && height >= 1, "a picture of \(width) × \(height) pixels")
            precondition(pixels.count == width * height, "\(width) × \(height) picture of \(pixels.count) pixels")
            self.width = width
            self.height = height
            self.pixels = pixels
            self.caption = caption
        }
    }

    /// The maximum number of pictures on a page.
    public static let limit = 48

    public var title: String
    public var pictures: [Picture]
    /// The number of columns; nil to derive it from the number of pictures.
    private let columns: Int?

    /// - Parameter pictures: the pictures; only the first 48 are used.
    public init(title: String, pictures: [Picture]) {
        self.title = title
        self.pictures = Array(pictures.prefix(ContactSheet.limit))
        columns = nil
    }

    /// Creates a table of pictures, row by row.
    ///
    /// - Parameters:
    ///   - pictures: the pictures; at most 32 rows are used.
    ///   - columns: the number of columns, 1 to 16.
    public init(title: String, pictures: [Picture], columns: Int) {
        precondition((1 ... 16).contains(columns), "\(columns) columns of pictures")
        self.title = title
        self.pictures = Array(pictures.prefix(32 * columns))
        self.columns = columns
    }

    public var summary: String {
        "\(pictures.count) pictures: " + pictures.map(\.caption).joined(separator: "; ") + "."
    }

    private static let thumbnail = 128
    private static let gap = 14
    private static let captionHeight = 24
    private static let head = 46
    /// Space above the first row, because the drawing's border covers the topmost pixels.
    private static let margin = 2

    public func drawing() throws -> Drawing {
        guard !pictures.isEmpty else { throw PlotError.nothingToDraw(figure: title, reason: "there are no pictures") }
        let columns = columns ?? (pictures.count <= 4 ? 4 : pictures.count <= 18 ? 6 : 8)
        let rows = (pictures.count + columns - 1) / columns
        let pitch = (x: Self.thumbnail + Self.gap, y: Self.thumbnail + Self.captionHeight)
        let page = (width: columns * pitch.x + Self.gap, height: Self.margin + rows * pitch.y + Self.gap / 2)

        var canvas = [Double](repeating: 255, count: page.width * page.height)
        var script = GnuplotScript()
        for (index, picture) in pictures.enumerated() {
            let left = Self.gap + index % columns * pitch.x
            let top = Self.margin + index / columns * pitch.y
            let small = Thumbnail(of: picture, side: Self.thumbnail).values
            for y in 0 ..< Self.thumbnail {
                let start = (top + y) * page.width + left
                canvas.replaceSubrange(
                    start ..< start + Self.thumbnail, with: small[y * Self.thumbnail ..< (y + 1) * Self.thumbnail])
            }
            script.run(
                """
                set label \(index + 1) \(PlainText.oneLine(picture.caption, upTo: 20)) at \
                \(Double(left) + Double(Self.thumbnail) / 2),\(Double(top + Self.thumbnail) + 12) center \
                font \("DejaVu Sans,11") textcolor \(Color.ink) front
                """)
        }
        let size = FigureSize(width: max(page.width, 320), height: page.height + Self.head)
        // One canvas pixel is one pixel of the figure.
        script.run("set lmargin at screen 0")
        script.run("set rmargin at screen \(Double(page.width) / Double(size.width))")
        script.run("set bmargin at screen 0")
        script.run("set tmargin at screen \(Double(page.height) / Double(size.height))")
        script.run("unset border")
        script.run("unset tics")
        script.run("unset key")
        script.run("unset colorbox")
        // Not `gray`, which applies its own gamma.
        script.run("set palette defined (0 \(name: Color(0)), 1 \(name: Color(0xFFFFFF)))")
        script.run("set cbrange [0:255]")
        script.run("set xrange [-0.5:\(Double(page.width) - 0.5)]")
        script.run("set yrange [\(Double(page.height) - 0.5):-0.5]")
        let block = script.block(columns: page.width, values: canvas)
        script.plot(["\(block) matrix with image"])
        return Drawing(title: title, summary: summary, size: size, body: script)
    }
}
