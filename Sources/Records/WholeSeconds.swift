import Foundation

extension Date {
    /// Since 1970: how the database keeps times.
    package var wholeSeconds: Int64 { Int64(timeIntervalSince1970.rounded(.down)) }

    package init(wholeSeconds: Int64) { self.init(timeIntervalSince1970: Double(wholeSeconds)) }
}
