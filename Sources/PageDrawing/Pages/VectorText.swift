/// A buffer for the numbers and words of SVG and PDF.
struct VectorText {
    private(set) var bytes: [UInt8] = []

    mutating func add(_ text: String) { bytes.append(contentsOf: text.utf8) }

    mutating func add(_ bytes: [UInt8]) { self.bytes.append(contentsOf: bytes) }

    /// Appends a number with at most three decimals: in millimeters, one micrometer.
    mutating func add(_ value: Double) {
        var rest = Int((value * 1000).rounded())
        if rest < 0 {
            bytes.append(UInt8(ascii: "-"))
            rest = -rest
        }
        add(digits: rest / 1000, count: 1)
        let decimals = rest % 1000
        guard decimals > 0 else { return }
        bytes.append(UInt8(ascii: "."))
        if decimals % 100 == 0 {
            add(digits: decimals / 100, count: 1)
        } else if decimals % 10 == 0 {
            add(digits: decimals / 10, count: 2)
        } else {
            add(digits: decimals, count: 3)
        }
    }

    private mutating func add(digits value: Int, count: Int) {
        let start = bytes.count
        var rest = value
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        while bytes.count - start < count { bytes.append(UInt8(ascii: "0")) }
        bytes[start...].reverse()
    }
}
