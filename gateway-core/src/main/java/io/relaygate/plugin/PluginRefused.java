package io.relaygate.plugin;

import org.jspecify.annotations.Nullable;

/** Says why a jar is not used as a plugin: one line for the operator. */
final class PluginRefused extends Exception {

    private static final long serialVersionUID = 1L;

    private static final int LONGEST = 256;
    private static final int CAUSES = 3;

    PluginRefused(String reason) {
        super(reason);
    }

    PluginRefused(String reason, Throwable cause) {
        super(reason + ": " + describe(cause), cause);
    }

    /** What was thrown, and by what it was caused, on one line of bounded length. */
    static String describe(Throwable thrown) {
        try {
            String text = chain(thrown).replaceAll("\\p{Cntrl}+", " ").strip();
            return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
        } catch (RuntimeException | Error e) {
            // A plugin's own exception class may fail here too, and must not take the host with it.
            return thrown.getClass().getName();
        }
    }

    private static String chain(Throwable thrown) {
        StringBuilder text = new StringBuilder();
        @Nullable Throwable next = thrown;
        for (int i = 0; next != null && i < CAUSES; i++) {
            text.append(i == 0 ? "" : ", caused by ").append(next.getClass().getSimpleName());
            if (next.getMessage() != null) {
                text.append(": ").append(next.getMessage());
            }
            next = next.getCause();
        }
        return text.toString();
    }
}
