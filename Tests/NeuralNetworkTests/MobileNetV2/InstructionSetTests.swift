import Testing

@testable import NeuralNetwork

struct InstructionSetTests {
    private let both: [InstructionSet] = [.portable, .avx2]

    @Test(arguments: [nil, ""])
    func `without a name it is the fastest`(_ name: String?) {
        let (set, warning) = InstructionSet.choice(named: name, among: both)
        #expect(set == .avx2 && warning == nil)
    }

    @Test func `a name that the machine has is taken`() {
        let (set, warning) = InstructionSet.choice(named: "portable", among: both)
        #expect(set == .portable && warning == nil)
    }

    @Test(arguments: ["avx512", "AVX2", "fast"])
    func `a name that it does not have is passed over in a sentence`(_ name: String) {
        let (set, warning) = InstructionSet.choice(named: name, among: both)
        #expect(set == .avx2)
        #expect(
            warning == "HEARTSENSE_INSTRUCTIONS is \(name), this machine has portable, avx2: going on with avx2. "
                + "Set it to one of these, or not at all.")
    }

    @Test func `every machine has the portable set first`() {
        #expect(InstructionSet.available.first == .portable)
        #expect(InstructionSet.available.contains(.preferred))
    }
}
