package io.relaygate.dist;

/**
 * How the relays of the tests behave: {@code -Drelaygate.relayProfile=pessimistic} lets all of them behave as badly as Azure
 * might, but for those whose configuration says how.
 */
final class RelayProfile {

    private static final String WANTED = System.getProperty("relaygate.relayProfile", "");

    private RelayProfile() {}

    /** Whether relays behave badly in this run. */
    static boolean pessimistic() {
        return WANTED.equals("pessimistic");
    }

    /** A configuration with the profile in its relay, if it has one. */
    static String in(String yaml) {
        if (WANTED.isEmpty() || yaml.contains("profile:")) {
            return yaml;
        }
        String setting = "profile: " + WANTED + (pessimistic() ? ", cuts: {}" : "");
        return yaml.replaceFirst("(?m)^relay:\\s*\\{", "relay: { " + setting + ", ")
                .replaceFirst("(?m)^relay:\\n( +)(?=[a-z])", "relay:\n$1" + setting.replace(", ", "\n$1") + "\n$1");
    }
}
