package io.relaygate.azure;

import io.relaygate.sdk.Secret;
import io.relaygate.sdk.Setting;
import org.jspecify.annotations.Nullable;

/** Who we are for Microsoft Entra: a managed identity, a workload identity, or an application with a secret. */
public record EntraCredential(
        @Setting(value = "The identity that Azure gave to this machine or app: `system`, or the client ID of one that a user assigned.",
                        example = "system")
                @Nullable String managedIdentity,
        @Setting(value = "Whether to use the federated token of a Kubernetes pod (AZURE_FEDERATED_TOKEN_FILE, AZURE_TENANT_ID, "
                        + "AZURE_CLIENT_ID, AZURE_AUTHORITY_HOST).",
                        byDefault = "false")
                boolean workloadIdentity,
        @Setting(value = "The tenant of an application with a secret.", example = "contoso.onmicrosoft.com") @Nullable String tenant,
        @Setting(value = "The application's client ID.", example = "00000000-0000-0000-0000-000000000000")
                @Nullable String clientId,
        @Setting(value = "The application's secret; not in a key vault.", example = "${file:client.secret}")
                @Nullable Secret clientSecret,
        @Setting(value = "Where Microsoft Entra is, for other clouds; if left out, AZURE_AUTHORITY_HOST, or else "
                        + "https://login.microsoftonline.com.",
                        example = "https://login.microsoftonline.us")
                @Nullable String authority) {

    /** Null, or what is wrong with it. */
    public @Nullable String trouble() {
        boolean application = tenant != null || clientId != null || clientSecret != null;
        int ways = (managedIdentity != null ? 1 : 0) + (workloadIdentity ? 1 : 0) + (application ? 1 : 0);
        if (ways != 1) {
            return "give one of `managedIdentity: system`, `workloadIdentity: true`, or `tenant`, `clientId` and `clientSecret`";
        }
        if (application && (tenant == null || clientId == null || clientSecret == null)) {
            return "`tenant`, `clientId` and `clientSecret` belong together";
        }
        if (tenant != null && !tenant.matches("[A-Za-z0-9.-]+")) {
            return "a tenant is an ID or a domain name";
        }
        return authority == null || Web.isAllowed(authority) ? null : "an authority is https://HOST; http is for this machine alone";
    }
}
