/// A reason that makes a page unusable or doubtful. The raw value is the stable code of the output.
package enum PageReason: String, CaseIterable, Sendable {
    case noPageFound = "no_page_found"
    case noGrid = "no_grid"
    case unknownLayout = "unknown_layout"
    case tracesMerge = "traces_merge"
    case leadsInconsistent = "leads_inconsistent"
    case tooSmall = "too_small"
    case blurred = "blurred"
    case cutOff = "cut_off"
    case unreadable = "unreadable"
    case passwordProtected = "password_protected"
    case tooManyPages = "too_many_pages"
    case timeout = "timeout"
    case memoryLimit = "memory_limit"
}
