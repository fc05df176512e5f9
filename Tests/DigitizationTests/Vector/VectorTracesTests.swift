import Foundation
import Testing

@testable import Digitization

struct VectorTracesTests {
    typealias Point = VectorDrawing.Point

    private static func traces(_ lines: [[Point]]) -> VectorTraces {
        VectorTraces(
            lines.map { points in
                let line = VectorDrawing.Line(
                    points: points, isClosed: false, stroke: .init(red: 0, green: 0, blue: 0), width: 1,
                    isFilled: false)
                return (line, VectorGrid.Pen(line))
            }, gridPens: [])
    }

    private static func wave(from start: Double, count: Int) -> [Point] {
        (0 ..< count).map { Point(x: start + 0.2 * Double($0), y: 50 + sin(Double($0))) }
    }

    @Test func `lines of one sample each become one trace`() {
        let points = Self.wave(from: 0, count: 100)
        let pieces = Self.traces(zip(points, points.dropFirst()).map { [$0, $1] }).pieces
        #expect(pieces.count == 1 && pieces.first?.points == points)
    }

    @Test func `a trace that was drawn from right to left is turned`() {
        let points = Self.wave(from: 0, count: 100)
        #expect(Self.traces([points.reversed()]).pieces.first?.points == points)
    }

    @Test func `a pulse is cut off a trace, with the level behind it`() {
        let pulse = [
            Point(x: 0, y: 50), Point(x: 1, y: 50), Point(x: 1, y: 40), Point(x: 6, y: 40), Point(x: 6, y: 50),
            Point(x: 8, y: 50),
        ]
        let found = Self.traces([pulse + Self.wave(from: 8.2, count: 100)])
        #expect(found.pulses == [CalibrationPulse(left: 1, right: 6, top: 40, bottom: 50, row: 0)])
        #expect(found.pieces.count == 1 && found.pieces.first?.left == 8)
    }

    @Test func `closed lines, steps and short lines are no traces`() {
        let steps = (0 ..< 40).map { Point(x: Double($0 % 2) * 20, y: Double($0)) }
        #expect(Self.traces([steps, Self.wave(from: 0, count: 10)]).pieces.isEmpty)
    }

    @Test func `of points above each other the one that stands out is kept`() {
        let points = [(0, 1), (1, 1), (1, 5), (1, 2), (2, 2), (3, 2), (3, 4), (4, 4)].map {
            Point(x: Double($0.0), y: Double($0.1))
        }
        #expect(VectorTraces.singleValued(points).map(\.y) == [1, 5, 2, 3, 4])
    }
}
