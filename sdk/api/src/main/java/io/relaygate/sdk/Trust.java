package io.relaygate.sdk;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Whom a route trusts that connects with TLS: settings, to be a component of a protocol's own. The gateway reads the file when
 * the configuration is checked, and again whenever it changes.
 *
 * @param caFile the authorities, or null for the system's
 * @param insecureSkipVerify whether anybody is believed
 */
public record Trust(
        @Setting(value = "Certificates of the authorities to trust, PEM, in place of the system's.", example = "ca.pem")
                @Nullable Path caFile,
        @Setting(value = "Believes whoever answers, whatever certificate it shows: for tests alone.", byDefault = "false")
                boolean insecureSkipVerify) {

    /** The system's authorities. */
    public static final Trust SYSTEM = new Trust(null, false);
}
