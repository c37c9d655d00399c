package io.relaygate.net;

import io.relaygate.sdk.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * A name and a password, by HTTP Basic (RFC 7617). The password is read anew for every connection.
 *
 * @param name has no colon
 */
record BasicLogin(String name, Secret password) implements ProxyLogin {

    @Override
    public String scheme() {
        return "basic";
    }

    @Override
    public String words() {
        return "as '" + name + "' by HTTP Basic";
    }

    @Override
    public byte[] shown(String proxy, Instant deadline) throws IOException {
        byte[] secret;
        try {
            secret = password.utf8();
        } catch (IOException e) {
            throw new IOException("its password cannot be read: " + e.getMessage(), e);
        }
        byte[] plain = OutboundProxy.joined((name + ":").getBytes(StandardCharsets.UTF_8), secret);
        byte[] encoded = Base64.getEncoder().encode(plain);
        byte[] shown = OutboundProxy.joined("Basic ".getBytes(StandardCharsets.US_ASCII), encoded);
        for (byte[] each : List.of(secret, plain, encoded)) {
            Arrays.fill(each, (byte) 0);
        }
        return shown;
    }
}
