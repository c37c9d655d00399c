package io.relaygate.observe;

import io.relaygate.sdk.Setting;

/** The log. */
public record LogSettings(
        @Setting(value = "One JSON object or one line of text for each event; auto is text on a terminal and JSON elsewhere.",
                        byDefault = "auto")
                Format format,
        @Setting(value = "The least level that is written; audit lines always are.", byDefault = "info") Level level) {

    /** How an event is written. */
    public enum Format {
        /** Text on a terminal, JSON elsewhere. */
        AUTO,
        /** JSON. */
        JSON,
        /** Text. */
        TEXT
    }

    /** The least level that is written. */
    public enum Level {
        /** Everything. */
        DEBUG,
        /** What happens. */
        INFO,
        /** What needs attention. */
        WARN,
        /** What failed. */
        ERROR
    }
}
