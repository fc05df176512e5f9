import ArgumentParser
import Datasets
import PageDrawing

/// Options of commands that write sets of pages.
struct PageSetOptions: ParsableArguments {
    @Option(
        help: "Pages only. \(DrawingLayout.names.joined(separator: ", ")), or random for each page (default: random).")
    var layout: String?

    @Option(
        help: ArgumentHelp(
            "Pages only. Grid: red, green, gray, dotted, none; random also varies scales, texts and ink "
                + "(default: random)."))
    var style: String?

    @Option(help: "Pages only. none, light, heavy or random (default: none).")
    var degrade: PageDegradation.Level?

    @Option(help: "Pages only. Pixels per inch without --degrade, which draws its own from 120 to 300 (default: 200).")
    var dpi: Double?

    func validate() throws {
        if let layout, layout != "random", !DrawingLayout.names.contains(layout) {
            throw ValidationError(
                "--layout is '\(layout)', expected random or one of \(DrawingLayout.names.joined(separator: ", ")).")
        }
        if let style, style != "random", PageStyle.Grid(rawValue: style) == nil {
            throw ValidationError("--style is '\(style)', expected random, red, green, gray, dotted or none.")
        }
        if let dpi, !(50 ... 600).contains(dpi) {
            throw ValidationError("--dpi is \(dpi), expected a resolution from 50 to 600.")
        }
    }

    /// - Throws: `ValidationError` if options of pages are given for beats, or the others for pages.
    func check(isPages: Bool, beatOptions: [(name: String, isGiven: Bool)]) throws {
        let own = [
            ("--layout", layout != nil), ("--style", style != nil), ("--degrade", degrade != nil),
            ("--dpi", dpi != nil),
        ]
        if !isPages, let given = own.first(where: \.1) {
            throw ValidationError("\(given.0) is an option of pages. Add --as pages.")
        }
        if isPages, let given = beatOptions.first(where: \.isGiven) {
            throw ValidationError("\(given.name) is an option of beats. Leave it out, or use --as beats.")
        }
    }

    func pageSet(seed: UInt64) throws -> PageSet {
        var set = PageSet()
        set.layout = try layout.flatMap { $0 == "random" ? nil : try DrawingLayout($0) }
        set.style = style.flatMap(PageStyle.Grid.init).map { grid in
            var style = PageStyle()
            style.grid = grid
            return style
        }
        (set.level, set.dpi, set.seed) = (degrade ?? .none, dpi ?? set.dpi, seed)
        return set
    }
}

extension PageDegradation.Level: ExpressibleByArgument {}
