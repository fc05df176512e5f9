/// The natural order of names: `N2.png` before `N10.png`.
///
/// Runs of ASCII digits compare as numbers, everything else byte by byte in UTF-8. Names that are equal otherwise
/// (`N01`, `N1`) compare as bytes. The order does not depend on the locale or the file system.
public enum NaturalOrder {
    /// Whether `left` comes before `right` in this strict total order.
    public static func precedes(_ left: String, _ right: String) -> Bool {
        let a = Array(left.utf8)
        let b = Array(right.utf8)
        var i = 0
        var j = 0
        while i < a.count, j < b.count {
            if isDigit(a[i]), isDigit(b[j]) {
                let first = number(in: a, from: &i)
                let second = number(in: b, from: &j)
                if first.count != second.count { return first.count < second.count }
                if first != second { return first.lexicographicallyPrecedes(second) }
            } else {
                if a[i] != b[j] { return a[i] < b[j] }
                i += 1
                j += 1
            }
        }
        if i < a.count || j < b.count { return i == a.count }
        return a.lexicographicallyPrecedes(b)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48 ... 57).contains(byte) }

    /// Returns the digits of a number without leading zeros and moves `position` past it.
    private static func number(in bytes: [UInt8], from position: inout Int) -> ArraySlice<UInt8> {
        let start = position
        while position < bytes.count, isDigit(bytes[position]) { position += 1 }
        return bytes[start ..< position].drop { $0 == 48 }
    }
}
