package io.relaygate.plugins.ssh.client;

import io.relaygate.sdk.Secret;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How to log in to an SSH server, and by what it is known.
 *
 * @param who which server, in words for messages: {@code bastion jump.contoso.com:22}
 * @param host the name that its certificates must be for
 * @param user as whom
 * @param key the private key; null for none
 * @param passphrase what the key is encrypted with; null if it is not
 * @param certificate OpenSSH's certificate of the key; null for none
 * @param agent the socket of an agent whose keys are offered after the key; null for none
 * @param password null for none
 * @param hostKeys the keys that it may show, each as in a {@code .pub} file or as {@code SHA256:...}
 * @param hostAuthorities the keys of authorities whose certificates it may show
 * @param algorithms what may be agreed on
 */
public record LoginSettings(
        String who,
        String host,
        String user,
        @Nullable Secret key,
        @Nullable Secret passphrase,
        @Nullable Path certificate,
        @Nullable Path agent,
        @Nullable Secret password,
        List<String> hostKeys,
        List<String> hostAuthorities,
        Algorithms algorithms) {

    /** Keeps its own copies. */
    public LoginSettings {
        hostKeys = List.copyOf(hostKeys);
        hostAuthorities = List.copyOf(hostAuthorities);
    }
}
