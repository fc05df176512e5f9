import ArgumentParser
import Datasets
import PageDrawing

/// Options of commands that write sets of pages.
struct PageSetOptions: ParsableArguments {
    @Option(help: "Pages only. \(PageLayout.names.joined(separator: ", ")), or random for each page.")
    var layout = "random"

    @Option(help: "Pages only. Grid: red, green, gray, dotted, none; random also varies scales, texts and ink.")
    var style = "random"

    @Option(help: "Pages only. none, light, heavy or random.")
    var degrade = PageDegradation.Level.none

    @Option(help: "Pages only. Pixels per inch without --degrade, which draws its own from 120 to 300.")
    var dpi = 200.0

    func validate() throws {
        guard layout == "random" || PageLayout.names.contains(layout) else {
            throw ValidationError(
                "--layout is '\(layout)', expected random or one of \(PageLayout.names.joined(separator: ", ")).")
        }
        guard style == "random" || PageStyle.Grid(rawValue: style) != nil else {
            throw ValidationError("--style is '\(style)', expected random, red, green, gray, dotted or none.")
        }
        guard (50 ... 600).contains(dpi) else {
            throw ValidationError("--dpi is \(dpi), expected a resolution from 50 to 600.")
        }
    }

    func pageSet(seed: UInt64) throws -> PageSet {
        var set = PageSet()
        set.layout = layout == "random" ? nil : try PageLayout(layout)
        set.style = PageStyle.Grid(rawValue: style).map { grid in
            var style = PageStyle()
            style.grid = grid
            return style
        }
        (set.level, set.dpi, set.seed) = (degrade, dpi, seed)
        return set
    }
}

extension PageDegradation.Level: ExpressibleByArgument {}
