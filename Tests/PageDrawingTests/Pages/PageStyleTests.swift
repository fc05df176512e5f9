import LinearAlgebra
import Testing

@testable import PageDrawing

@Suite struct PageStyleTests {
    @Test func `random styles are reproducible and show every grid, pulse and speed`() {
        let styles = (0 ..< 200).map { index in
            var random = SeededGenerator(seed: 4, purpose: "test", index: index)
            return PageStyle.random(using: &random)
        }
        var random = SeededGenerator(seed: 4, purpose: "test", index: 17)
        #expect(PageStyle.random(using: &random) == styles[17])
        #expect(Set(styles.map(\.grid)) == Set(PageStyle.Grid.allCases))
        #expect(Set(styles.map(\.calibration)) == Set(PageStyle.Calibration.allCases))
        #expect(Set(styles.map(\.separators)) == Set(PageStyle.Separators.allCases))
        #expect(Set(styles.map(\.speed)) == Set(PageStyle.speeds))
        #expect(styles.allSatisfy { PageStyle.gains.contains($0.limbGain) && PageStyle.gains.contains($0.chestGain) })
        #expect(styles.contains { $0.limbGain != $0.chestGain } && styles.contains(where: \.isCabrera))
    }

    @Test func `thin lines are fainter than strong ones`() {
        for grid in [PageStyle.Grid.red, .green, .gray] {
            var style = PageStyle()
            style.grid = grid
            #expect(style.gridColors.minor.luminance > style.gridColors.major.luminance + 15)
        }
    }
}
