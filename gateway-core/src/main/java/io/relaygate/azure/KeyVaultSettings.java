package io.relaygate.azure;

import io.relaygate.sdk.Setting;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How secrets of key vaults are fetched. */
public record KeyVaultSettings(
        @Setting(value = "Who we are for the vaults; needs the role Key Vault Secrets User.", required = true)
                EntraCredential credential,
        @Setting(value = "How old a secret may be before it is fetched again, when it is next used.", byDefault = "5m", min = "100ms")
                Duration refresh,
        @Setting(value = "Certificates of the authorities to trust for vaults and Microsoft Entra, PEM, in place of the system's; for "
                        + "Azure Stack Hub.",
                        example = "ca.pem")
                @Nullable Path caFile) {

    /** Null, or what is wrong with the credential. */
    public @Nullable String trouble() {
        return credential.deviceCode() ? "a key vault is not asked by people; give another credential than `deviceCode`" : credential.trouble();
    }
}
