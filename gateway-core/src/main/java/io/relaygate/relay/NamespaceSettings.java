package io.relaygate.relay;

import io.relaygate.azure.EntraCredential;
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
        @Setting(value = "Certificates of the authorities to trust for this relay, and for the Microsoft Entra of its credential, PEM, in place "
                        + "of the system's.",
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

    /** A shared access key, a token that somebody else has signed, or an identity of Microsoft Entra. */
    public record Credential(
            @Setting(value = "The name of the shared access key.", example = "send") @Nullable String sasKeyName,
            @Setting(value = "The shared access key.", example = "${file:send.key}") @Nullable Secret sasKey,
            @Setting(value = "A ready-made token, in place of a key; it cannot be renewed.", example = "${file:send.sas}")
                    @Nullable Secret sas,
            @Setting(value = EntraCredential.MANAGED_IDENTITY, example = "system") @Nullable String managedIdentity,
            @Setting(value = EntraCredential.WORKLOAD_IDENTITY, byDefault = "false") boolean workloadIdentity,
            @Setting(value = EntraCredential.TENANT, example = "contoso.onmicrosoft.com") @Nullable String tenant,
            @Setting(value = EntraCredential.CLIENT_ID, example = "00000000-0000-0000-0000-000000000000") @Nullable String clientId,
            @Setting(value = EntraCredential.CLIENT_SECRET, example = "${file:client.secret}") @Nullable Secret clientSecret,
            @Setting(value = EntraCredential.CLIENT_CERTIFICATE, example = "client.pem") @Nullable Path clientCertificate,
            @Setting(value = EntraCredential.CLIENT_KEY, example = "client.key") @Nullable Path clientKey,
            @Setting(value = EntraCredential.DEVICE_CODE, byDefault = "false") boolean deviceCode,
            @Setting(value = EntraCredential.AUTHORITY, example = "https://login.microsoftonline.us") @Nullable String authority,
            @Setting(value = "What tokens of Microsoft Entra are asked for; if left out, " + AUDIENCE + ". Azure in China has another.",
                            example = "https://relay.chinacloudapi.cn")
                    @Nullable String audience) {

        /** The relay of every cloud of which nothing else is known; the slash belongs to it. */
        static final String AUDIENCE = "https://relay.azure.net/";

        /** A key with its name, or a ready-made token. */
        public Credential(@Nullable String sasKeyName, @Nullable Secret sasKey, @Nullable Secret sas) {
            this(sasKeyName, sasKey, sas, EntraCredential.NONE, null);
        }

        /** An identity. */
        public Credential(EntraCredential entra, @Nullable String audience) {
            this(null, null, null, entra, audience);
        }

        private Credential(
                @Nullable String sasKeyName, @Nullable Secret sasKey, @Nullable Secret sas, EntraCredential entra, @Nullable String audience) {
            this(
                    sasKeyName, sasKey, sas, entra.managedIdentity(), entra.workloadIdentity(), entra.tenant(), entra.clientId(), entra.clientSecret(),
                    entra.clientCertificate(), entra.clientKey(), entra.deviceCode(), entra.authority(), audience);
        }

        /** The identity; null if there is none. */
        public @Nullable EntraCredential entra() {
            EntraCredential entra = new EntraCredential(
                    managedIdentity, workloadIdentity, tenant, clientId, clientSecret, clientCertificate, clientKey, deviceCode, authority);
            return entra.isEmpty() && audience == null ? null : entra;
        }

        /** What tokens of the identity are for. */
        public String resource() {
            return audience == null ? AUDIENCE : audience;
        }
    }

    /** The identity by which a namespace is reached; null if it is a key, a token, or nothing. */
    public @Nullable EntraCredential entra() {
        return credential == null ? null : credential.entra();
    }
}
