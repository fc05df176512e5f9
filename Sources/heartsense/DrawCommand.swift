import ArgumentParser
import Datasets
import Files
import Foundation
import PageDrawing
import Signals

struct DrawCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "draw",
        abstract: "Draws a recording on millimeter paper as SVG, PNG or PDF.",
        discussion: """
            Examples:
              heartsense draw data/00017 --output page.pdf
              heartsense draw data/100 --output strip.svg --layout strip --from 60 --seconds 30
              heartsense draw data/00017 --output page.png --layout 6x2 --style gray --dpi 200 --truth page.json

            A recording is a WFDB record, named with or without .hea. The paper has its true size: A4 landscape, or \
            the height that strips need. Twelve leads are drawn as 3x4+1 unless --layout says otherwise, fewer leads \
            as one strip.
            """)

    @Argument(help: "WFDB record.", completion: .file(extensions: ["hea"]))
    var record: String

    @Option(help: "File to write. Its extension is the format: svg, png or pdf.")
    var output: String

    @OptionGroup var options: PageOptions

    @Option(help: ArgumentHelp("Leads to draw as strips, separated by commas (default: II).", valueName: "leads"))
    var leads: String?

    @Option(help: ArgumentHelp("Start of the drawing in seconds.", valueName: "s"))
    var from = 0.0

    @Option(
        help: ArgumentHelp("Length of the drawing in seconds (default: what fits; one row of strips).", valueName: "s"))
    var seconds: Double?

    @Option(help: "Resolution of a PNG in pixels per inch.")
    var dpi = 200.0

    @Option(help: ArgumentHelp("Also write the places of leads and traces in pixels as JSON.", valueName: "file"))
    var truth: String?

    @Option(help: ArgumentHelp("Line of text above the traces; can be repeated up to three times.", valueName: "text"))
    var header: [String] = []

    func validate() throws {
        guard Self.formats.contains(format) else {
            throw ValidationError("--output is '\(output)', expected a name that ends in .svg, .png or .pdf.")
        }
        guard (20 ... 1200).contains(dpi) else {
            throw ValidationError("--dpi is \(dpi), expected a resolution from 20 to 1200.")
        }
        guard from >= 0, from.isFinite else { throw ValidationError("--from is \(from), expected 0 or more seconds.") }
        if let seconds, !(seconds > 0 && seconds.isFinite) {
            throw ValidationError("--seconds is \(seconds), expected more than 0 seconds.")
        }
        guard header.count <= 3 else {
            throw ValidationError("--header is given \(header.count) times, expected at most 3.")
        }
        try options.checkLayout()
        if leads != nil, let layout = options.layout, layout != "strip" {
            throw ValidationError("--leads chooses the leads of the layout strip. Leave it out for \(layout).")
        }
    }

    private static let formats = ["svg", "png", "pdf"]
    private var format: String { URL(fileURLWithPath: output).pathExtension.lowercased() }

    func run() throws {
        do {
            try write()
        } catch let error as PageDrawingError {
            throw RenderingError.cannotDraw(record: record, reason: "\(error)")
        }
    }

    private func write() throws {
        let recording = try WFDBRecord(record).recording
        var style = options.pageStyle
        style.header = header
        let drawing = try PageDrawing(
            of: recording, layout: try leads == nil ? options.layout(for: recording) : DrawingLayout("strip"),
            style: style,
            leads: leads?.split(separator: ",").map { String($0) }, from: from, seconds: seconds)
        let data: Data
        switch format {
        case "svg": data = drawing.svg()
        case "pdf": data = drawing.pdf()
        default: data = try drawing.page(dpi: dpi).pngData(dpi: dpi)
        }
        try AtomicFile.write(data, to: output)
        if let truth { try AtomicFile.write(try drawing.truth(dpi: dpi).json(), to: truth) }
    }
}
