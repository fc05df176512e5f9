/// A type whose properties are parameters, listed in a table with one row for each.
///
/// The table defines everything that a configuration needs: name, default, accepted values and meaning. The default is
/// the value in `standard`.
public protocol Parameterized: Sendable {
    /// The default parameters.
    static var standard: Self { get }

    static var table: [Parameter<Self>] { get }
}

/// A row of a table: one parameter of `Root`.
///
///     Parameter("C", \.c, .number(above: 0), "cost of an error")
public struct Parameter<Root: Parameterized>: Sendable {
    /// The name in configurations, such as `class_weight`.
    public let name: String
    public let form: ValueForm
    public let meaning: String
    /// Whether configurations offer the parameter. The others can be set in code only.
    public let isSetting: Bool
    private let read: @Sendable (String, inout Root) -> Bool
    private let write: @Sendable (Root) -> String

    public init<Value: ParameterValue>(
        _ name: String, _ property: WritableKeyPath<Root, Value> & Sendable, _ form: ValueForm, _ meaning: String,
        isSetting: Bool = true
    ) {
        self.init(name, form, meaning, isSetting: isSetting) { text, root in
            guard let value = Value(parameterText: text) else { return false }
            root[keyPath: property] = value
            return true
        } write: {
            $0[keyPath: property].parameterText
        }
    }

    /// A parameter that a word such as `off` or `auto` sets to nil.
    public init<Value: ParameterValue>(
        _ name: String, _ property: WritableKeyPath<Root, Value?> & Sendable, or word: String, _ form: ValueForm,
        _ meaning: String
    ) {
        self.init(name, .either(word, form), meaning, isSetting: true) { text, root in
            let value = Value(parameterText: text)
            guard value != nil || text == word else { return false }
            root[keyPath: property] = value
            return true
        } write: {
            $0[keyPath: property]?.parameterText ?? word
        }
    }

    /// A parameter that is one of the cases of its type.
    public init<Choice: ParameterValue & CaseIterable & RawRepresentable>(
        _ name: String, _ property: WritableKeyPath<Root, Choice> & Sendable, _ meaning: String
    ) where Choice.RawValue == String {
        self.init(name, property, .choice(of: Choice.self), meaning)
    }

    private init(
        _ name: String, _ form: ValueForm, _ meaning: String, isSetting: Bool,
        read: @escaping @Sendable (String, inout Root) -> Bool, write: @escaping @Sendable (Root) -> String
    ) {
        self.name = name
        self.form = form
        self.meaning = meaning
        self.isSetting = isSetting
        self.read = read
        self.write = write
    }

    /// Returns the parameter's value as text that `set` accepts.
    public func text(in root: Root) -> String { write(root) }

    /// The default as text.
    public var standard: String { text(in: Root.standard) }

    /// Sets the parameter.
    ///
    /// - Returns: false, without a change, if the text is not a value of the parameter's form.
    public func set(_ text: String, in root: inout Root) -> Bool {
        form.accepts(text) && read(text, &root)
    }
}

extension Parameterized {
    /// Returns the first parameter whose value is not accepted; nil if there is none.
    public var firstFault: Parameter<Self>? {
        Self.table.first { !$0.form.accepts($0.text(in: self)) }
    }
}

/// A value that can be written as text and read back.
public protocol ParameterValue: Sendable {
    init?(parameterText: String)

    var parameterText: String { get }
}

extension Double: ParameterValue {
    public init?(parameterText: String) { self.init(parameterText) }

    public var parameterText: String { ValueForm.text(of: self) }
}

extension Int: ParameterValue {
    public init?(parameterText: String) { self.init(parameterText) }

    public var parameterText: String { description }
}

extension ParameterValue where Self: RawRepresentable, RawValue == String {
    public init?(parameterText: String) { self.init(rawValue: parameterText) }

    public var parameterText: String { rawValue }
}
