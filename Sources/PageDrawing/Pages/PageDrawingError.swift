import Foundation

/// An error when drawing a page.
package enum PageDrawingError: Error, Equatable {
    case layout(found: String, known: [String])
    case missingLead(String, layout: String, found: [String])
    case unknownLead(String, found: [String])
    case noLeads
    /// The recording has no sample in the window.
    case emptyWindow(from: Double, duration: Double)
    case tooManyRows(rows: Int, limit: Int)
    case tooLarge(width: Int, height: Int, limit: Int)
}

extension PageDrawingError: LocalizedError, CustomStringConvertible {
    package var description: String {
        switch self {
        case .layout(let found, let known):
            "The layout '\(found)' is not valid. Layouts: \(known.joined(separator: ", "))."
        case .missingLead(let lead, let layout, let found):
            "The layout \(layout) needs twelve leads and \(lead) is missing. Found: \(found.joined(separator: ", ")). "
                + "Use the layout strip."
        case .unknownLead(let lead, let found):
            "There is no lead '\(lead)'. Leads: \(found.joined(separator: ", "))."
        case .noLeads: "The recording has no lead to draw."
        case .emptyWindow(let from, let duration):
            "The recording has no samples from \(from) s on: it lasts \(duration) s. Choose an earlier start."
        case .tooManyRows(let rows, let limit):
            "The page would have \(rows) rows, the limit is \(limit). Draw fewer seconds or fewer leads."
        case .tooLarge(let width, let height, let limit):
            "The picture would have \(width) × \(height) pixels, the limit is \(limit) pixels. Use a lower resolution."
        }
    }

    package var errorDescription: String? { description }
}
