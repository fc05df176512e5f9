/// An opaque color of figures.
struct Color: Equatable, Sendable {
    /// 0xRRGGBB.
    let value: UInt32

    init(_ value: UInt32) { self.value = value & 0xFF_FFFF }

    /// `#rrggbb`.
    var hexadecimal: String {
        let digits = String(value, radix: 16)
        return "#" + String(repeating: "0", count: 6 - digits.count) + digits
    }

    /// Returns a tint between white (0) and this color (1).
    func tint(_ amount: Double) -> Color {
        let channels = [16, 8, 0].map { shift in
            let channel = Double((value >> UInt32(shift)) & 0xFF)
            return UInt32((255 + (channel - 255) * min(max(amount, 0), 1)).rounded()) << UInt32(shift)
        }
        return Color(channels.reduce(0, |))
    }
}

extension Color {
    /// Colors that remain distinct with all common kinds of color blindness, without the yellow that is too pale for
    /// lines on white.
    ///
    /// - Source: Okabe & Ito, Color Universal Design (2008).
    static let series = [0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0xE69F00, 0x56B4E9, 0x000000].map { Color($0) }

    static let ink = Color(0x1F2933)
    static let axis = Color(0x52606D)
    static let faint = Color(0x9AA5B1)
    static let grid = Color(0xD5DAE1)
    static let main = series[0]
    static let contrast = series[1]
}
