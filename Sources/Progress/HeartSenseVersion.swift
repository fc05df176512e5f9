/// The version of HeartSense.
public enum HeartSenseVersion {
    public static let current = "0.1.0"
}
