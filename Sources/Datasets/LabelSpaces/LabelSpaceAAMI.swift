import Foundation

extension LabelSpace {
    /// The five AAMI beat classes of MIT-BIH and infarction from PTB: N S V F Q M.
    ///
    /// `datasets/labels/aami.yaml` is its one home. The build embeds that file through the link beside this one, so
    /// that the program knows the space wherever it runs.
    public static let aami: LabelSpace = {
        do {
            let data = Data(PackageResources.aami_yaml)
            return try LabelSpace(parsing: data, name: "datasets/labels/aami.yaml")
        } catch {
            preconditionFailure("the embedded label space is broken: \(error)")
        }
    }()
}
