/// What a share that was found in a few rows surely is.
///
/// - Source: Wilson, J. Am. Stat. Assoc. 22 (1927).
enum WilsonInterval {
    /// The lower end of the one-sided 95 % interval.
    ///
    /// - Parameters:
    ///   - share: 0…1, of `count` rows; 0 where there are none.
    static func lowerBound(of share: Double, in count: Int) -> Double {
        guard count > 0 else { return 0 }
        let (n, z) = (Double(count), 1.6448536269514722)
        let spread = z * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
        return max(0, (share + z * z / (2 * n) - spread) / (1 + z * z / n))
    }
}
