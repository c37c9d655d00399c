package io.relaygate.relay;

import io.relaygate.sdk.Secret;
import io.relaygate.sdk.Setting;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A relay namespace, by connection string or by endpoint and credential. */
public record NamespaceSettings(
        @Setting(value = "The namespace's address: sb://NAME.servicebus.windows.net/ or sb://HOST:PORT/.",
                        example = "sb://contoso-weu.servicebus.windows.net/")
                @Nullable String endpoint,
        @Setting(value = "A connection string as Azure prints it, in place of endpoint and credential.",
                        example = "${file:weu.listen}")
                @Nullable Secret connectionString,
        @Setting("What proves to the relay who we are.") @Nullable Credential credential,
        @Setting(value = "Certificates of the authorities to trust for this relay, PEM, in place of the system's.",
                        example = "ca.pem")
                @Nullable Path caFile,
        @Setting(value = "How long a control channel may be silent before it is replaced; if left out, three times "
                        + "the cadence that the relay announces, and 630s where it announces none.",
                        min = "100ms")
                java.time.@Nullable Duration silenceLimit) {

    /**
     * A namespace of which nothing else is said.
     *
     * @param caFile certificates of the authorities to trust, or null for the system's
     */
    public static NamespaceSettings of(Secret connectionString, @Nullable Path caFile) {
        return new NamespaceSettings(null, connectionString, null, caFile, null);
    }

    /** A shared access key, or a token that somebody else has signed. */
    public record Credential(
            @Setting(value = "The name of the shared access key.", example = "send") @Nullable String sasKeyName,
            @Setting(value = "The shared access key.", example = "${file:send.key}") @Nullable Secret sasKey,
            @Setting(value = "A ready-made token, in place of a key; it cannot be renewed.", example = "${file:send.sas}")
                    @Nullable Secret sas) {}
}
