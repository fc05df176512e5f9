import LinearAlgebra
import Testing

@testable import Imaging

struct DistanceMapTests {
    @Test func `distances to a single marked pixel follow Pythagoras`() {
        let map = DistanceMap(width: 5, height: 4) { $0 == 1 * 5 + 1 }
        #expect(map.values[1 * 5 + 1] == 0)
        #expect(map.values[1 * 5 + 4] == 3)
        #expect(map.values[3 * 5 + 1] == 2)
        #expect(map.values[3 * 5 + 4] == Float(13).squareRoot())
    }

    @Test func `without a marked pixel all distances are infinite`() {
        #expect(DistanceMap(width: 3, height: 2) { _ in false }.values.allSatisfy { $0 == .infinity })
    }

    @Test(arguments: [(1, 1), (1, 9), (9, 1), (17, 13), (13, 17)])
    func `distances agree with a search over all marked pixels`(size: (width: Int, height: Int)) {
        var random = SeededGenerator(seed: 5)
        for share in [0.01, 0.1, 0.6, 1] {
            var isMarked = (0 ..< size.width * size.height).map { _ in random.uniform() < share }
            isMarked[random.integer(below: isMarked.count)] = true
            let map = DistanceMap(width: size.width, height: size.height) { isMarked[$0] }
            for index in isMarked.indices {
                var nearest = Int.max
                for other in isMarked.indices where isMarked[other] {
                    let dx = index % size.width - other % size.width
                    let dy = index / size.width - other / size.width
                    nearest = min(nearest, dx * dx + dy * dy)
                }
                #expect(map.values[index] == Float(nearest).squareRoot())
            }
        }
    }
}
