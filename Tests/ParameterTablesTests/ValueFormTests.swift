import Testing

@testable import ParameterTables

struct ValueFormTests {
    private enum Fruit: String, CaseIterable { case apple, pear, plum }

    private static let values: [(ValueForm, [String], [String])] = [
        (
            .number(0 ... 1), ["0", "1", "0.5", "1e-3", "0x1p-1"],
            ["-1e-9", "1.1", "nan", "inf", "", "x", "0,5"]
        ),
        (.number(0...), ["0", "1e300"], ["-1e-9", "inf", "nan"]),
        (.number(above: 0), ["1e-300", "5"], ["0", "-1", "inf", "nan"]),
        (.number(above: 0, below: 1), ["0.999"], ["0", "1"]),
        (.number(above: 0, through: 1), ["1", "0.1"], ["0", "1.1"]),
        (.whole(1 ... 3), ["1", "3", "+2"], ["0", "4", "1.0", "", "99999999999999999999"]),
        (.seed, ["0", "18446744073709551615"], ["-1", "1.5", "18446744073709551616"]),
        (.flag, ["true", "yes", "on", "false", "no", "off"], ["True", "1", ""]),
        (.choice(of: Fruit.self), ["apple", "plum"], ["Apple", ""]),
        (.either("off", .whole(1 ... 3)), ["off", "2"], ["on", "0"]),
        (.either("fitted", .either("equal", .list)), ["fitted", "1, 2", ""], []),
        (.text, ["", "anything"], []), (.either("off", .text), ["off", "a", "./true"], ["true", "yes", "on"]),
    ]

    @Test func `other words for off become off only where off is a value`() {
        for word in ["", "~", "False", "no", "NONE", "null", "off"] {
            #expect(ValueForm.either("off", .text).canonical(word) == "off")
            #expect(ValueForm.either("none", .text).canonical(word) == word && ValueForm.flag.canonical(word) == word)
        }
        #expect(ValueForm.either("off", .text).canonical("nowhere") == "nowhere")
    }

    @Test(arguments: values)
    func `a form accepts its values and no others`(form: ValueForm, accepted: [String], refused: [String]) {
        for text in accepted { #expect(form.accepts(text), "\(text)") }
        for text in refused { #expect(!form.accepts(text), "\(text)") }
    }

    private static let sentences: [(ValueForm, String)] = [
        (.number(0 ... 0.5), "a number from 0 to 0.5"), (.number(0...), "a number of at least 0"),
        (.number(above: 0), "a number above 0"), (.number(above: 0, below: 1), "a number above 0 and below 1"),
        (.number(above: 0, through: 1), "a number above 0 and at most 1"),
        (.whole(1 ... 3), "a whole number from 1 to 3"), (.whole(1 ... .max), "a whole number of at least 1"),
        (.seed, "a whole number from 0 to 18446744073709551615"), (.flag, "true or false"),
        (.choice(of: Fruit.self), "apple, pear or plum"), (.choice(["one"]), "one"),
        (.either("off", .number(0 ... 1)), "off or a number from 0 to 1"),
        (.either("fitted", .either("equal", .list)), "fitted, equal or a list separated by commas"),
        (.text, "a text"),
    ]

    @Test(arguments: sentences)
    func `a sentence describes what is expected`(form: ValueForm, sentence: String) {
        #expect(form.expected == sentence)
    }

    @Test func `forms tell whole numbers and lists, also next to a word`() {
        #expect(ValueForm.whole(1 ... 2).isWhole && ValueForm.either("off", .whole(1 ... 2)).isWhole)
        #expect(!ValueForm.number(1 ... 2).isWhole && !ValueForm.text.isWhole)
        #expect(ValueForm.list.isList && ValueForm.either("none", .list).isList && !ValueForm.text.isList)
    }
}
