/// A reason that makes a page unusable or doubtful. The raw value is the stable code of the output.
public enum PageReason: String, CaseIterable, Sendable {
    case noPageFound = "no_page_found"
    case noGrid = "no_grid"
    case unknownLayout = "unknown_layout"
    case tracesMerge = "traces_merge"
    case strokesMissing = "strokes_missing"
    case leadsInconsistent = "leads_inconsistent"
    case tooSmall = "too_small"
    case blurred = "blurred"
    case cutOff = "cut_off"
    case unreadable = "unreadable"
    case passwordProtected = "password_protected"
    case tooManyPages = "too_many_pages"
    case timeout = "timeout"
    case memoryLimit = "memory_limit"

    /// A sentence for people: the problem and the remedy.
    public var sentence: String {
        switch self {
        case .noPageFound:
            "No ECG page was found. Photograph or scan the whole page so that it fills the picture."
        case .noGrid:
            "The scale is unknown: no millimeter grid, or no plausible paper speed. "
                + "Use a copy in color in which grid, speed and calibration pulses are visible."
        case .unknownLayout:
            "The leads on this page could not be named. Use a page on which the lead names are readable."
        case .tracesMerge:
            "Traces of different leads run into each other and cannot be separated. "
                + "Print or export the page with a lower gain."
        case .strokesMissing:
            "Steep strokes, such as QRS complexes, were not read in all leads. Such leads are left out. "
                + "Scan the page with at least 200 dpi."
        case .leadsInconsistent:
            "The limb leads contradict each other, so names, gains or traces are wrong. Compare the overlay with the page."
        case .tooSmall:
            "The picture has too few pixels. Scan the page with at least 150 dpi, or photograph it from closer."
        case .blurred:
            "The picture is blurred. Scan the page, or photograph it again with the camera held still."
        case .cutOff:
            "A part of the page is cut off. Scan or photograph the whole page."
        case .unreadable:
            "The file is damaged or has a format that cannot be read. Export or scan the page again."
        case .passwordProtected:
            "The PDF is protected by a password. Save a copy without a password."
        case .tooManyPages:
            "The file has too many pages. Save the pages with ECGs as a file of their own."
        case .timeout:
            "Reading the file took too long and was stopped. Save the page as a simpler PDF or as a PNG picture."
        case .memoryLimit:
            "Reading the file needs too much memory and was stopped. Save the page as a smaller picture."
        }
    }
}
