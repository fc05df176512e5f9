/// The version of the product.
public enum HeartSenseVersion {
    public static let current = "0.1.0"
}
