package io.relaygate.azure;

import io.relaygate.sdk.Secret;
import io.relaygate.sdk.Setting;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Who we are for Microsoft Entra: a managed identity, a workload identity, an application with a secret or a certificate, or a person. */
public record EntraCredential(
        @Setting(value = MANAGED_IDENTITY, example = "system") @Nullable String managedIdentity,
        @Setting(value = WORKLOAD_IDENTITY, byDefault = "false") boolean workloadIdentity,
        @Setting(value = TENANT, example = "contoso.onmicrosoft.com") @Nullable String tenant,
        @Setting(value = CLIENT_ID, example = "00000000-0000-0000-0000-000000000000") @Nullable String clientId,
        @Setting(value = CLIENT_SECRET, example = "${file:client.secret}") @Nullable Secret clientSecret,
        @Setting(value = CLIENT_CERTIFICATE, example = "client.pem") @Nullable Path clientCertificate,
        @Setting(value = CLIENT_KEY, example = "client.key") @Nullable Path clientKey,
        @Setting(value = DEVICE_CODE, byDefault = "false") boolean deviceCode,
        @Setting(value = AUTHORITY, example = "https://login.microsoftonline.us") @Nullable String authority) {

    // What the settings mean, for namespaces' credentials too, which have these and keys beside each other.

    /** Of {@link #managedIdentity}. */
    public static final String MANAGED_IDENTITY =
            "The identity that Azure gave to this machine or app: `system`, or the client ID of one that a user assigned.";

    /** Of {@link #workloadIdentity}. */
    public static final String WORKLOAD_IDENTITY =
            "Whether to use the federated token of a Kubernetes pod (AZURE_FEDERATED_TOKEN_FILE, AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_AUTHORITY_HOST).";

    /** Of {@link #tenant}. */
    public static final String TENANT = "The tenant of an application, or of who signs in.";

    /** Of {@link #clientId}. */
    public static final String CLIENT_ID = "The application's client ID; beside `deviceCode`, if left out, that of the Azure CLI.";

    /** Of {@link #clientSecret}. */
    public static final String CLIENT_SECRET = "The application's secret; what opens a key vault cannot be in one.";

    /** Of {@link #clientCertificate}. */
    public static final String CLIENT_CERTIFICATE =
            "The application's certificate in place of a secret, PEM; its key is RSA, and stands in the same file unless `clientKey` names one.";

    /** Of {@link #clientKey}. */
    public static final String CLIENT_KEY = "The private key of `clientCertificate`, PEM.";

    /** Of {@link #deviceCode}. */
    public static final String DEVICE_CODE =
            "Whether a person signs in, in a browser on any machine: `relaygate connect` or `relaygate login` prints where. Not for key vaults.";

    /** Of {@link #authority}. */
    public static final String AUTHORITY =
            "Where Microsoft Entra is, for other clouds; if left out, AZURE_AUTHORITY_HOST, or else https://login.microsoftonline.com.";

    private static final String ONE_OF = "give one of `managedIdentity: system`, `workloadIdentity: true`, `deviceCode: true` with `tenant`, or `tenant`,"
            + " `clientId` and `clientSecret` or `clientCertificate`";

    /** Nobody. */
    public static final EntraCredential NONE = new EntraCredential(null, false, null, null, null, null, null, false, null);

    /** A managed identity: {@code system}, or a client ID. */
    public static EntraCredential managed(String which) {
        return new EntraCredential(which, false, null, null, null, null, null, false, null);
    }

    /** Whether nothing is given. */
    public boolean isEmpty() {
        return !workloadIdentity && !deviceCode
                && Stream.of(managedIdentity, tenant, clientId, clientSecret, clientCertificate, clientKey, authority).allMatch(each -> each == null);
    }

    /** Null, or what is wrong with it; files are not looked into. */
    public @Nullable String trouble() {
        boolean application = clientSecret != null || clientCertificate != null || clientKey != null;
        int ways = (managedIdentity != null ? 1 : 0) + (workloadIdentity ? 1 : 0) + (deviceCode ? 1 : 0) + (application ? 1 : 0);
        if (ways != 1) {
            return ONE_OF;
        }
        String trouble = application ? application() : null;
        if (deviceCode && tenant == null) {
            trouble = "`deviceCode` needs the `tenant` of who signs in";
        } else if (managedIdentity != null && (tenant != null || clientId != null || authority != null)) {
            trouble = "a managed identity has no `tenant`, `clientId` or `authority`; its client ID stands in place of `system`";
        } else if (workloadIdentity && (tenant != null || clientId != null)) {
            trouble = "a workload identity has its tenant and client ID from AZURE_TENANT_ID and AZURE_CLIENT_ID";
        }
        if (trouble != null) {
            return trouble;
        }
        if (tenant != null && !tenant.matches("[A-Za-z0-9.-]+")) {
            return "a tenant is an ID or a domain name";
        }
        if (clientId != null && !clientId.matches("[A-Za-z0-9.-]+")) {
            return "a client ID is letters, digits and -";
        }
        return authority == null || Web.isAllowed(authority) ? null : "an authority is https://HOST; http is for this machine alone";
    }

    private @Nullable String application() {
        if (clientCertificate == null && clientKey != null) {
            return "`clientKey` is the key of a `clientCertificate`, which is missing";
        }
        if (clientCertificate != null && clientSecret != null) {
            return "give `clientSecret` or `clientCertificate`, not both";
        }
        return tenant == null || clientId == null
                ? "`tenant`, `clientId` and `" + (clientSecret == null ? "clientCertificate" : "clientSecret") + "` belong together"
                : null;
    }

    /**
     * Reads the certificate and its key, if there are any.
     *
     * @throws IllegalArgumentException if they cannot be used; the message begins with the setting, {@code clientCertificate: ...}
     */
    public void checkFiles() {
        if (clientCertificate != null) {
            ClientAssertion.check(clientCertificate, clientKey == null ? clientCertificate : clientKey);
        }
    }
}
