/// Round steps for axes that count things.
enum CountAxis {
    /// The smallest of 1, 2, 5, 10, 20, 50… that reaches `maximum` in at most `tics` steps.
    static func step(upTo maximum: Int, tics: Int) -> Int {
        var decade = 1
        while true {
            for factor in [1, 2, 5] where factor * decade * tics >= maximum { return factor * decade }
            let (next, overflow) = decade.multipliedReportingOverflow(by: 10)
            if overflow || next > Int.max / (5 * max(1, tics)) { return maximum }
            decade = next
        }
    }
}
