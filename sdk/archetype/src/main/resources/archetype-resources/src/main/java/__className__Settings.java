package ${package};

import io.relaygate.sdk.Setting;

/** The settings of a route, as they stand under {@code with:}. */
public record ${className}Settings(
        @Setting(value = "How long a client's name may be, in bytes.", byDefault = "40", min = "1", max = "200") int longest) {}
