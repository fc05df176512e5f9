import LinearAlgebra

/// Cuts off a share of the page's width and height (rounded down), like a careless screenshot.
///
/// The split of each cut between the two opposite sides is random and uniform.
struct PageCrop {
    /// 0 ..< 1.
    let share: Double
    /// The part of each cut at the left and at the top, 0 ..< 1.
    private let start: (x: Double, y: Double)

    init(share: Double, _ random: inout SeededGenerator) {
        self.share = share
        start = (random.uniform(), random.uniform())
    }

    func apply(to page: Page) -> Page {
        let cut = (x: Int(share * Double(page.width)), y: Int(share * Double(page.height)))
        let left = min(Int(start.x * Double(cut.x + 1)), cut.x)
        let top = min(Int(start.y * Double(cut.y + 1)), cut.y)
        let (width, height) = (page.width - cut.x, page.height - cut.y)
        var pixels: [UInt8] = []
        pixels.reserveCapacity(3 * width * height)
        for y in top ..< top + height {
            let first = 3 * (y * page.width + left)
            pixels += page.pixels[first ..< first + 3 * width]
        }
        return Page(width: width, height: height, pixels: pixels)
    }
}
